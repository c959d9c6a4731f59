// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

REGULUS_INLINE Lanes load_numbers(const float* from) {
  return Lanes::load(from);
}
REGULUS_INLINE Lanes load_numbers(const std::uint8_t* from) {
  Lanes x;
  REGULUS_UNROLL
  for (int i = 0; i < kVectors; ++i) {
    const auto bytes = hn::LoadU(hn::Rebind<std::uint8_t, Floats>(), from + i * kWidth);
    x.v[i] = hn::ConvertTo(kFloats, hn::PromoteTo(Ints(), bytes));
  }
  return x;
}

/// The first `count` < 16 of them and zeros: neither data sets nor scales are padded.
template <class Source>
REGULUS_INLINE Lanes load_last(const Source* from, std::int64_t count) {
  alignas(64) Source part[kPanel] = {};
  for (std::int64_t i = 0; i < count; ++i) part[i] = from[i];
  return load_numbers(part);
}

template <class Source>
void gather(const Source* source, std::int64_t width, const std::uint32_t* index, std::int64_t rows,
            const float* scale, const float* offset, float* x, std::int64_t stride) {
  const std::int64_t whole = width / kPanel * kPanel;
  for (std::int64_t r = 0; r < rows; ++r, x += stride) {
    const Source* row = source + std::int64_t{index[r]} * width;
    std::int64_t i = 0;
    if (scale != nullptr)
      for (; i < whole; i += kPanel)
        fma(load_numbers(row + i), Lanes::load(scale + i), Lanes::load(offset + i)).store(x + i);
    for (; i < whole; i += kPanel) load_numbers(row + i).store(x + i);
    if (const std::int64_t rest = width - whole; rest > 0) {
      Lanes last = load_last(row + i, rest);
      if (scale != nullptr) last = fma(last, load_last(scale + i, rest), load_last(offset + i, rest));
      last.store(x + i);
      i += kPanel;
    }
    for (; i < stride; i += kPanel) Lanes(0).store(x + i);
  }
}

}  // namespace

void add_gather(Table<float>& table) {
  table.gather_u8 = gather<std::uint8_t>;
  table.gather_f32 = gather<float>;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
