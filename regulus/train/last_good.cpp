// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/last_good.h"

#include <algorithm>

namespace regulus {

LastGood::LastGood(const plan::Plan<float>& plan) : plan_(plan), steps_(kMostSteps) {
  const auto add = [this](float* values, const plan::Parameter& parameter) {
    arrays_.push_back({values, Buffer<float>(static_cast<std::size_t>(parameter.packed_size()))});
  };
  for (const auto& weight : plan.weights().all()) {
    add(weight->values, *weight->parameter);
    for (float* const slot : weight->slots)
      if (slot) add(slot, *weight->parameter);
  }
  for (const auto& state : plan.weights().states()) add(state->values, *state->parameter);
}

std::uint64_t LastGood::versions() const {
  std::uint64_t sum = 0;
  for (const auto& weight : plan_.weights().all()) sum += weight->parameter->version();
  for (const auto& state : plan_.weights().states()) sum += state->parameter->version();
  return sum;
}

bool LastGood::is_due() const {
  return !kept_ || num_steps_ == kMostSteps || versions() != kept_versions_;
}

void LastGood::keep(runtime::Team& team) {
  team.run([this](int worker, int size) {
    for (Array& array : arrays_) {
      const runtime::Range range = runtime::split(static_cast<std::int64_t>(array.copy.size()), worker, size);
      std::copy_n(array.values + range.begin, range.size(), array.copy.data() + range.begin);
    }
  });
  kept_versions_ = versions();
  num_steps_ = 0;
  kept_ = true;
}

const std::vector<LastGood::Step>& LastGood::restore() {
  for (const Array& array : arrays_) std::copy_n(array.copy.data(), array.copy.size(), array.values);
  return steps_;
}

}  // namespace regulus
