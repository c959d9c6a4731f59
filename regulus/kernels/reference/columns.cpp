// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "regulus/kernels/reference/families.h"
#include "regulus/kernels/reference/scalar.h"

namespace regulus::kernels::reference {
namespace {

template <class T>
void column_matmul(const ColumnMatmulArgs<T>& a) {
  for (std::int64_t n = 0; n < a.units; ++n)
    for (std::int64_t r = 0; r < a.rows; ++r) {
      T sum = a.base ? a.base[a.base_line[n] * a.rows + r] + a.shift[n] : a.shift[n];
      for (std::int64_t k = 0; k < a.inputs; ++k)
        sum = std::fma(a.x[k * a.rows + r], a.w[grouped_index(a.inputs, k, n)], sum);
      a.y[n * a.rows + r] = sum;
    }
}

template <class T>
T exp_of(T x) {
  return exp(Scalar<T>(x)).v;
}

/// The largest of a row; a NaN among them may be passed over.
template <class T>
T largest(const T* z, std::int64_t units, std::int64_t rows) {
  T max = -std::numeric_limits<T>::infinity();
  for (std::int64_t n = 0; n < units; ++n)
    if (max < z[n * rows]) max = z[n * rows];
  return max;
}

template <class T>
void column_softmax(const T* z, T* y, std::int64_t units, std::int64_t rows) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T max = largest(z + r, units, rows);
    T sum = 0;
    for (std::int64_t n = 0; n < units; ++n) {
      y[n * rows + r] = exp_of(z[n * rows + r] - max);
      sum += y[n * rows + r];
    }
    for (std::int64_t n = 0; n < units; ++n) y[n * rows + r] /= sum;
  }
}

template <class T>
void column_log_softmax(const T* z, T* y, std::int64_t units, std::int64_t rows) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T max = largest(z + r, units, rows);
    T sum = 0;
    for (std::int64_t n = 0; n < units; ++n) sum += exp_of(z[n * rows + r] - max);
    const T log_sum = log(Scalar<T>(sum)).v;
    for (std::int64_t n = 0; n < units; ++n) y[n * rows + r] = (z[n * rows + r] - max) - log_sum;
  }
}

}  // namespace

template <class T>
void add_columns(Table<T>& table) {
  table.column_matmul = column_matmul<T>;
  table.column_softmax = column_softmax<T>;
  table.column_log_softmax = column_log_softmax<T>;
}
template void add_columns<float>(Table<float>& table);
template void add_columns<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
