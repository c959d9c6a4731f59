// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/plan/layout.h"
#include "regulus/plan/spec.h"
#include "regulus/plan/weights/weights.h"

namespace regulus::plan {

/// What a plan is for. Dropout draws in kTrain and kMonteCarlo; the Monte-Carlo twins always do.
enum class Mode { kTrain, kEvaluate, kPredict, kMonteCarlo };

/// What the optimizer wants of a training plan.
struct UpdateSpec {
  kernels::UpdateRule rule = kernels::UpdateRule::kSgd;
  int num_slots = 0;
  bool needs_whole_gradient = false;  ///< clipping by norm
};

struct PlanOptions {
  Mode mode = Mode::kPredict;
  std::int64_t max_rows = 32;        ///< the largest batch that a pass may have, >= 1
  std::optional<LossSpec> loss;      ///< for kTrain and kEvaluate
  std::optional<UpdateSpec> update;  ///< for kTrain; none: gradients are kept, weights stay
};

template <class T>
class Updater;

/// Given to the steps while they are made and laid out.
template <class T>
class Compiler {
 public:
  Compiler(PlanOptions options, WeightSet<T>& weights) : options_(std::move(options)), weights_(weights) {}

  const PlanOptions& options() const { return options_; }
  bool training() const { return options_.mode == Mode::kTrain; }
  bool draws() const { return options_.mode == Mode::kTrain || options_.mode == Mode::kMonteCarlo; }
  std::int64_t max_rows() const { return options_.max_rows; }
  /// Throws ConfigError when a second step of a training plan wants the same parameter: each step
  /// updates its own weights as soon as it has their gradients, so these would not be added up.
  Weight<T>* bind(const ParameterPtr& parameter);

  /// Where the steps send their weights' gradients; set before they are laid out.
  const Updater<T>* updater() const { return updater_; }
  void set_updater(const Updater<T>* updater) { updater_ = updater; }

  Layout& layout() { return layout_; }
  /// A new [rows, width] array; with a gradient when training, unless nothing below learns.
  Value new_value(std::int64_t width, bool with_gradient) {
    Value v{width, kernels::row_stride(width), kNowhere, kNowhere};
    v.data = layout_.reserve_rows<T>(v.stride);
    if (training() && with_gradient) v.gradient = layout_.reserve_rows<T>(v.stride);
    return v;
  }
  /// Asks for rows [i * count, (i + 1) * count) to be worked on by one worker in every row phase, in order:
  /// a step may add up over them. Every step asks for the same.
  void keep_rows_together(std::int64_t count) { rows_together_ = count; }
  std::int64_t rows_together() const { return rows_together_; }
  /// Asks for memory of each worker's own.
  void need_scratch(std::int64_t bytes) { scratch_bytes_ = std::max(scratch_bytes_, bytes); }
  std::int64_t scratch_bytes() const { return scratch_bytes_; }

 private:
  PlanOptions options_;
  WeightSet<T>& weights_;
  const Updater<T>* updater_ = nullptr;
  Layout layout_;
  std::int64_t scratch_bytes_ = 0;
  std::int64_t rows_together_ = 1;
};

template <class T>
Weight<T>* Compiler<T>::bind(const ParameterPtr& parameter) {
  if (!parameter) return nullptr;
  if (training() && weights_.contains(parameter))
    throw ConfigError({.where = parameter->name(),
                       .what = "two layers of one model share this weight, which can be used but not trained",
                       .fix = "Give each layer weights of its own."});
  return weights_.bind(parameter);
}

}  // namespace regulus::plan
