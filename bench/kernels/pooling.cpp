// SPDX-License-Identifier: Apache-2.0
#include <span>

#include "bench/kernels/lone_step.h"
#include "bench/kernels/step_contest.h"
#include "regulus/nn/layers/pooling/pooling.h"

// Pooling beside oneDNN. Bytes are those of an image and its output, read or written once; forward in
// training a maximum's place is written too, and read on the way back.

namespace regulus::bench {
namespace {

struct Windows {
  std::int64_t size;
  std::int64_t stride;
  bool same;
};
constexpr Windows kWindows[] = {{2, 2, false}, {3, 1, true}, {3, 2, true}};

struct Images {
  std::int64_t batch;
  std::int64_t pixels;
  std::int64_t channels;
};
constexpr Images kImages[] = {{32, 7, 256}, {32, 14, 128}, {32, 28, 32}, {8, 56, 64}, {8, 64, 16}};
constexpr Images kQuickImages[] = {{32, 28, 32}};

struct Case {
  Images images;
  Windows windows;
  bool max;
  StepPart part;

  std::int64_t outputs() const {
    const std::int64_t n = images.pixels;
    return (windows.same ? n + windows.stride - 1 : n - windows.size + windows.stride) / windows.stride;
  }
  bool has_places() const { return max && part != StepPart::kPredict; }
  double bytes() const {
    const std::int64_t pixels =
        images.pixels * images.pixels + (has_places() ? 2 : 1) * outputs() * outputs();
    return 4.0 * static_cast<double>(images.batch * images.channels * pixels);
  }
  std::string name() const {
    const std::string part_name = part == StepPart::kForward    ? "_forward/"
                                  : part == StepPart::kBackward ? "_backward/"
                                                                : "_predict/";
    const std::string side = std::to_string(windows.size);
    const std::string pixels = std::to_string(images.pixels);
    return (max ? "max_pool" : "average_pool") + part_name + side + "x" + side + "-stride-" +
           std::to_string(windows.stride) + ":" + std::to_string(images.batch) + "x" + pixels + "x" + pixels +
           "x" + std::to_string(images.channels);
  }
};

LayerPtr layer_of(const Case& c) {
  const PoolingLayer::Options options{
      .pool_size = c.windows.size, .strides = c.windows.stride, .padding = c.windows.same ? "same" : "valid"};
  if (c.max) return MaxPooling2D(options);
  return AveragePooling2D(options);
}

StepContest prepare(const Case& c) {
  const Images& images = c.images;
  const plan::Mode mode = c.part == StepPart::kPredict ? plan::Mode::kPredict : plan::Mode::kTrain;
  auto step = std::make_shared<LoneStep>(layer_of(c), Shape{images.pixels, images.pixels, images.channels},
                                         images.batch, mode);
  const Rows out = step->output();
  const Buffer<float> x = numbers(images.batch * step->input().width);
  const Buffer<float> dy = numbers(images.batch * out.width, 2);
  step->input().assign(x.span());
  const bool backward = c.part == StepPart::kBackward;
  if (backward) {
    step->output_gradient().assign(dy.span());
    step->parts({"forward"})();
  }
  const std::int64_t before =
      c.windows.same ? pixels_before(images.pixels, c.outputs(), c.windows.size, c.windows.stride) : 0;
  const WindowJob job{images.batch,    images.pixels,  images.pixels,    images.channels,
                      images.channels, c.windows.size, c.windows.stride, before,
                      c.outputs(),     c.outputs(),    x.data(),         dy.data()};
  return {[step, run = step->parts({backward ? "input gradient" : "forward"})] { run(); },
          [step, backward] { return (backward ? step->input_gradient() : step->output()).dense(); },
          onednn_pooling(job, c.max, c.part)};
}

}  // namespace

void register_pooling(const Setting& setting) {
  const auto all = setting.quick ? std::span<const Images>(kQuickImages) : kImages;
  for (const bool max : {true, false})
    for (const StepPart part : {StepPart::kForward, StepPart::kBackward, StepPart::kPredict}) {
      if (!max && part == StepPart::kPredict) continue;  // as in training
      for (const Windows& windows : kWindows)
        for (const Images& images : all) {
          const Case c{images, windows, max, part};
          register_step(c.name(), setting, Work::kBytes, c.bytes(), [c] { return prepare(c); });
        }
    }
}

}  // namespace regulus::bench
