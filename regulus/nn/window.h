// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "regulus/base/config_reader.h"
#include "regulus/base/shape.h"
#include "regulus/plan/spec.h"

namespace regulus {

/// A length for each axis of an image, or one for all of them: `3` or `{3, 5}`; empty: nothing was said.
class Lengths {
 public:
  Lengths() = default;
  Lengths(int all) : values_{all} {}
  Lengths(std::initializer_list<int> values) : values_(values.begin(), values.end()) {}
  explicit Lengths(std::vector<std::int64_t> values) : values_(std::move(values)) {}

  bool empty() const { return values_.empty(); }
  /// These, or if nothing was said, `fallback`.
  const Lengths& value_or(const Lengths& fallback) const { return empty() ? fallback : *this; }
  /// One for each of `rank` axes. Throws ConfigError `WHERE: KEY must be …` unless they are positive, fit
  /// in 31 bits, and are 1 or `rank` in number.
  std::vector<std::int64_t> for_axes(std::size_t rank, const std::string& where, const char* key) const;

 private:
  std::vector<std::int64_t> values_;
};

/// The member `key`, a length or a list of them. Throws ConfigError.
Lengths read_lengths(ConfigReader& reader, const char* key, Lengths fallback);

/// How windows move over an image. padding: "valid" (windows lie inside), "same" (zeros around it, so that
/// stride 1 keeps its size; with odd padding one more behind than before) or "causal" (all zeros before).
struct WindowMoves {
  std::vector<std::int64_t> kernel_size;  ///< for each axis, as the other two
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilation_rate;
  std::string padding;
};

/// Where the windows lie on rows of shape (height, width, channels), or (steps, channels): an image of
/// height 1. Throws ShapeError unless the rank fits and there is a window.
plan::WindowSpec place_windows(const WindowMoves& moves, const Shape& row, const std::string& where);

/// (out_h, out_w, units), or (out_w, units) for moves along one axis.
Shape window_shape(const WindowMoves& moves, const plan::WindowSpec& at, std::int64_t units);

}  // namespace regulus
