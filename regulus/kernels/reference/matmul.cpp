// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/reference/families.h"

namespace regulus::kernels::reference {
namespace {

template <class T>
void matmul(const T* x, std::int64_t x_stride, const T* w, const T* bias, T* y, std::int64_t y_stride,
            std::int64_t rows, std::int64_t inputs, std::int64_t panel_begin, std::int64_t panel_end) {
  for (std::int64_t p = panel_begin; p < panel_end; ++p)
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t lane = 0; lane < kPanel; ++lane) {
        T sum = bias != nullptr ? bias[p * kPanel + lane] : T{0};
        for (std::int64_t k = 0; k < inputs; ++k)
          sum = std::fma(x[r * x_stride + k], w[(p * inputs + k) * kPanel + lane], sum);
        y[r * y_stride + p * kPanel + lane] = sum;
      }
}

template <class T>
void kernel_gradient(const T* x, std::int64_t x_stride, const T* dz, std::int64_t dz_stride, T* g,
                     std::int64_t g_stride, std::int64_t rows, std::int64_t k_begin, std::int64_t k_end,
                     std::int64_t panels) {
  for (std::int64_t p = 0; p < panels; ++p)
    for (std::int64_t k = k_begin; k < k_end; ++k)
      for (std::int64_t lane = 0; lane < kPanel; ++lane) {
        T sum = 0;
        for (std::int64_t r = 0; r < rows; ++r)
          sum = std::fma(x[r * x_stride + k], dz[r * dz_stride + p * kPanel + lane], sum);
        g[p * g_stride + (k - k_begin) * kPanel + lane] = sum;
      }
}

template <class T>
void bias_gradient(const T* dz, std::int64_t dz_stride, T* g, std::int64_t rows) {
  for (std::int64_t lane = 0; lane < kPanel; ++lane) {
    T sum = 0;
    for (std::int64_t r = 0; r < rows; ++r) sum += dz[r * dz_stride + lane];
    g[lane] = sum;
  }
}

template <class T>
void input_gradient(const InputGradientArgs<T>& a, T*) {
  for (std::int64_t r = 0; r < a.rows; ++r)
    for (std::int64_t k = a.panel_begin * kPanel; k < a.panel_end * kPanel; ++k) {
      T sum = 0;
      for (std::int64_t n = 0; k < a.inputs && n < a.units; ++n)
        sum = std::fma(a.dz[r * a.dz_stride + n], a.w[packed_index(a.inputs, k, n)], sum);
      a.dx[r * a.dx_stride + k] = sum;
    }
}

}  // namespace

template <class T>
void add_matmul(Table<T>& table) {
  table.matmul = matmul<T>;
  table.kernel_gradient = kernel_gradient<T>;
  table.bias_gradient = bias_gradient<T>;
  table.input_gradient = input_gradient<T>;
}
template void add_matmul<float>(Table<float>& table);
template void add_matmul<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
