// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// The lanes whose bits are set in `word`.
REGULUS_INLINE LaneMask lanes_of(std::uint16_t word) {
  alignas(64) static constexpr std::int32_t kBits[kPanel] = {
      1,      1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
      1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};
  const auto bits = hn::Set(Ints(), word);
  LaneMask mask;
  REGULUS_UNROLL
  for (int i = 0; i < kVectors; ++i)
    mask.m[i] = hn::RebindMask(kFloats, hn::TestBit(bits, hn::Load(Ints(), kBits + i * kWidth)));
  return mask;
}

void mask_forward(const float* x, const std::uint16_t* keep, std::int64_t words, float* y, Block block,
                  MaskMap<float> map) {
  const Lanes scale = Lanes::all(map.scale);
  const Lanes shift = Lanes::all(map.shift);
  const Lanes dropped = Lanes::all(map.dropped);
  for (std::int64_t r = 0; r < block.rows; ++r, x += block.stride, y += block.stride, keep += words)
    for (std::int64_t c = 0; c < block.cols; c += kPanel)
      select(lanes_of(keep[c / kPanel]), fma(Lanes::load(x + c), scale, shift), dropped).store(y + c);
}

void mask_backward(const float* dy, const std::uint16_t* keep, std::int64_t words, float* dx, Block block,
                   float scale) {
  const Lanes s = Lanes::all(scale);
  for (std::int64_t r = 0; r < block.rows; ++r, dy += block.stride, dx += block.stride, keep += words)
    for (std::int64_t c = 0; c < block.cols; c += kPanel)
      select(lanes_of(keep[c / kPanel]), Lanes::load(dy + c) * s, Lanes(0)).store(dx + c);
}

}  // namespace

void add_masks(Table<float>& table) {
  table.mask_forward = mask_forward;
  table.mask_backward = mask_backward;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
