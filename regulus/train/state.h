// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "regulus/plan/plan.h"
#include "regulus/train/sequential.h"

namespace regulus {

/// The key and the number in its name of the next model. Defined in seed.cpp.
struct ModelIdentity {
  random::Key key;
  std::string name;
};
ModelIdentity next_model_identity(const Sequential::Options& options);

/// What keys the random numbers of one stochastic prediction.
struct Draw {
  random::Key key;
  std::uint32_t number = 0;
};

/// The inside of a Sequential: private to train/.
struct ModelState {
  std::string name;
  random::Key key;
  std::vector<LayerPtr> layers;
  std::unordered_set<std::string> taken_names;
  std::unordered_map<std::string, int>
      next_numbers;           // of layers without a name, by class: none below is free
  std::vector<Shape> shapes;  // [i]: the input of layer i; back(): the output. Empty before the build.

  std::optional<OptimizerPtr> optimizer;
  std::optional<Loss> loss;
  std::vector<Metric> metrics;
  plan::Slots<float> slots;
  std::uint64_t iterations = 0;
  std::uint32_t epochs_shuffled = 0;  // since compile: which permutation comes next
  bool stop = false;

  // Stochastic predictions so far: model(x, {.training = true}) draws anew each time.
  mutable std::atomic<std::uint32_t> calls = 0;
  // Inference plans, made when first wanted.
  mutable std::mutex plans_mutex;
  mutable std::array<std::shared_ptr<const plan::Plan<float>>, 4> plans;

  const Shape& output_shape() const { return shapes.back(); }
  /// The plan for evaluation or prediction; chunk: rows of one pass.
  std::shared_ptr<const plan::Plan<float>> plan(plan::Mode mode) const;
  void forget_plans();
  /// The next stochastic prediction's.
  Draw next_draw() const;
  void require_built(const char* what) const;
  void require_compiled(const char* what) const;
  /// Throws ShapeError unless the rows fit the input.
  void require_fits(const char* what, const Dataset& data) const;
};

/// Rows of one inference pass: a multiple of every row block of the kernels, small enough that a
/// chunk's activations stay in the second-level cache.
inline constexpr std::int64_t kChunkRows = 96;

plan::Graph lower_layers(const std::vector<LayerPtr>& layers, const std::vector<Shape>& shapes);

}  // namespace regulus
