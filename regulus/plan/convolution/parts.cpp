// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/convolution/parts.h"

#include <algorithm>
#include <utility>

#include "regulus/base/sizes.h"

namespace regulus::plan {
namespace {

// When the kernel's places are taken one after another, as measured on images of 7, 14 and 28 pixels: of
// fewer inputs than kPlaceInputs the outputs are not worth loading and storing; if a place meets less than a
// third of the pixels, its tiles are too short; and an output costs kRead / 4 as much as the weight of an
// input.
constexpr std::int64_t kPlaceInputs = 32;
constexpr std::int64_t kFewPixels = 3;
constexpr std::int64_t kRead = 5;
// And if the parts of pixels would note more windows' runs than this: of a kernel of n x n places in a large
// image there are 4 n^2 parts with n^2 runs.
constexpr std::int64_t kMostRuns = std::int64_t{1} << 22;

std::int64_t quotient_up(std::int64_t a, std::int64_t b) {
  return a > 0 ? (a + b - 1) / b : 0;
}

bool same(runtime::Range a, runtime::Range b) {
  return a.begin == b.begin && a.end == b.end;
}

/// body(outputs, places) for the outputs that meet the same places.
template <class Body>
void for_each_class(const WindowAxis& axis, Body body) {
  for (std::int64_t output = 0, end = 0; output < axis.outputs; output = end) {
    const runtime::Range places = axis.places(output);
    end = output + 1;
    while (end < axis.outputs && same(axis.places(end), places)) ++end;
    body(runtime::Range{output, end}, places);
  }
}

std::int64_t classes_of(const WindowAxis& axis) {
  std::int64_t count = 0;
  for_each_class(axis, [&](runtime::Range, runtime::Range) { ++count; });
  return count;
}

}  // namespace

runtime::Range WindowAxis::places(std::int64_t output) const {
  const std::int64_t end = std::min(quotient_up(inputs - start(output), dilation), kernel);
  return {std::min(quotient_up(-start(output), dilation), end), end};
}

runtime::Range WindowAxis::met(std::int64_t place) const {
  const std::int64_t least = before - place * dilation;  // of output * stride
  const std::int64_t end = std::min(quotient_up(least + inputs, stride), outputs);
  return {std::min(quotient_up(least, stride), end), end};
}

bool WindowAxis::reaches_over() const {
  return start(0) < 0 || start(outputs - 1) + (kernel - 1) * dilation >= inputs;
}

ConvolutionParts::ConvolutionParts(const WindowAxis& height, const WindowAxis& width, const Product& product)
    : height_(height), width_(width), product_(product) {
  const std::int64_t all_runs =
      product_of(classes_of(height), classes_of(width), height.kernel, product.neighbours ? 1 : width.kernel);
  if (all_runs > kMostRuns) {
    parts_ = by_places();
    return;
  }
  parts_ = by_pixels();
  if (product.run < kPlaceInputs || parts_.size() == 1) return;
  std::vector<ConvolutionPart> places = by_places();
  std::int64_t weights = 0;
  for (const ConvolutionPart& part : parts_) weights += part.inputs();
  std::int64_t outputs = 0;
  for (const ConvolutionPart& place : places)
    if (place.resume) outputs += place.lines.size() * place.columns.size();
  const std::int64_t all = height.kernel * width.kernel * height.outputs * width.outputs;
  if (kFewPixels * outputs >= all && 4 * weights > kRead * product.images * outputs)
    parts_ = std::move(places);
}

std::vector<ConvolutionPart> ConvolutionParts::by_pixels() const {
  std::vector<ConvolutionPart> parts;
  for_each_class(height_, [&](runtime::Range lines, runtime::Range rows) {
    for_each_class(width_, [&](runtime::Range columns, runtime::Range places) {
      parts.push_back(part(lines, columns, rows, places));
    });
  });
  return parts;
}

std::vector<ConvolutionPart> ConvolutionParts::by_places() const {
  std::vector<ConvolutionPart> parts{part({0, height_.outputs}, {0, width_.outputs}, {}, {})};
  for (std::int64_t i = 0; i < height_.kernel; ++i)
    for (std::int64_t j = 0; j < width_.kernel; ++j) {
      const runtime::Range lines = height_.met(i);
      const runtime::Range columns = width_.met(j);
      if (lines.size() == 0 || columns.size() == 0) continue;
      parts.push_back(part(lines, columns, {i, i + 1}, {j, j + 1}));
      parts.back().resume = true;
    }
  return parts;
}

ConvolutionPart ConvolutionParts::part(runtime::Range lines, runtime::Range columns, runtime::Range rows,
                                       runtime::Range places) const {
  const auto [channels, run, neighbours, images] = product_;
  ConvolutionPart part{lines, columns, {}, {}, neighbours ? places.size() * run : run, 0};
  if (rows.size() == 0 || places.size() == 0) return part;  // its pixels are the bias
  const std::int64_t first_row = height_.start(lines.begin) + rows.begin * height_.dilation;
  const std::int64_t first_column = width_.start(columns.begin) + places.begin * width_.dilation;
  part.begin = (first_row * width_.inputs + first_column) * channels;
  for (std::int64_t i = rows.begin; i < rows.end; ++i)
    for (std::int64_t j = places.begin; j < (neighbours ? places.begin + 1 : places.end); ++j) {
      part.offsets.push_back(
          ((i - rows.begin) * height_.dilation * width_.inputs + (j - places.begin) * width_.dilation) *
          channels);
      part.run_inputs.push_back((i * width_.kernel + j) * run);
    }
  return part;
}

kernels::Windows ConvolutionParts::windows(const ConvolutionPart& part, std::int64_t lines) const {
  const kernels::Runs runs{part.offsets.data(), static_cast<std::int64_t>(part.offsets.size()), part.length};
  return {runs, lines, part.columns.size(), width_.stride * product_.channels, line_step()};
}

}  // namespace regulus::plan
