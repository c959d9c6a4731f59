// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/reference/families.h"

namespace regulus::kernels::reference {
namespace {

template <class T>
void moments(const T* x, double* mean, double* m2, std::int64_t n, double count) {
  for (std::int64_t i = 0; i < n; ++i) {
    const double value = x[i];
    const double delta = value - mean[i];
    mean[i] += delta / count;
    m2[i] = std::fma(delta, value - mean[i], m2[i]);
  }
}

}  // namespace

template <class T>
void add_moments(Table<T>& table) {
  table.moments = moments<T>;
}
template void add_moments<float>(Table<float>& table);
template void add_moments<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
