// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "regulus/base/shape.h"
#include "regulus/nn/axis_lengths.h"
#include "regulus/plan/spec.h"

namespace regulus {

/// How windows move over an image. padding: "valid" (windows lie inside), "same" (zeros around it, so that
/// stride 1 keeps its size; with odd padding one more behind than before) or "causal" (all zeros before).
struct WindowMoves {
  std::vector<std::int64_t> kernel_size;  ///< for each axis, as the other two
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilation_rate;
  std::string padding;
};

/// Throws ConfigError unless the lengths are in [1, 2^31), the padding is known (causal: along one axis) and
/// strides do not meet a dilation; `kernel_size` may not be empty.
WindowMoves moves_of(const AxisLengths& kernel_size, const AxisLengths& strides,
                     const AxisLengths& dilation_rate, const std::string& padding, std::size_t axes,
                     const std::string& where);

/// Throws ConfigError unless `length` is in [1, 2^31).
void require_length(std::int64_t length, const std::string& where, const char* key);

/// Where the windows lie on rows of shape (height, width, channels), or (steps, channels): an image of
/// height 1. Throws ShapeError unless the rank fits and there is a window.
plan::WindowSpec place_windows(const WindowMoves& moves, const Shape& row, const std::string& where);

/// (out_h, out_w, units), or (out_w, units) for moves along one axis.
Shape window_shape(const WindowMoves& moves, const plan::WindowSpec& at, std::int64_t units);

}  // namespace regulus
