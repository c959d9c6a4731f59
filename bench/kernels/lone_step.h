// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "regulus/nn/layer.h"
#include "regulus/plan/step.h"
#include "regulus/plan/weights/update.h"

namespace regulus::bench {

/// One array of a step.
struct Rows {
  float* data;
  std::int64_t count;
  std::int64_t width;
  std::int64_t stride;

  void assign(std::span<const float> dense);
  std::vector<float> dense() const;
};

/// The one step that a layer becomes, compiled as in a plan between two others, for one worker. What a plan
/// would do in a pass is done part by part. In training weight gradients are kept and nothing is learned.
class LoneStep {
 public:
  LoneStep(const LayerPtr& layer, const Shape& row_shape, std::int64_t rows, plan::Mode mode);
  LoneStep(const LoneStep&) = delete;
  LoneStep& operator=(const LoneStep&) = delete;

  Rows input() const { return rows(in_, in_.data); }
  Rows output() const { return rows(out_, out_.data); }
  Rows input_gradient() const { return rows(in_, in_.gradient); }
  Rows output_gradient() const { return rows(out_, out_.gradient); }
  /// Row-major, of the i-th trainable weight.
  std::vector<float> weight_gradient(std::size_t i) const;

  bool has_part(const std::string& name) const;
  /// Runs these parts, named as in a profile but without the layer: {"forward"}. The step must outlive it.
  std::function<void()> parts(const std::vector<std::string>& names);

 private:
  Rows rows(const plan::Value& value, plan::Offset at) const;

  std::string name_;
  plan::WeightSet<float> weights_;
  std::unique_ptr<plan::Step<float>> step_;
  std::unique_ptr<plan::Step<float>> before_;
  std::unique_ptr<plan::Updater<float>> updater_;
  plan::Value in_;
  plan::Value out_;
  std::vector<plan::Phase<float>> phases_;
  Buffer<std::byte> arena_;
  Buffer<std::byte> scratch_;
  plan::Pass<float> pass_;
};

}  // namespace regulus::bench
