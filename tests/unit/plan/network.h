// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "regulus/plan/plan.h"
#include "regulus/plan/steps/activation.h"
#include "regulus/plan/steps/activity_penalty.h"
#include "regulus/plan/steps/dense.h"
#include "regulus/plan/steps/mask.h"
#include "regulus/plan/steps/softmax.h"
#include "regulus/random/sequence.h"

// Small networks and data for the tests of this folder, the same on every machine.

namespace regulus::plan::testing {

inline std::vector<float> normals(std::uint64_t seed, std::int64_t count, double scale = 1) {
  random::Sequence sequence(random::Key(seed), 0, 0, 0);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& v : values) v = static_cast<float>(scale * sequence.next_normal());
  return values;
}

inline ParameterPtr parameter(const std::string& name, const Shape& shape, std::uint64_t seed, double scale,
                              Penalty penalty = {}, Constraint constraint = {}) {
  auto made = std::make_shared<Parameter>(name, shape, penalty, std::move(constraint));
  made->assign(Tensor(shape, normals(seed, shape.size(), scale)));
  return made;
}

/// Rows with a target of every kind: labels, distributions over the units, weights.
struct Data {
  Data(std::int64_t num_rows, std::int64_t num_features, std::int64_t num_units, std::uint64_t seed)
      : rows(num_rows), width(num_features), units(num_units), features(normals(seed, rows * width)) {
    const auto raw = normals(seed + 1, rows * units);
    for (std::int64_t r = 0; r < rows; ++r) {
      double sum = 0;
      for (std::int64_t u = 0; u < units; ++u) sum += std::fabs(raw[static_cast<std::size_t>(r * units + u)]);
      for (std::int64_t u = 0; u < units; ++u)
        targets.push_back(static_cast<float>(std::fabs(raw[static_cast<std::size_t>(r * units + u)]) / sum));
      labels.push_back(static_cast<std::int32_t>((r * 7 + 3) % units));
      weights.push_back(0.25f + 0.5f * static_cast<float>(r % 4));
    }
    order.resize(static_cast<std::size_t>(rows));
    std::iota(order.begin(), order.end(), 0u);
  }

  /// Rows [begin, end) with labels, or with targets.
  Batch batch(std::int64_t begin, std::int64_t end, bool with_labels, bool weighted = false) const {
    Batch b;
    b.features.floats = features.data();
    b.features.width = width;
    b.index = order.data() + begin;
    b.row_ids = order.data() + begin;
    b.rows = end - begin;
    if (with_labels)
      b.labels = labels.data();
    else
      b.targets = targets.data();
    if (weighted) b.sample_weight = weights.data();
    return b;
  }

  std::int64_t rows;
  std::int64_t width;
  std::int64_t units;
  std::vector<float> features;
  std::vector<float> targets;
  std::vector<std::int32_t> labels;
  std::vector<float> weights;
  std::vector<std::uint32_t> order;
};

struct DenseOptions {
  Penalty kernel_penalty = {};
  Penalty bias_penalty = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  bool use_bias = true;
};

/// A chain under construction; every layer's weights are drawn from its place in it.
class Chain {
 public:
  explicit Chain(std::int64_t width, std::uint64_t seed = 1)
      : graph(Shape{width}), width_(width), seed_(seed) {}

  Chain& dense(std::int64_t units, const DenseOptions& o = {}) {
    const std::string name = "dense_" + std::to_string(place_);
    const double scale = 1 / std::sqrt(static_cast<double>(width_));
    auto kernel = parameter(name + "/kernel", Shape{width_, units}, next_seed(), scale, o.kernel_penalty,
                            o.kernel_constraint);
    auto bias = parameter(name + "/bias", Shape{units}, next_seed(), 0.3, o.bias_penalty, o.bias_constraint);
    graph.add<DenseStep>(DenseSpec{name, kernel, o.use_bias ? bias : nullptr});
    width_ = units;
    return *this;
  }
  /// Steps that a test adds itself; the rows then have this width.
  template <template <class> class StepT, class Spec>
  Chain& step(Spec spec, std::int64_t width) {
    graph.add<StepT>(std::move(spec));
    width_ = width;
    return *this;
  }
  Chain& activation(kernels::Activation kind, double alpha = 0) {
    graph.add<ActivationStep>(ActivationSpec{"activation", kind, alpha});
    return *this;
  }
  Chain& softmax(bool log = false) {
    graph.add<SoftmaxStep>(SoftmaxSpec{"softmax", log});
    return *this;
  }
  Chain& mask(MaskSpec spec) {
    if (spec.stream == 0) spec.stream = ++place_;
    graph.add<MaskStep>(std::move(spec));
    return *this;
  }
  Chain& activity_penalty(Penalty penalty) {
    graph.add<ActivityPenaltyStep>(ActivityPenaltySpec{"activity", penalty});
    return *this;
  }
  Chain& identity() { return activation(kernels::Activation::kLinear); }

  Graph graph;

 private:
  std::uint64_t next_seed() { return seed_ * 1000 + ++place_; }
  std::int64_t width_;
  std::uint64_t seed_;
  std::uint32_t place_ = 0;
};

inline MaskSpec dropout(double rate) {
  MaskSpec spec;
  spec.name = "dropout";
  spec.rate = rate;
  spec.scale = rate < 1 ? 1 / (1 - rate) : 1;
  return spec;
}

inline MaskSpec alpha_dropout(double rate) {
  const double alpha = -kernels::kSeluAlpha * kernels::kSeluScale;
  MaskSpec spec;
  spec.name = "alpha_dropout";
  spec.rate = rate;
  spec.scale = 1 / std::sqrt((1 - rate) * (1 + rate * alpha * alpha));
  spec.shift = -spec.scale * alpha * rate;
  spec.dropped = spec.scale * alpha + spec.shift;
  return spec;
}

/// A plan with the memory of one pass.
template <class T>
struct Network {
  Network(const Graph& graph, PlanOptions options, int workers = 1, Slots<T>* slots = nullptr)
      : plan(graph, std::move(options), slots),
        workspace(plan.make_workspace(workers)),
        pass(plan.make_pass(workspace)) {
    pass.key = random::Key(42);
  }
  void run_alone(typename Plan<T>::Part part = Plan<T>::Part::kAll) {
    plan.run_alone(pass, workspace.scratch[0].data(), part);
  }
  /// Of a training pass, penalties included.
  double loss() const { return plan.data_loss(pass) + plan.weight_penalty() + plan.activity_penalty(pass); }
  /// The output's rows without padding.
  std::vector<T> output() const {
    std::vector<T> values;
    for (std::int64_t r = 0; r < pass.rows(); ++r) {
      const T* row = plan.output(pass) + r * plan.output_stride();
      values.insert(values.end(), row, row + plan.output_width());
    }
    return values;
  }

  Plan<T> plan;
  Workspace workspace;
  Pass<T> pass;
};

inline PlanOptions predicting(std::int64_t max_rows, Mode mode = Mode::kPredict) {
  return {.mode = mode, .max_rows = max_rows, .loss = {}, .update = {}};
}

/// Training that keeps the gradients and leaves the weights alone.
inline const LossSpec kSquared{
    .loss = kernels::Loss::kMeanSquaredError, .from_logits = false, .label_smoothing = 0};
inline const LossSpec kSparse{
    .loss = kernels::Loss::kSparseCategoricalCrossentropy, .from_logits = false, .label_smoothing = 0};

inline PlanOptions keeping_gradients(std::int64_t max_rows, LossSpec loss = {}) {
  return {.mode = Mode::kTrain, .max_rows = max_rows, .loss = loss, .update = {}};
}

inline PlanOptions training(std::int64_t max_rows, LossSpec loss, UpdateSpec update) {
  return {.mode = Mode::kTrain, .max_rows = max_rows, .loss = loss, .update = update};
}

/// All weights row-major, one after another.
template <class T>
std::vector<float> weights_of(const Plan<T>& plan) {
  std::vector<float> all;
  for (const auto& weight : plan.weights().all()) {
    const Tensor value = weight->parameter->value();
    all.insert(all.end(), value.data(), value.data() + value.size());
  }
  return all;
}

/// Equal bits: 0 is not -0, and a NaN equals itself.
template <class T>
::testing::AssertionResult same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size())
    return ::testing::AssertionFailure() << a.size() << " values against " << b.size();
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::memcmp(&a[i], &b[i], sizeof(T)) != 0)
      return ::testing::AssertionFailure() << "value " << i << ": " << a[i] << " against " << b[i];
  return ::testing::AssertionSuccess();
}

}  // namespace regulus::plan::testing
