// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/base64.h"

#include <algorithm>
#include <array>

namespace regulus {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kGroupBytes = 3;
constexpr std::size_t kGroupDigits = 4;
constexpr int kDigitBits = 6;
constexpr std::uint32_t kDigitMask = 63;
constexpr std::uint8_t kNoDigit = 255;

constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < kDigits.size(); ++i)
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve((bytes.size() + kGroupBytes - 1) / kGroupBytes * kGroupDigits);
  for (std::size_t at = 0; at < bytes.size(); at += kGroupBytes) {
    const std::size_t count = std::min(kGroupBytes, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < kGroupBytes; ++i) group = group << 8 | (i < count ? bytes[at + i] : 0u);
    for (std::size_t digit = 0; digit < kGroupDigits; ++digit) {
      const int shift = kDigitBits * static_cast<int>(kGroupDigits - 1 - digit);
      text += digit <= count ? kDigits[group >> shift & kDigitMask] : '=';
    }
  }
  return text;
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  if (text.size() % kGroupDigits != 0) return {};
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / kGroupDigits * kGroupBytes);
  for (std::size_t at = 0; at < text.size(); at += kGroupDigits) {
    const bool last = at + kGroupDigits == text.size();
    const std::size_t padding = !last || text[at + 3] != '=' ? 0 : text[at + 2] != '=' ? 1 : 2;
    std::uint32_t group = 0;
    for (std::size_t digit = 0; digit < kGroupDigits; ++digit) {
      const std::uint8_t value =
          digit + padding < kGroupDigits ? kValues[static_cast<unsigned char>(text[at + digit])] : 0;
      if (value == kNoDigit) return {};
      group = group << kDigitBits | value;
    }
    // Bits that no byte takes are zero.
    if ((group & ((1u << 8 * padding) - 1)) != 0) return {};
    for (std::size_t i = 0; i + padding < kGroupBytes; ++i)
      bytes.push_back(static_cast<std::uint8_t>(group >> 8 * (kGroupBytes - 1 - i)));
  }
  return bytes;
}

}  // namespace regulus
