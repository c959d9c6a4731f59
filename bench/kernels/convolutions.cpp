// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>

#include "bench/kernels/lone_step.h"
#include "bench/kernels/step_contest.h"
#include "regulus/nn/layers/convolutional/convolution.h"
#include "regulus/nn/layers/convolutional/depthwise_convolution.h"

// What a convolution does for each batch, beside oneDNN. Both find their weights as they want them.

namespace regulus::bench {
namespace {

struct Shape2D {
  std::int64_t pixels;
  std::int64_t channels;
  std::int64_t units;
  std::int64_t size;
  bool same;
  bool depthwise;

  std::int64_t outputs() const { return same ? pixels : pixels - size + 1; }
  double flops() const {
    return 2.0 * static_cast<double>(outputs() * outputs() * size * size) *
           static_cast<double>(depthwise ? units : channels * units);
  }
  /// As many images as take two milliseconds or so, or 16 MiB, up to a usual batch.
  std::int64_t batch() const {
    constexpr double kEnough = 5e8;
    constexpr std::int64_t kMostNumbers = 4 << 20;
    const std::int64_t numbers = pixels * pixels * channels + outputs() * outputs() * units;
    std::int64_t batch = 32;
    while (batch > 1 && (static_cast<double>(batch) * flops() > kEnough || batch * numbers > kMostNumbers))
      batch /= 2;
    return batch;
  }
  std::string name() const {
    return std::to_string(size) + "x" + std::to_string(size) + (same ? "-same:" : "-valid:") +
           std::to_string(batch()) + "x" + std::to_string(pixels) + "x" + std::to_string(pixels) + "x" +
           std::to_string(channels) + (depthwise ? "" : "-" + std::to_string(units));
  }
};

LayerPtr layer_of(const Shape2D& s) {
  const char* const padding = s.same ? "same" : "valid";
  if (s.depthwise)
    return DepthwiseConv2D({.kernel_size = s.size, .padding = padding, .bias_initializer = "ones"});
  return Conv2D({.filters = s.units, .kernel_size = s.size, .padding = padding, .bias_initializer = "ones"});
}

struct Part {
  const char* name;
  ConvolutionPart part;
};
constexpr Part kParts[] = {{"forward", ConvolutionPart::kForward},
                           {"input_gradient", ConvolutionPart::kInputGradient},
                           {"weight_gradient", ConvolutionPart::kWeightGradient}};

std::vector<std::string> names_of(const LoneStep& step, ConvolutionPart part) {
  if (part == ConvolutionPart::kForward) return {"forward"};
  if (part == ConvolutionPart::kInputGradient) return {"input gradient"};
  const char* const over_the_batch = "gradient, update";
  if (step.has_part(over_the_batch)) return {over_the_batch};
  return {"gradient", "update"};
}

StepContest prepare(const Shape2D& s, const Part& part) {
  const LayerPtr layer = layer_of(s);
  auto step =
      std::make_shared<LoneStep>(layer, Shape{s.pixels, s.pixels, s.channels}, s.batch(), plan::Mode::kTrain);
  const Rows in = step->input();
  const Rows out = step->output_gradient();
  const Buffer<float> x = numbers(in.count * in.width);
  const Buffer<float> dy = numbers(out.count * out.width, 2);
  step->input().assign(x.span());
  step->output_gradient().assign(dy.span());
  if (part.part == ConvolutionPart::kWeightGradient) step->parts({"forward"})();  // keeps what it has read
  if (part.part == ConvolutionPart::kInputGradient) step->parts({"weights turned"})();

  const std::vector<Tensor> weights = layer->get_weights();
  const std::int64_t before = s.same ? pixels_before(s.pixels, s.outputs(), s.size, 1) : 0;
  const ConvolutionJob job{{s.batch(), s.pixels, s.pixels, s.channels, s.units, s.size, 1, before,
                            s.outputs(), s.outputs(), x.data(), dy.data()},
                           s.depthwise,
                           weights[0].data(),
                           weights[1].data()};
  return {[step, run = step->parts(names_of(*step, part.part))] { run(); },
          [step, part = part.part] {
            switch (part) {
              case ConvolutionPart::kForward:
                return step->output().dense();
              case ConvolutionPart::kInputGradient:
                return step->input_gradient().dense();
              case ConvolutionPart::kWeightGradient:
                return step->weight_gradient(0);
            }
            return std::vector<float>();
          },
          onednn_convolution(job, part.part)};
}

void register_shape(const Setting& setting, const std::string& family, const Shape2D& s) {
  for (const Part& part : kParts)
    register_step(family + "_" + part.name + "/" + s.name(), setting, Work::kFlops,
                  static_cast<double>(s.batch()) * s.flops(), [s, &part] { return prepare(s, part); });
}

/// The weights turned for the input gradient: once a batch, whatever its size.
void register_turning(const Shape2D& s) {
  const double bytes = 8.0 * static_cast<double>(s.size * s.size * s.channels * s.units);
  register_moving("convolution_weights_turned/" + std::to_string(s.size) + "x" + std::to_string(s.size) +
                      ":" + std::to_string(s.channels) + "-" + std::to_string(s.units),
                  bytes, [s] {
                    auto step = std::make_shared<LoneStep>(layer_of(s), Shape{s.pixels, s.pixels, s.channels},
                                                           1, plan::Mode::kTrain);
                    return [step, run = step->parts({"weights turned"})] { run(); };
                  });
}

using Pair = std::pair<std::int64_t, std::int64_t>;
constexpr Pair kChannels[] = {{1, 32},   {3, 32},    {16, 16},   {32, 64},  {64, 64},
                              {64, 128}, {128, 128}, {128, 256}, {256, 256}};
constexpr Pair kQuickChannels[] = {{1, 32}, {32, 64}, {128, 128}};
constexpr std::int64_t kPixels[] = {7, 14, 28, 56, 64};
constexpr std::int64_t kQuickPixels[] = {14, 28};
constexpr std::int64_t kSizes[] = {1, 3, 5};
constexpr std::int64_t kDepthwiseChannels[] = {32, 64, 256};
/// More work for one image than this is left out: the rest of the grid would have to wait.
constexpr double kMostFlops = 4e9;

}  // namespace

void register_convolutions(const Setting& setting) {
  const auto channels = setting.quick ? std::span<const Pair>(kQuickChannels) : kChannels;
  const auto pixels = setting.quick ? std::span<const std::int64_t>(kQuickPixels) : kPixels;
  for (const std::int64_t size : kSizes)
    for (const bool same : {true, false}) {
      if (size == 1 && !same) continue;  // the same
      for (const auto& [in, out] : channels)
        for (const std::int64_t p : pixels)
          if (const Shape2D s{p, in, out, size, same, false}; s.flops() <= kMostFlops)
            register_shape(setting, "convolution", s);
    }
  for (const std::int64_t size : {3, 5})
    for (const std::int64_t c : kDepthwiseChannels)
      for (const std::int64_t p : pixels) register_shape(setting, "depthwise", {p, c, c, size, true, true});
  for (const std::int64_t size : kSizes)
    for (const auto& [in, out] : channels) register_turning({size, in, out, size, false, false});
}

}  // namespace regulus::bench
