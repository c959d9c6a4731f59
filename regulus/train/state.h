// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "regulus/plan/plan.h"
#include "regulus/runtime/fork.h"
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
  std::atomic<bool> training = false;  // a call of fit or train_on_batch is at work

  // Stochastic predictions so far: model(x, {.training = true}) draws anew each time.
  mutable std::atomic<std::uint32_t> calls = 0;
  // Inference plans, made when first wanted.
  mutable runtime::ForkSafeMutex plans_mutex;
  mutable std::array<std::shared_ptr<const plan::Plan<float>>, 4> plans;
  // Of a model with open lengths: those last used, the last one first.
  struct OpenPlan {
    plan::Mode mode;
    Shape rows;
    std::shared_ptr<const plan::Plan<float>> plan;
  };
  mutable std::vector<OpenPlan> open_plans;

  const Shape& output_shape() const { return shapes.back(); }
  /// shapes for rows of this shape, without open lengths. Throws ShapeError unless they fit: `what` begins
  /// it.
  std::vector<Shape> shapes_for(const char* what, const Shape& rows) const;
  /// The plan for evaluation or prediction of such rows; chunk: rows of one pass.
  std::shared_ptr<const plan::Plan<float>> plan(plan::Mode mode, const Shape& rows) const;
  void forget_plans();
  /// The next stochastic prediction's.
  Draw next_draw() const;
  void require_built(const char* what) const;
  void require_compiled(const char* what) const;
  /// Throws ConfigError while the model trains, so that a callback cannot pull its plan away.
  void require_idle(const char* what) const;
  /// Throws ConfigError for a frozen layer that would have to train.
  void require_trainable(const char* what) const;
  /// Throws ShapeError unless the rows fit the input.
  void require_fits(const char* what, const Dataset& data) const;

 private:
  void require_takes(const char* what, const Shape& rows, const std::string& found) const;
  std::shared_ptr<const plan::Plan<float>> make_plan(plan::Mode mode, const Shape& rows) const;
};

/// Of the draws of predict_mc: a key of its own, so that no sample repeats the masks of training or of a
/// call.
inline constexpr std::uint32_t kMonteCarloKey = (1u << 20) + 1;

/// Keeps a model from being changed while it trains. Throws ConfigError if it trains already.
class TrainingNow {
 public:
  TrainingNow(const char* what, ModelState& model);
  ~TrainingNow() { model_.training = false; }
  TrainingNow(const TrainingNow&) = delete;
  TrainingNow& operator=(const TrainingNow&) = delete;

 private:
  ModelState& model_;
};

/// Rows of one inference pass: a multiple of every row block of the kernels, small enough that a
/// chunk's activations stay in the second-level cache.
inline constexpr std::int64_t kChunkRows = 96;

/// Plans that a model with open lengths keeps: a plan for each shape met is made anew when it comes back
/// later.
inline constexpr std::size_t kOpenPlans = 8;

plan::Graph lower_layers(const std::vector<LayerPtr>& layers, const std::vector<Shape>& shapes);

}  // namespace regulus
