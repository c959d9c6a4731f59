// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <span>

#include "bench/kernels/lone_step.h"
#include "bench/kernels/step_contest.h"
#include "regulus/nn/layers/normalization/batch_normalization.h"

// Batch normalization beside oneDNN. Bytes: each array is read twice where its sums are needed first.

namespace regulus::bench {
namespace {

constexpr double kEpsilon = 1e-3;

struct Images {
  std::int64_t batch;
  std::int64_t pixels;
  std::int64_t channels;

  std::string name() const {
    const std::string side = std::to_string(pixels);
    return std::to_string(batch) + "x" + side + "x" + side + "x" + std::to_string(channels);
  }
};
constexpr Images kImages[] = {{32, 7, 256}, {32, 14, 128}, {32, 28, 32},  {8, 56, 64},
                              {8, 64, 16},  {128, 1, 300}, {128, 1, 1024}};
constexpr Images kQuickImages[] = {{32, 28, 32}, {128, 1, 300}};

struct Part {
  const char* name;
  StepPart part;
  std::vector<std::string> parts;
  int passes;  ///< over an array
};
const Part kParts[] = {
    {"batch_normalization_predict", StepPart::kPredict, {"moving moments", "forward"}, 2},
    {"batch_normalization_forward", StepPart::kForward, {"row moments", "batch moments", "forward"}, 3},
    {"batch_normalization_backward",
     StepPart::kBackward,
     {"row gradient sums", "gradient sums", "input gradient", "gradient, update"},
     5}};

/// sqrt(variance + epsilon) of each channel. With that as gamma a gradient that goes through the layer in
/// place again and again neither grows nor fades.
std::vector<float> deviations(const Buffer<float>& x, std::int64_t channels) {
  std::vector<double> sums(static_cast<std::size_t>(channels));
  std::vector<double> squares(sums.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double value = static_cast<double>(x[i]);
    sums[i % sums.size()] += value;
    squares[i % sums.size()] += value * value;
  }
  const double n = static_cast<double>(x.size()) / static_cast<double>(channels);
  std::vector<float> found;
  for (std::size_t c = 0; c < sums.size(); ++c)
    found.push_back(static_cast<float>(std::sqrt(squares[c] / n - sums[c] / n * sums[c] / n + kEpsilon)));
  return found;
}

StepContest prepare(const Images& images, const Part& part) {
  const LayerPtr layer = BatchNormalization({.epsilon = kEpsilon});
  const Shape row{images.pixels, images.pixels, images.channels};
  const Shape per_channel{images.channels};
  const Buffer<float> x = numbers(images.batch * row.size());
  const Buffer<float> dy = numbers(images.batch * row.size(), 2);
  layer->build({row, random::Key(1), 0});
  const Buffer<float> small = numbers(images.channels);
  const std::vector<float> any(small.span().begin(), small.span().end());
  layer->set_weights({Tensor(per_channel, deviations(x, images.channels)), Tensor(per_channel, any),
                      Tensor(per_channel, any), Tensor(per_channel, std::vector<float>(any.size(), 0.25F))});
  const plan::Mode mode = part.part == StepPart::kPredict ? plan::Mode::kPredict : plan::Mode::kTrain;
  auto step = std::make_shared<LoneStep>(layer, row, images.batch, mode);
  step->input().assign(x.span());
  const bool backward = part.part == StepPart::kBackward;
  if (backward) {
    step->parts({"row moments", "batch moments", "forward"})();
    step->output_gradient().assign(dy.span());
  }
  const std::vector<Tensor> weights = layer->get_weights();
  const NormalizationJob job{
      images.batch,     images.pixels, images.pixels,     images.channels,   static_cast<float>(kEpsilon),
      x.data(),         dy.data(),     weights[0].data(), weights[1].data(), weights[2].data(),
      weights[3].data()};
  return {[step, run = step->parts(part.parts)] { run(); },
          [step, backward] { return (backward ? step->input_gradient() : step->output()).dense(); },
          onednn_normalization(job, part.part)};
}

}  // namespace

void register_normalization(const Setting& setting) {
  for (const Part& part : kParts)
    for (const Images& images : setting.quick ? std::span<const Images>(kQuickImages) : kImages) {
      const double array =
          4.0 * static_cast<double>(images.batch * images.pixels * images.pixels * images.channels);
      register_step(std::string(part.name) + "/" + images.name(), setting, Work::kBytes, part.passes * array,
                    [images, &part] { return prepare(images, part); });
    }
}

}  // namespace regulus::bench
