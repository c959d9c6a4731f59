// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/training_state.h"

#include "regulus/base/error.h"
#include "regulus/train/state.h"

namespace regulus {
namespace {

[[noreturn]] void throw_state(const std::string& what, const std::string& expected,
                              const std::string& found) {
  throw ShapeError({.where = "set_training_state", .what = what, .expected = expected, .found = found});
}

}  // namespace

std::vector<plan::ParameterPtr> Sequential::trainable_weights() const {
  std::vector<plan::ParameterPtr> weights;
  for (const LayerPtr& layer : layers())
    for (const plan::ParameterPtr& weight : layer->weights())
      if (weight->trainable()) weights.push_back(weight);
  return weights;
}

TrainingState Sequential::training_state() const {
  const ModelState& s = state();
  TrainingState out{s.iterations, s.epochs_shuffled, s.calls.load(), {}};
  if (!s.optimizer) return out;
  const auto num_slots = static_cast<std::size_t>((*s.optimizer)->num_slots());
  for (const plan::ParameterPtr& weight : trainable_weights()) {
    const auto found = s.slots.find(weight.get());
    std::vector<Tensor>& tensors = out.slots.emplace_back();
    for (std::size_t slot = 0; slot < num_slots; ++slot) {
      const bool used = found != s.slots.end() && found->second[slot].size() > 0;
      tensors.push_back(used ? weight->unpacked(found->second[slot].data()) : Tensor(weight->shape()));
    }
  }
  return out;
}

void Sequential::set_training_state(const TrainingState& next) {
  ModelState& s = state();
  s.require_idle("set_training_state");
  const std::vector<plan::ParameterPtr> weights =
      s.optimizer ? trainable_weights() : std::vector<plan::ParameterPtr>();
  const auto num_slots = s.optimizer ? static_cast<std::size_t>((*s.optimizer)->num_slots()) : 0;
  if (next.slots.size() != weights.size())
    throw_state("wrong number of trainable weights", std::to_string(weights.size()),
                std::to_string(next.slots.size()));
  plan::Slots<float> slots;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const plan::Parameter& weight = *weights[i];
    if (next.slots[i].size() != num_slots)
      throw_state("wrong number of slots for " + weight.name(), std::to_string(num_slots),
                  std::to_string(next.slots[i].size()));
    for (std::size_t slot = 0; slot < num_slots; ++slot) {
      const Tensor& value = next.slots[i][slot];
      if (value.shape() != weight.shape())
        throw_state("a slot of " + weight.name() + " has another shape", to_string(weight.shape()),
                    to_string(value.shape()));
      slots[&weight][slot] = weight.pack(value);
    }
  }
  s.slots = std::move(slots);
  s.iterations = next.iterations;
  s.epochs_shuffled = next.epochs_shuffled;
  s.calls = next.calls;
}

}  // namespace regulus
