// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Columns: activations stored [unit][rows], the rows of the batch side by side in the lanes, rows a
// multiple of 16. A unit that is dropped for all rows is then a line that is not there: nothing is
// computed and multiplied by 0.

namespace regulus::kernels {

/// Units whose weights lie side by side for column_matmul.
inline constexpr std::int64_t kColumnGroup = 4;

/// A number of units rounded up to whole groups.
constexpr std::int64_t grouped(std::int64_t units) {
  return (units + kColumnGroup - 1) / kColumnGroup * kColumnGroup;
}

/// Where W(input k, unit n) lies in weights [groups][inputs][4]; units past the last hold zeros.
constexpr std::int64_t grouped_index(std::int64_t inputs, std::int64_t k, std::int64_t n) {
  return (n / kColumnGroup * inputs + k) * kColumnGroup + n % kColumnGroup;
}

/// y[n][r] = fma chain over k = 0 … inputs-1 of x[k][r] * W(k, n), started from shift[n], or with a
/// base from base[base_line[n]][r] + shift[n].
template <class T>
struct ColumnMatmulArgs {
  const T* x;                     ///< [inputs][rows]
  const T* w;                     ///< as grouped_index says
  const T* shift;                 ///< [units]
  const T* base;                  ///< [.][rows], or null
  const std::int32_t* base_line;  ///< [units]; with a base
  T* y;                           ///< [units][rows]
  std::int64_t rows;
  std::int64_t inputs;
  std::int64_t units;  ///< a multiple of 4
};

}  // namespace regulus::kernels
