// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/window.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/row_limits.h"

namespace regulus {
namespace {

struct Axis {
  std::int64_t before;  ///< zeros
  std::int64_t count;   ///< windows
};

Axis place_axis(std::int64_t length, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                const std::string& padding) {
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  if (padding == "valid") return {0, length < reach ? 0 : (length - reach) / stride + 1};
  const std::int64_t count = (length + stride - 1) / stride;
  if (padding == "causal") return {reach - 1, count};
  const std::int64_t zeros = std::max<std::int64_t>((count - 1) * stride + reach - length, 0);
  return {zeros / 2, count};
}

std::string text_of(const std::vector<std::int64_t>& values) {
  return values.size() == 1 ? std::to_string(values[0]) : to_string(Shape(values));
}

bool all_ones(const std::vector<std::int64_t>& values) {
  return std::all_of(values.begin(), values.end(), [](std::int64_t v) { return v == 1; });
}

[[noreturn]] void refuse(const std::string& where, std::string what, std::string fix = "") {
  throw ConfigError({.where = where, .what = std::move(what), .fix = std::move(fix)});
}

}  // namespace

WindowMoves moves_of(const AxisLengths& kernel_size, const AxisLengths& strides,
                     const AxisLengths& dilation_rate, const std::string& padding, std::size_t axes,
                     const std::string& where) {
  if (kernel_size.empty())
    refuse(where, "kernel_size is missing", "Say how large the windows are, e.g. .kernel_size = 3.");
  WindowMoves moves{kernel_size.for_axes(axes, where, "kernel_size"),
                    strides.for_axes(axes, where, "strides"),
                    dilation_rate.for_axes(axes, where, "dilation_rate"), padding};
  const bool causal = axes == 1 && padding == "causal";
  if (padding != "valid" && padding != "same" && !causal)
    refuse(where, std::string("padding must be \"valid\"") +
                      (axes == 1 ? ", \"same\" or \"causal\"" : " or \"same\"") + ", got \"" + padding +
                      "\"");
  if (!all_ones(moves.strides) && !all_ones(moves.dilation_rate))
    refuse(where, "strides above 1 and a dilation_rate above 1 exclude each other");
  return moves;
}

void require_length(std::int64_t length, const std::string& where, const char* key) {
  constexpr std::int64_t kMaxLength = (std::int64_t{1} << 31) - 1;
  if (length < 1 || length > kMaxLength)
    refuse(where, std::string(key) + " must be in [1, 2147483647], got " + std::to_string(length));
}

plan::WindowSpec place_windows(const WindowMoves& moves, const Shape& row, const std::string& where) {
  const std::size_t axes = moves.kernel_size.size();
  if (row.rank() != axes + 1 || row.size() < 1)
    throw ShapeError({.where = where,
                      .what = axes == 1 ? "the input rows must be steps of channels"
                                        : "the input rows must be images with channels last",
                      .expected = axes == 1 ? "(None, steps, channels)" : "(None, height, width, channels)",
                      .found = to_batch_string(row),
                      .fix = row.rank() == axes ? "Add the axis by a Reshape layer before it." : ""});
  require_row(where, row);
  plan::WindowSpec at{};
  at.height = axes == 1 ? 1 : row[0];
  at.width = row[axes - 1];
  at.channels = row.back();
  at.kernel_h = axes == 1 ? 1 : moves.kernel_size[0];
  at.kernel_w = moves.kernel_size[axes - 1];
  at.stride_h = axes == 1 ? 1 : moves.strides[0];
  at.stride_w = moves.strides[axes - 1];
  at.dilation_h = axes == 1 ? 1 : moves.dilation_rate[0];
  at.dilation_w = moves.dilation_rate[axes - 1];
  const Axis vertical =
      place_axis(at.height, at.kernel_h, at.stride_h, at.dilation_h, axes == 1 ? "valid" : moves.padding);
  const Axis horizontal = place_axis(at.width, at.kernel_w, at.stride_w, at.dilation_w, moves.padding);
  if (vertical.count < 1 || horizontal.count < 1)
    throw ShapeError(
        {.where = where,
         .what = "the window of " + text_of(moves.kernel_size) +
                 (all_ones(moves.dilation_rate) ? "" : ", dilated by " + text_of(moves.dilation_rate) + ",") +
                 " does not fit into the input",
         .found = to_batch_string(row),
         .fix = "Make it smaller, or say padding = \"same\"."});
  at.pad_top = vertical.before;
  at.out_h = vertical.count;
  at.pad_left = horizontal.before;
  at.out_w = horizontal.count;
  return at;
}

Shape window_shape(const WindowMoves& moves, const plan::WindowSpec& at, std::int64_t units) {
  if (moves.kernel_size.size() == 1) return Shape{at.out_w, units};
  return Shape{at.out_h, at.out_w, units};
}

}  // namespace regulus
