// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/activations.h"

#include <utility>

#include "regulus/kernels/reference/families.h"
#include "regulus/kernels/reference/scalar.h"

namespace regulus::kernels::reference {
namespace {

template <class T, Activation kind>
void forward(const T* z, T* y, Block block, T alpha) {
  for (std::int64_t r = 0; r < block.rows; ++r)
    for (std::int64_t c = 0; c < block.cols; ++c) {
      const std::int64_t i = r * block.stride + c;
      y[i] = Formula<kind>::value(Scalar<T>(z[i]), Scalar<T>(alpha)).v;
    }
}

template <class T, Activation kind>
void backward(const T* dy, const T* saved, T* dz, Block block, T alpha) {
  for (std::int64_t r = 0; r < block.rows; ++r)
    for (std::int64_t c = 0; c < block.cols; ++c) {
      const std::int64_t i = r * block.stride + c;
      dz[i] = dy[i] * Formula<kind>::derivative(Scalar<T>(saved[i]), Scalar<T>(alpha)).v;
    }
}

template <class T, int... kinds>
void add_each(Table<T>& table, std::integer_sequence<int, kinds...>) {
  ((table.activation_forward[kinds] = forward<T, static_cast<Activation>(kinds)>), ...);
  ((table.activation_backward[kinds] = backward<T, static_cast<Activation>(kinds)>), ...);
}

}  // namespace

template <class T>
void add_activations(Table<T>& table) {
  add_each(table, std::make_integer_sequence<int, kNumActivations>());
}
template void add_activations<float>(Table<float>& table);
template void add_activations<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
