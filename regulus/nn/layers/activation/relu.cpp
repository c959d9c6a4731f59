// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation/relu.h"

#include <cmath>
#include <limits>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/activation.h"
#include "regulus/plan/steps/elementwise.h"

namespace regulus {
namespace {

using Kind = kernels::Activation;

void require_not_negative(const std::string& where, const char* key, double value) {
  require_number(value >= 0 && std::isfinite(value), where, std::string(key) + " must be finite and >= 0",
                 value);
}

}  // namespace

ReLU::ReLU(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      max_value_(options.max_value),
      negative_slope_(options.negative_slope),
      threshold_(options.threshold) {
  if (max_value_) require_not_negative(where("ReLU", name()), "max_value", *max_value_);
  require_not_negative(where("ReLU", name()), "negative_slope", negative_slope_);
  require_not_negative(where("ReLU", name()), "threshold", threshold_);
}

ReLU ReLU::from_config(const Value& config) {
  LayerConfig reader("ReLU", config);
  Options options{.max_value = reader.optional_number("max_value"),
                  .negative_slope = reader.number("negative_slope", 0),
                  .threshold = reader.number("threshold", 0),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.finish();
  return ReLU(std::move(options));
}

Value ReLU::config() const {
  Value::Dict config = base_config();
  config.push_back({"max_value", max_value_ ? Value(*max_value_) : Value()});
  config.push_back({"negative_slope", negative_slope_});
  config.push_back({"threshold", threshold_});
  return config;
}

// The common cases have kernels, and a dense layer before them takes them in.
void ReLU::lower(plan::Graph& graph, const Shape&, std::uint32_t) const {
  const bool plain = !max_value_ && threshold_ == 0;
  if (plain)
    graph.add<plan::ActivationStep>(
        plan::ActivationSpec{name(), negative_slope_ == 0 ? Kind::kRelu : Kind::kLeakyRelu, negative_slope_});
  else if (max_value_ == 6.0 && negative_slope_ == 0 && threshold_ == 0)
    graph.add<plan::ActivationStep>(plan::ActivationSpec{name(), Kind::kRelu6, 0});
  else
    graph.add<plan::ClippedReluStep>(plan::ClippedReluSpec{
        name(), max_value_.value_or(std::numeric_limits<double>::infinity()), negative_slope_, threshold_});
}

LeakyReLU::LeakyReLU(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      negative_slope_(options.negative_slope) {
  require_not_negative(where("LeakyReLU", name()), "negative_slope", negative_slope_);
}

LeakyReLU LeakyReLU::from_config(const Value& config) {
  LayerConfig reader("LeakyReLU", config);
  Options options{.negative_slope = reader.number("negative_slope", 0.3),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.finish();
  return LeakyReLU(std::move(options));
}

Value LeakyReLU::config() const {
  Value::Dict config = base_config();
  config.push_back({"negative_slope", negative_slope_});
  return config;
}

void LeakyReLU::lower(plan::Graph& graph, const Shape&, std::uint32_t) const {
  graph.add<plan::ActivationStep>(plan::ActivationSpec{name(), Kind::kLeakyRelu, negative_slope_});
}

ELU::ELU(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)), alpha_(options.alpha) {
  require_not_negative(where("ELU", name()), "alpha", alpha_);
}

ELU ELU::from_config(const Value& config) {
  LayerConfig reader("ELU", config);
  Options options{
      .alpha = reader.number("alpha", 1), .name = reader.name(), .input_shape = reader.input_shape()};
  reader.finish();
  return ELU(std::move(options));
}

Value ELU::config() const {
  Value::Dict config = base_config();
  config.push_back({"alpha", alpha_});
  return config;
}

void ELU::lower(plan::Graph& graph, const Shape&, std::uint32_t) const {
  graph.add<plan::ActivationStep>(plan::ActivationSpec{name(), Kind::kElu, alpha_});
}

}  // namespace regulus
