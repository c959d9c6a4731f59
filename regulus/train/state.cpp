// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/state.h"

#include <mutex>

#include "regulus/base/error.h"

namespace regulus {
namespace {

[[noreturn]] void throw_training(const char* what) {
  throw ConfigError({.where = what,
                     .what = "the model is being trained",
                     .expected = "",
                     .found = "",
                     .fix = "Wait until fit returns; a callback can end it with stop_training()."});
}

}  // namespace

TrainingNow::TrainingNow(const char* what, ModelState& model) : model_(model) {
  if (model.training.exchange(true)) throw_training(what);
}

void ModelState::require_idle(const char* what) const {
  if (training) throw_training(what);
}

std::shared_ptr<const plan::Plan<float>> ModelState::plan(plan::Mode mode) const {
  const std::lock_guard lock(plans_mutex);
  auto& slot = plans[static_cast<std::size_t>(mode)];
  if (!slot) {
    plan::PlanOptions options{.mode = mode, .max_rows = kChunkRows, .loss = {}, .update = {}};
    if (mode == plan::Mode::kEvaluate) options.loss = loss->spec();
    slot = std::make_shared<const plan::Plan<float>>(lower_layers(layers, shapes), options);
  }
  return slot;
}

Draw ModelState::next_draw() const {
  // A key of its own, so that no prediction repeats training's masks.
  constexpr std::uint32_t kCallKey = 1u << 20;
  return {random::derive(key, kCallKey), calls.fetch_add(1)};
}

void ModelState::forget_plans() {
  const std::lock_guard lock(plans_mutex);
  plans = {};
}

void ModelState::require_built(const char* what) const {
  if (shapes.empty() || layers.empty())
    throw ConfigError({.where = std::string(what),
                       .what = "the model has no weights yet",
                       .expected = "",
                       .found = "",
                       .fix = "Give the first layer an input_shape, or call build or fit first."});
}

void ModelState::require_compiled(const char* what) const {
  if (!loss)
    throw ConfigError({.where = std::string(what),
                       .what = "the model is not compiled",
                       .expected = "",
                       .found = "",
                       .fix = "Call compile({.optimizer = …, .loss = …}) first."});
}

void ModelState::require_fits(const char* what, const Dataset& data) const {
  if (data.row_shape() == shapes.front()) return;
  throw ShapeError({.where = std::string(what),
                    .what = "the data's rows do not fit the model",
                    .expected = to_batch_string(shapes.front()),
                    .found = to_string(data.row_shape().with_front(data.num_rows())),
                    .fix = ""});
}

}  // namespace regulus
