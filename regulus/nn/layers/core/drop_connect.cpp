// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/core/drop_connect.h"

#include <utility>

#include "regulus/base/check.h"
#include "regulus/nn/serialized.h"

namespace regulus {

DropConnect::DropConnect(Parts parts, const char* class_name)
    : Dense(std::move(parts.dense), class_name), rate_(parts.rate), seed_(parts.seed) {
  require_number(rate_ >= 0 && rate_ < 1, where(class_name, name()), "rate must be in [0, 1)", rate_);
}

DropConnect::Parts DropConnect::parts_of(Options o) {
  Dense::Options dense;
  if (o.units != 0) dense.units = o.units;
  dense.activation = std::move(o.activation);
  dense.use_bias = o.use_bias;
  dense.kernel_initializer = std::move(o.kernel_initializer);
  dense.bias_initializer = std::move(o.bias_initializer);
  dense.kernel_regularizer = std::move(o.kernel_regularizer);
  dense.bias_regularizer = std::move(o.bias_regularizer);
  dense.activity_regularizer = std::move(o.activity_regularizer);
  dense.kernel_constraint = std::move(o.kernel_constraint);
  dense.bias_constraint = std::move(o.bias_constraint);
  dense.name = std::move(o.name);
  dense.input_shape = std::move(o.input_shape);
  return {std::move(dense), o.rate, o.seed};
}

DropConnect::Parts DropConnect::parts_from_config(const char* class_name, const Value& config) {
  LayerConfig reader(class_name, config);
  const double rate = reader.required_number("rate");
  const std::optional<std::uint64_t> seed = reader.seed("seed");
  return {read_options(reader), rate, seed};
}

Value DropConnect::config() const {
  Value::Dict config = Dense::config().as_dict();
  config.push_back({"rate", rate_});
  config.push_back({"seed", seed_ ? Value(static_cast<std::int64_t>(*seed_)) : Value()});
  return config;
}

std::optional<plan::MaskSpec> DropConnect::kernel_mask(std::uint32_t position) const {
  if (rate_ == 0) return {};
  plan::MaskSpec spec;
  spec.name = name();
  spec.rate = rate_;
  spec.scale = 1 / (1 - rate_);
  spec.always_on = always_on();
  spec.stream = position;
  spec.seed = seed_;
  return spec;
}

}  // namespace regulus
