// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/rescaling.h"

#include <cmath>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/elementwise.h"

namespace regulus {

Rescaling::Rescaling(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      scale_(options.scale),
      offset_(options.offset) {
  require_number(std::isfinite(scale_), where("Rescaling", name()), "scale must be finite", scale_);
  require_number(std::isfinite(offset_), where("Rescaling", name()), "offset must be finite", offset_);
}

Rescaling Rescaling::from_config(const Value& config) {
  LayerConfig reader("Rescaling", config);
  if (!reader.find("scale")) reader.refuse("scale", "a number", nullptr);
  Options options{.scale = reader.number("scale", 1),
                  .offset = reader.number("offset", 0),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.finish();
  return Rescaling(std::move(options));
}

Value Rescaling::config() const {
  Value::Dict config = base_config();
  config.push_back({"scale", scale_});
  config.push_back({"offset", offset_});
  return config;
}

void Rescaling::lower(plan::Graph& graph, const Shape&, std::uint32_t) const {
  graph.add<plan::RescaleStep>(plan::RescaleSpec{name(), scale_, offset_});
}

}  // namespace regulus
