// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/reference/families.h"

namespace regulus::kernels::reference {
namespace {

/// One Philox block gives 8 halves, so 16 lanes of blocks decide about 128 units.
constexpr std::int64_t kHalves = 8;
constexpr std::int64_t kGroup = kHalves * kPanel;

bool kept(const MaskKey& key, std::uint32_t row_id, std::int64_t unit) {
  const std::int64_t block = unit / kGroup * kPanel + unit % kPanel;
  const std::int64_t half = unit % kGroup / kPanel;
  const random::Counter words =
      random::philox(key.key, {static_cast<std::uint32_t>(block), row_id, key.draw, key.stream});
  const std::uint32_t word = words[static_cast<std::size_t>(half / 2)];
  const std::uint32_t bits = half % 2 == 0 ? word & 0xffff : word >> 16;
  return bits >= key.threshold;
}

void draw_mask(std::uint16_t* keep, std::int64_t words, const std::uint32_t* row_ids, std::int64_t rows,
               std::int64_t units, MaskKey key) {
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t word = 0; word < words; ++word) {
      unsigned bits = 0;
      for (std::int64_t lane = 0; lane < kPanel; ++lane) {
        const std::int64_t unit = word * kPanel + lane;
        if (unit < units && kept(key, row_ids[r], unit)) bits |= 1u << lane;
      }
      keep[r * words + word] = static_cast<std::uint16_t>(bits);
    }
}

bool bit(const std::uint16_t* keep, std::int64_t unit) {
  return (keep[unit / kPanel] >> (unit % kPanel) & 1) != 0;
}

template <class T>
void mask_forward(const T* x, const std::uint16_t* keep, std::int64_t words, T* y, Block block,
                  MaskMap<T> map) {
  for (std::int64_t r = 0; r < block.rows; ++r)
    for (std::int64_t c = 0; c < block.cols; ++c) {
      const std::int64_t i = r * block.stride + c;
      y[i] = bit(keep + r * words, c) ? std::fma(x[i], map.scale, map.shift) : map.dropped;
    }
}

template <class T>
void mask_backward(const T* dy, const std::uint16_t* keep, std::int64_t words, T* dx, Block block, T scale) {
  for (std::int64_t r = 0; r < block.rows; ++r)
    for (std::int64_t c = 0; c < block.cols; ++c) {
      const std::int64_t i = r * block.stride + c;
      dx[i] = bit(keep + r * words, c) ? dy[i] * scale : T{0};
    }
}

}  // namespace

template <class T>
void add_masks(Table<T>& table) {
  table.draw_mask = draw_mask;
  table.mask_forward = mask_forward<T>;
  table.mask_backward = mask_backward<T>;
}
template void add_masks<float>(Table<float>& table);
template void add_masks<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
