// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "regulus/base/buffer.h"
#include "regulus/base/sizes.h"

namespace regulus::plan {

/// Where in an arena something lies, in bytes from its start: how far depends on the rows that the arena has
/// room for. A negative one is nowhere.
struct Offset {
  std::int64_t fixed = -1;
  std::int64_t per_row = 0;

  std::int64_t bytes(std::int64_t rows) const { return fixed + per_row * rows; }
  friend bool operator==(const Offset&, const Offset&) = default;
};
inline constexpr Offset kNowhere{};

/// Lays out arenas of any number of rows: hands out 64-byte-aligned places one after another, once, at
/// compile time. Sizes that no memory has come to kTooLarge.
class Layout {
 public:
  /// [count], however many rows there are.
  template <class U>
  Offset reserve(std::int64_t count) {
    return add(fixed_, aligned<U>(count));
  }
  /// [rows][count].
  template <class U>
  Offset reserve_rows(std::int64_t count) {
    return add(per_row_, aligned<U>(count));
  }
  /// Of an arena with room for `rows` rows.
  std::int64_t bytes(std::int64_t rows) const { return sum_of(fixed_, product_of(per_row_, rows)); }
  /// What a row needs, beside what is there for all.
  std::int64_t row_bytes() const { return per_row_; }

 private:
  template <class U>
  static std::int64_t aligned(std::int64_t count) {
    return rounded_up(product_of(count, static_cast<std::int64_t>(sizeof(U))),
                      static_cast<std::int64_t>(kAlignment));
  }
  Offset add(std::int64_t& to, std::int64_t bytes) {
    const Offset at{fixed_, per_row_};
    to = sum_of(to, bytes);
    return at;
  }

  std::int64_t fixed_ = 0;
  std::int64_t per_row_ = 0;
};

/// A [rows, width] array in the arena, its rows `stride` elements apart, and its gradient.
struct Value {
  std::int64_t width = 0;
  std::int64_t stride = 0;
  Offset data = kNowhere;
  Offset gradient = kNowhere;  ///< kNowhere: nobody needs it
};

}  // namespace regulus::plan
