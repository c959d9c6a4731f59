// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

namespace regulus {

/// A size that no memory has: what sums and products of sizes come to instead of an overflow. It stays too
/// large whatever is added or multiplied, so that one comparison at the end refuses it.
inline constexpr std::int64_t kTooLarge = std::numeric_limits<std::int64_t>::max();

/// a + b and a * b of sizes >= 0, at most kTooLarge.
constexpr std::int64_t sum_of(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kTooLarge : sum;
}
constexpr std::int64_t product_of(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kTooLarge : product;
}
template <class... More>
constexpr std::int64_t product_of(std::int64_t a, std::int64_t b, More... more) {
  return product_of(product_of(a, b), more...);
}

/// `size` rounded up to a multiple of `unit`, at most kTooLarge.
constexpr std::int64_t rounded_up(std::int64_t size, std::int64_t unit) {
  return size > kTooLarge - (unit - 1) ? kTooLarge : (size + unit - 1) / unit * unit;
}

}  // namespace regulus
