// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/reference/families.h"
#include "regulus/kernels/reference/row_sums.h"
#include "regulus/kernels/reference/scalar.h"

namespace regulus::kernels::reference {
namespace {

template <class T>
T exp_of(T x) {
  return exp(Scalar<T>(x)).v;
}

template <class T>
void zero_padding(T* y, std::int64_t units) {
  for (std::int64_t i = units; i < padded(units); ++i) y[i] = 0;
}

template <class T>
void softmax_forward(const T* z, T* y, std::int64_t rows, std::int64_t units, std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r, z += stride, y += stride) {
    const T max = row_max(z, units);
    for (std::int64_t i = 0; i < units; ++i) y[i] = exp_of(z[i] - max);
    const T sum = row_sum<T>(units, [y](T s, std::int64_t i) { return s + y[i]; });
    for (std::int64_t i = 0; i < units; ++i) y[i] = y[i] / sum;
    zero_padding(y, units);
  }
}

template <class T>
void log_softmax_forward(const T* z, T* y, std::int64_t rows, std::int64_t units, std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r, z += stride, y += stride) {
    const T max = row_max(z, units);
    const T sum = row_sum<T>(units, [z, max](T s, std::int64_t i) { return s + exp_of(z[i] - max); });
    const T log_sum = log(Scalar<T>(sum)).v;
    for (std::int64_t i = 0; i < units; ++i) y[i] = (z[i] - max) - log_sum;
    zero_padding(y, units);
  }
}

template <class T>
void softmax_backward(const T* dy, const T* y, T* dz, std::int64_t rows, std::int64_t units,
                      std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r, dy += stride, y += stride, dz += stride) {
    const T dot = row_sum<T>(units, [dy, y](T s, std::int64_t i) { return std::fma(dy[i], y[i], s); });
    for (std::int64_t i = 0; i < units; ++i) dz[i] = y[i] * (dy[i] - dot);
    zero_padding(dz, units);
  }
}

template <class T>
void log_softmax_backward(const T* dy, const T* y, T* dz, std::int64_t rows, std::int64_t units,
                          std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r, dy += stride, y += stride, dz += stride) {
    const T sum = row_sum<T>(units, [dy](T s, std::int64_t i) { return s + dy[i]; });
    for (std::int64_t i = 0; i < units; ++i) dz[i] = std::fma(-exp_of(y[i]), sum, dy[i]);
    zero_padding(dz, units);
  }
}

}  // namespace

template <class T>
void add_softmax(Table<T>& table) {
  table.softmax_forward = softmax_forward<T>;
  table.log_softmax_forward = log_softmax_forward<T>;
  table.softmax_backward = softmax_backward<T>;
  table.log_softmax_backward = log_softmax_backward<T>;
}
template void add_softmax<float>(Table<float>& table);
template void add_softmax<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
