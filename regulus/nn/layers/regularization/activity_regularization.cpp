// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/regularization/activity_regularization.h"

#include <cmath>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/activity_penalty.h"

namespace regulus {

ActivityRegularization::ActivityRegularization(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)), l1_(options.l1), l2_(options.l2) {
  const std::string who = where("ActivityRegularization", name());
  require_number(l1_ >= 0 && std::isfinite(l1_), who, "l1 must be finite and >= 0", l1_);
  require_number(l2_ >= 0 && std::isfinite(l2_), who, "l2 must be finite and >= 0", l2_);
}

ActivityRegularization ActivityRegularization::from_config(const Value& config) {
  LayerConfig reader("ActivityRegularization", config);
  Options options{.l1 = reader.number("l1", 0),
                  .l2 = reader.number("l2", 0),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.finish();
  return ActivityRegularization(std::move(options));
}

Value ActivityRegularization::config() const {
  Value::Dict config = base_config();
  config.push_back({"l1", l1_});
  config.push_back({"l2", l2_});
  return config;
}

void ActivityRegularization::lower(plan::Graph& graph, const Shape&, std::uint32_t) const {
  if (l1_ == 0 && l2_ == 0) return;
  graph.add<plan::ActivityPenaltyStep>(plan::ActivityPenaltySpec{name(), {.l1 = l1_, .l2 = l2_}});
}

}  // namespace regulus
