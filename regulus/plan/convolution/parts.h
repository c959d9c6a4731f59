// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "regulus/kernels/convolution.h"
#include "regulus/runtime/team.h"

namespace regulus::plan {

/// Where windows lie along one axis: output o meets input o * stride - before + k * dilation through place k
/// of the kernel, if there is such an input.
struct WindowAxis {
  std::int64_t outputs;
  std::int64_t inputs;
  std::int64_t kernel;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t before = 0;

  std::int64_t start(std::int64_t output) const { return output * stride - before; }
  /// The kernel's places that meet an input from an output on.
  runtime::Range places(std::int64_t output) const;
  /// The outputs that meet an input through a place.
  runtime::Range met(std::int64_t place) const;
  /// Some window begins before the first input or ends behind the last.
  bool reaches_over() const;
};

/// Output pixels whose windows meet the same places of the kernel: a product of its own.
struct ConvolutionPart {
  runtime::Range lines;
  runtime::Range columns;
  std::vector<std::int64_t> offsets;
  std::vector<std::int64_t> run_inputs;
  std::int64_t length;  ///< of a run
  std::int64_t begin;   ///< of the first pixel's first run, in the image
  bool resume = false;  ///< behind other parts with the same pixels

  std::int64_t inputs() const { return static_cast<std::int64_t>(offsets.size()) * length; }
};

/// An image's windows parted so that no window reaches over its edge: zeros there are neither stored nor
/// multiplied. The parts have different pixels, each its whole window. Or, where many parts would read the
/// same weights again and again, they are the places of the kernel, one after another, each with all pixels
/// that meet it: its weights are read once, the outputs as often as there are places.
class ConvolutionParts {
 public:
  ConvolutionParts() = default;
  /// What a product needs to know beside the axes.
  struct Product {
    std::int64_t channels;  ///< of the image
    std::int64_t run;       ///< channels that a unit meets
    bool neighbours;        ///< a pixel's channels in a window end where the next one's begin
    std::int64_t images;    ///< that are worked on together
  };
  ConvolutionParts(const WindowAxis& height, const WindowAxis& width, const Product& product);

  /// product(args) for the output's `lines`, part by part. `all`: x and y are the first image and its output;
  /// the windows and what belongs to them are filled in.
  template <class T, class Run>
  void run(kernels::ConvolutionArgs<T> all, runtime::Range lines, const Run& product) const {
    const T* const x = all.x;
    T* const y = all.y;
    all.y_row = width_.outputs * all.y_step;
    for (const ConvolutionPart& part : parts_) {
      const runtime::Range some{std::max(lines.begin, part.lines.begin), std::min(lines.end, part.lines.end)};
      if (some.size() <= 0) continue;
      all.windows = windows(part, some.size());
      all.run_inputs = part.run_inputs.data();
      all.x = x + part.begin + (some.begin - part.lines.begin) * line_step();
      all.resume = part.resume;
      all.y = y + some.begin * all.y_row + part.columns.begin * all.y_step;
      product(all);
    }
  }

 private:
  /// Parts of pixels that meet the same places.
  std::vector<ConvolutionPart> by_pixels() const;
  /// The bias, then place by place.
  std::vector<ConvolutionPart> by_places() const;
  ConvolutionPart part(runtime::Range lines, runtime::Range columns, runtime::Range rows,
                       runtime::Range places) const;
  kernels::Windows windows(const ConvolutionPart& part, std::int64_t lines) const;
  std::int64_t line_step() const { return height_.stride * width_.inputs * product_.channels; }

  WindowAxis height_{};
  WindowAxis width_{};
  Product product_{};
  std::vector<ConvolutionPart> parts_;
};

}  // namespace regulus::plan
