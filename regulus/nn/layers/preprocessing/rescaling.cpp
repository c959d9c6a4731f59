// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/preprocessing/rescaling.h"

#include <utility>

#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/channel_rescale.h"
#include "regulus/plan/steps/elementwise.h"

namespace regulus {

Rescaling::Rescaling(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      scale_(std::move(options.scale)),
      offset_(std::move(options.offset)) {
  const std::string who = where("Rescaling", name());
  if (scale_.empty())
    throw_config(who, "scale is missing", "Say what to multiply by, e.g. .scale = 1.0 / 255.");
  if (offset_.empty()) offset_ = 0.0;
  scale_.require_finite(who, "scale");
  offset_.require_finite(who, "offset");
}

Rescaling Rescaling::from_config(const Value& config) {
  LayerConfig reader("Rescaling", config);
  reader.required("scale", "a number or a list of numbers");
  Options options{.scale = ChannelNumbers::read(reader, "scale", {}),
                  .offset = ChannelNumbers::read(reader, "offset", 0.0),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.finish();
  return Rescaling(std::move(options));
}

Value Rescaling::config() const {
  Value::Dict config = base_config();
  config.push_back({"scale", scale_.value()});
  config.push_back({"offset", offset_.value()});
  return config;
}

Shape Rescaling::output_shape(const Shape& input_shape) const {
  scale_.require_fits(input_shape, where(), "scale");
  offset_.require_fits(input_shape, where(), "offset");
  return input_shape;
}

void Rescaling::lower(plan::Graph& graph, const Shape&, std::uint32_t) const {
  const std::vector<double>& scale = scale_.numbers();
  const std::vector<double>& offset = offset_.numbers();
  if (scale.size() == 1 && offset.size() == 1)
    graph.add<plan::RescaleStep>(plan::RescaleSpec{name(), scale[0], offset[0]});
  else
    graph.add<plan::ChannelRescaleStep>(plan::ChannelRescaleSpec{name(), scale, offset});
}

}  // namespace regulus
