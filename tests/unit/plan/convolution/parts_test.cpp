// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/convolution/parts.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace regulus::plan {
namespace {

WindowAxis axis(std::int64_t inputs, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                std::int64_t before, std::int64_t behind) {
  const std::int64_t reach = (kernel - 1) * dilation;
  return {(inputs + before + behind - reach - 1) / stride + 1, inputs, kernel, stride, dilation, before};
}

std::string text(const WindowAxis& a) {
  std::string all;
  for (const std::int64_t n : {a.outputs, a.inputs, a.kernel, a.stride, a.dilation, a.before})
    all += std::to_string(n) + ' ';
  return all;
}

std::vector<WindowAxis> axes() {
  std::vector<WindowAxis> all;
  for (const std::int64_t inputs : {1, 2, 5, 8})
    for (const std::int64_t kernel : {1, 2, 3, 5})
      for (const std::int64_t stride : {1, 2})
        for (const std::int64_t dilation : {1, 2})
          for (const std::int64_t before : {0, 1, 4})
            for (const std::int64_t behind : {0, 2})
              if (inputs + before + behind > (kernel - 1) * dilation)
                all.push_back(axis(inputs, kernel, stride, dilation, before, behind));
  return all;
}

// The definition: output o meets input o * stride - before + place * dilation.
bool meet(const WindowAxis& a, std::int64_t output, std::int64_t place) {
  const std::int64_t input = output * a.stride - a.before + place * a.dilation;
  return 0 <= input && input < a.inputs;
}

TEST(WindowAxis, KnowsWhatMeetsWhat) {
  for (const WindowAxis& a : axes()) {
    bool over = false;
    for (std::int64_t output = 0; output < a.outputs; ++output)
      for (std::int64_t place = 0; place < a.kernel; ++place) {
        const runtime::Range places = a.places(output);
        const runtime::Range outputs = a.met(place);
        const bool wanted = meet(a, output, place);
        EXPECT_EQ(places.begin <= place && place < places.end, wanted) << text(a);
        EXPECT_EQ(outputs.begin <= output && output < outputs.end, wanted) << text(a);
        over = over || !wanted;
      }
    EXPECT_EQ(a.reaches_over(), over) << text(a);
  }
}

using Meeting = std::pair<std::int64_t, std::int64_t>;  // element of the image, packed input

struct Output {
  bool begun = false;
  std::vector<Meeting> meetings;
};

// Notes what each output pixel would add up.
std::vector<Output> follow(const ConvolutionParts& parts, std::int64_t lines, std::int64_t columns,
                           std::int64_t wanted_begin, std::int64_t wanted_end,
                           const std::vector<float>& image) {
  std::vector<Output> outputs(static_cast<std::size_t>(lines * columns));
  std::vector<float> y(outputs.size());
  parts.run<float>(
      {.x = image.data(), .w = nullptr, .w_stride = 0, .bias = nullptr, .y = y.data(), .units = 1},
      {wanted_begin, wanted_end}, [&](const kernels::ConvolutionArgs<float>& a) {
        const kernels::Runs& runs = a.windows.runs;
        for (std::int64_t i = 0; i < a.windows.height; ++i)
          for (std::int64_t j = 0; j < a.windows.width; ++j) {
            Output& output =
                outputs.at(static_cast<std::size_t>(a.y + i * a.y_row + j * a.y_step - y.data()));
            EXPECT_EQ(output.begun, a.resume);
            output.begun = true;
            const float* x = a.x + i * a.windows.row + j * a.windows.step;
            for (std::int64_t run = 0; run < runs.count; ++run)
              for (std::int64_t k = 0; k < runs.length; ++k)
                output.meetings.emplace_back(x + runs.offset[run] + k - image.data(), a.run_inputs[run] + k);
          }
      });
  return outputs;
}

// channels: of the image; of these a unit meets `run`.
void expect_windows(const WindowAxis& height, const WindowAxis& width, std::int64_t channels,
                    std::int64_t run, std::int64_t images, runtime::Range lines) {
  const std::vector<float> image(static_cast<std::size_t>(height.inputs * width.inputs * channels));
  const bool neighbours = channels == run && width.dilation == 1;
  const ConvolutionParts parts(height, width, {channels, run, neighbours, images});
  const auto outputs = follow(parts, height.outputs, width.outputs, lines.begin, lines.end, image);
  for (std::int64_t y = 0; y < height.outputs; ++y)
    for (std::int64_t x = 0; x < width.outputs; ++x) {
      const Output& output = outputs[static_cast<std::size_t>(y * width.outputs + x)];
      const bool asked = lines.begin <= y && y < lines.end;
      EXPECT_EQ(output.begun, asked);
      std::vector<Meeting> wanted;
      for (std::int64_t i = 0; asked && i < height.kernel; ++i)
        for (std::int64_t j = 0; j < width.kernel; ++j)
          for (std::int64_t c = 0; c < run && meet(height, y, i) && meet(width, x, j); ++c) {
            const std::int64_t line = height.start(y) + i * height.dilation;
            const std::int64_t column = width.start(x) + j * width.dilation;
            wanted.emplace_back((line * width.inputs + column) * channels + c,
                                (i * width.kernel + j) * run + c);
          }
      ASSERT_EQ(output.meetings, wanted) << text(height) << "| " << text(width) << "| " << y << ' ' << x;
    }
}

TEST(ConvolutionParts, EachPixelMeetsWhatItsWindowHoldsInItsOrder) {
  for (const WindowAxis& height : axes())
    for (const WindowAxis& width : axes()) {
      if (height.stride != width.stride || (height.inputs + width.inputs) % 3 == 0) continue;
      expect_windows(height, width, 2, 2, 1, {0, height.outputs});
      expect_windows(height, width, 2, 1, 1, {height.outputs / 3, height.outputs - height.outputs / 4});
    }
}

// The more images share the weights, the less it pays to have them part by part.
TEST(ConvolutionParts, PlaceByPlaceIsTheSame) {
  for (const WindowAxis& height : axes())
    for (const WindowAxis& width : axes()) {
      if (height.stride != width.stride || (height.inputs + width.inputs) % 3 > 0) continue;
      for (const std::int64_t images : {0, 1000})
        expect_windows(height, width, 33, 33, images, {height.outputs / 3, height.outputs});
    }
}

}  // namespace
}  // namespace regulus::plan
