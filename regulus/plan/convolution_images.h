// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/kernels/convolution.h"
#include "regulus/plan/placement.h"
#include "regulus/plan/spec.h"
#include "regulus/runtime/team.h"

namespace regulus::plan {

/// A pattern of windows; the offsets must outlive every use.
struct WindowPattern {
  std::vector<std::int64_t> offsets;
  std::int64_t length = 1;

  kernels::Runs runs() const { return {offsets.data(), static_cast<std::int64_t>(offsets.size()), length}; }
};

/// Where the images of a convolution lie, and which of their elements a window meets: forward over the input
/// with its border; backward over the output's gradient, whose windows, with the kernel turned round, are
/// what a pixel of the input gave to.
struct ConvolutionImages {
  ConvolutionImages() = default;
  /// channels: of the bordered input, those of the image or, depthwise, as many as units. groups: of units.
  ConvolutionImages(const WindowSpec& window, std::int64_t channels, std::int64_t units, bool depthwise,
                    std::int64_t groups);

  kernels::Windows windows() const;
  /// The windows of `lines` lines of the input, over these rows of the turned kernel, from `line` of the
  /// spread gradient on.
  kernels::Windows backward_windows(runtime::Range kernel_rows, std::int64_t lines) const;
  /// The turned kernel's rows that meet a gradient from a line of the input on.
  runtime::Range kernel_rows(std::int64_t line) const;
  /// Inputs of one row of the turned kernel.
  std::int64_t row_inputs() const { return row_runs() * backward.length; }
  /// A line's pixels that have a gradient: those behind them no window reached.
  std::int64_t gradient_width() const;

  WindowSpec at{};
  std::int64_t channels = 0;
  std::int64_t units = 0;
  Placement border{};  ///< of the input
  Placement spread{};  ///< of the output's gradient
  WindowPattern forward;
  WindowPattern backward;

 private:
  std::int64_t row_runs() const { return static_cast<std::int64_t>(backward.offsets.size()) / at.kernel_h; }
};

}  // namespace regulus::plan
