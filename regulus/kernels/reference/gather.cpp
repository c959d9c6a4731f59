// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/reference/families.h"

namespace regulus::kernels::reference {
namespace {

template <class Source, class T>
void gather(const Source* source, std::int64_t width, const std::uint32_t* index, std::int64_t rows,
            const float* scale, const float* offset, T* x, std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const Source* row = source + std::int64_t{index[r]} * width;
    for (std::int64_t i = 0; i < width; ++i) {
      const auto value = static_cast<T>(row[i]);
      x[r * stride + i] = scale != nullptr ? std::fma(value, T{scale[i]}, T{offset[i]}) : value;
    }
    for (std::int64_t i = width; i < stride; ++i) x[r * stride + i] = 0;
  }
}

}  // namespace

template <class T>
void add_gather(Table<T>& table) {
  table.gather_u8 = gather<std::uint8_t, T>;
  table.gather_f32 = gather<float, T>;
}
template void add_gather<float>(Table<float>& table);
template void add_gather<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
