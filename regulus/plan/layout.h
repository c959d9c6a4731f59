// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "regulus/base/buffer.h"

namespace regulus::plan {

/// Where in an arena something lies, in bytes from its start; -1: nowhere.
using Offset = std::int64_t;
inline constexpr Offset kNowhere = -1;

/// Lays out an arena: hands out 64-byte-aligned places one after another, once, at compile time.
class Layout {
 public:
  template <class U>
  Offset reserve(std::int64_t count) {
    const Offset at = bytes_;
    const auto align = static_cast<std::int64_t>(kAlignment);
    bytes_ += (count * static_cast<std::int64_t>(sizeof(U)) + align - 1) / align * align;
    return at;
  }
  std::int64_t bytes() const { return bytes_; }

 private:
  std::int64_t bytes_ = 0;
};

/// A [rows, width] array in the arena, its rows `stride` elements apart, and its gradient.
struct Value {
  std::int64_t width = 0;
  std::int64_t stride = 0;
  Offset data = kNowhere;
  Offset gradient = kNowhere;  ///< kNowhere: nobody needs it
};

}  // namespace regulus::plan
