// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/activations.h"

#include <utility>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

template <Activation kind>
void forward(const float* z, float* y, Block block, float alpha) {
  const Lanes a = Lanes::all(alpha);
  for (std::int64_t r = 0; r < block.rows; ++r, z += block.stride, y += block.stride)
    for (std::int64_t c = 0; c < block.cols; c += kPanel)
      Formula<kind>::value(Lanes::load(z + c), a).store(y + c);
}

template <Activation kind>
void backward(const float* dy, const float* saved, float* dz, Block block, float alpha) {
  const Lanes a = Lanes::all(alpha);
  for (std::int64_t r = 0; r < block.rows; ++r, dy += block.stride, saved += block.stride, dz += block.stride)
    for (std::int64_t c = 0; c < block.cols; c += kPanel)
      (Lanes::load(dy + c) * Formula<kind>::derivative(Lanes::load(saved + c), a)).store(dz + c);
}

template <int... kinds>
void add_each(Table<float>& table, std::integer_sequence<int, kinds...>) {
  ((table.activation_forward[kinds] = forward<static_cast<Activation>(kinds)>), ...);
  ((table.activation_backward[kinds] = backward<static_cast<Activation>(kinds)>), ...);
}

}  // namespace

void add_activations(Table<float>& table) {
  add_each(table, std::make_integer_sequence<int, kNumActivations>());
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
