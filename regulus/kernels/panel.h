// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace regulus::kernels {

/// Width of a weight panel, of a row block and of the virtual vector that every sum runs over:
/// one AVX-512 register, two of AVX2, four of NEON.
inline constexpr std::int64_t kPanel = 16;

constexpr std::int64_t panels(std::int64_t width) {
  return (width + kPanel - 1) / kPanel;
}
/// A width rounded up to whole panels.
constexpr std::int64_t padded(std::int64_t width) {
  return panels(width) * kPanel;
}

/// The distance between two rows of activations: whole panels, and never a multiple of 1 KiB of float,
/// which would send a column of a batch into few sets of the cache. Measured at 1,024 and 4,096 units.
constexpr std::int64_t row_stride(std::int64_t width) {
  constexpr std::int64_t kAlias = 256;
  return padded(width) % kAlias == 0 ? padded(width) + kPanel : padded(width);
}

/// Where element (input k, unit n) of a kernel [inputs, units] lies in its packed form
/// [panels(units)][inputs][16]. Lanes past `units` hold zeros and stay zero in training.
constexpr std::int64_t packed_index(std::int64_t inputs, std::int64_t k, std::int64_t n) {
  return (n / kPanel * inputs + k) * kPanel + n % kPanel;
}

/// Packs a row-major [inputs, units] matrix; writes panels(units) * inputs * 16 values.
template <class From, class To>
void pack(const From* row_major, std::int64_t inputs, std::int64_t units, To* packed) {
  for (std::int64_t p = 0; p < panels(units); ++p)
    for (std::int64_t k = 0; k < inputs; ++k)
      for (std::int64_t lane = 0; lane < kPanel; ++lane) {
        const std::int64_t n = p * kPanel + lane;
        packed[(p * inputs + k) * kPanel + lane] =
            n < units ? static_cast<To>(row_major[k * units + n]) : To{0};
      }
}

template <class From, class To>
void unpack(const From* packed, std::int64_t inputs, std::int64_t units, To* row_major) {
  for (std::int64_t k = 0; k < inputs; ++k)
    for (std::int64_t n = 0; n < units; ++n)
      row_major[k * units + n] = static_cast<To>(packed[packed_index(inputs, k, n)]);
}

}  // namespace regulus::kernels
