// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/state.h"

#include <algorithm>
#include <mutex>

#include "regulus/base/error.h"

namespace regulus {
namespace {

[[noreturn]] void throw_training(const char* what) {
  throw ConfigError({.where = what,
                     .what = "the model is being trained",
                     .fix = "Wait until fit returns; a callback can end it with stop_training()."});
}

}  // namespace

TrainingNow::TrainingNow(const char* what, ModelState& model) : model_(model) {
  if (model.training.exchange(true)) throw_training(what);
}

void ModelState::require_idle(const char* what) const {
  if (training) throw_training(what);
}

std::vector<Shape> ModelState::shapes_for(const char* what, const Shape& rows) const {
  require_takes(what, rows, to_batch_string(rows));
  if (!shapes.front().is_open()) return shapes;
  std::vector<Shape> own{rows};
  for (const LayerPtr& layer : layers) {
    Shape next = layer->output_shape(own.back());
    // Whatever was concluded from other lengths: the products need these weights.
    const auto wanted = layer->weight_shapes(own.back());
    for (std::size_t w = 0; w < wanted.size(); ++w)
      if (layer->weights()[w]->shape() != wanted[w].second)
        throw ShapeError({.where = std::string(what),
                          .what = "the weights of layer \"" + layer->name() + "\" do not fit these rows",
                          .expected = to_string(layer->weights()[w]->shape()),
                          .found = to_string(wanted[w].second)});
    own.push_back(std::move(next));
  }
  return own;
}

std::shared_ptr<const plan::Plan<float>> ModelState::make_plan(plan::Mode mode, const Shape& rows) const {
  plan::PlanOptions options{.mode = mode, .max_rows = kChunkRows, .loss = {}, .update = {}};
  if (mode == plan::Mode::kEvaluate) options.loss = loss->spec();
  return std::make_shared<const plan::Plan<float>>(lower_layers(layers, shapes_for("predict", rows)),
                                                   options);
}

std::shared_ptr<const plan::Plan<float>> ModelState::plan(plan::Mode mode, const Shape& rows) const {
  const std::lock_guard lock(plans_mutex);
  if (!shapes.front().is_open()) {
    auto& slot = plans[static_cast<std::size_t>(mode)];
    if (!slot) slot = make_plan(mode, rows);
    return slot;
  }
  const auto known = std::find_if(open_plans.begin(), open_plans.end(), [&](const OpenPlan& open) {
    return open.mode == mode && open.rows == rows;
  });
  if (known != open_plans.end()) {
    std::rotate(open_plans.begin(), known, known + 1);
  } else {
    auto made = make_plan(mode, rows);
    if (open_plans.size() == kOpenPlans) open_plans.pop_back();
    open_plans.insert(open_plans.begin(), {mode, rows, std::move(made)});
  }
  return open_plans.front().plan;
}

Draw ModelState::next_draw() const {
  // A key of its own, so that no prediction repeats training's masks.
  constexpr std::uint32_t kCallKey = 1u << 20;
  return {random::derive(key, kCallKey), calls.fetch_add(1)};
}

void ModelState::forget_plans() {
  const std::lock_guard lock(plans_mutex);
  plans = {};
  open_plans.clear();
}

void ModelState::require_built(const char* what) const {
  if (shapes.empty() || layers.empty())
    throw ConfigError({.where = std::string(what),
                       .what = "the model has no weights yet",
                       .fix = "Give the first layer an input_shape, or call build or fit first."});
}

void ModelState::require_compiled(const char* what) const {
  if (!loss)
    throw ConfigError({.where = std::string(what),
                       .what = "the model is not compiled",
                       .fix = "Call compile({.optimizer = …, .loss = …}) first."});
}

void ModelState::require_trainable(const char* what) const {
  for (const LayerPtr& layer : layers)
    if (!layer->trainable() && !layer->trains_frozen())
      throw ConfigError(
          {.where = std::string(what),
           .what = "layer \"" + layer->name() + "\" (" + layer->class_name() +
                   ") is frozen (trainable = false), and frozen layers cannot be trained around yet",
           .fix = "Set trainable to true in Keras and save the model again. It predicts as it is."});
}

void ModelState::require_fits(const char* what, const Dataset& data) const {
  require_takes(what, data.row_shape(), to_string(data.row_shape().with_front(data.num_rows())));
}

void ModelState::require_takes(const char* what, const Shape& rows, const std::string& found) const {
  if (shapes.front().takes(rows) && !rows.is_open()) return;
  throw ShapeError({.where = std::string(what),
                    .what = "the data's rows do not fit the model",
                    .expected = to_batch_string(shapes.front()),
                    .found = found});
}

}  // namespace regulus
