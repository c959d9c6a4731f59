// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/chain.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/layers/axis_order.h"

namespace regulus::onnx {

SourceLayer::SourceLayer(const Layer& layer, const Shape& row)
    : name(layer.name()),
      class_name(layer.class_name()),
      config(layer.config()),
      input(row),
      output(layer.output_shape(row)),
      stochastic(layer.stochastic()),
      always_on(layer.always_on()) {
  std::vector<Tensor> values = layer.get_weights();
  for (std::size_t i = 0; i < values.size(); ++i)
    weights_.emplace_back(layer.weights()[i]->name(), std::move(values[i]));
}

const Tensor* SourceLayer::weight(const std::string& weight_name) const {
  for (const auto& [known, values] : weights_)
    if (known == weight_name) return &values;
  return nullptr;
}

const std::string& Chain::channels_last() {
  if (channels_first_) {
    Integers order{0};
    for (std::size_t axis = 2; axis <= rank_; ++axis) order.push_back(static_cast<std::int64_t>(axis));
    order.push_back(1);
    set_channels_last(node("Transpose", {value_}, {{"perm", std::move(order)}}));
  }
  return value_;
}

const std::string& Chain::channels_first() {
  const std::size_t rank = layer_->input.rank();
  if (!channels_first_ && rank > 1) {
    Integers order{0, static_cast<std::int64_t>(rank)};
    for (std::size_t axis = 1; axis < rank; ++axis) order.push_back(static_cast<std::int64_t>(axis));
    value_ = node("Transpose", {value_}, {{"perm", std::move(order)}});
    channels_first_ = true;
    rank_ = rank;
  }
  return value_;
}

void Chain::set_channels_last(std::string value) {
  value_ = std::move(value);
  channels_first_ = false;
}

void Chain::set_channels_first(std::string value) {
  value_ = std::move(value);
  rank_ = layer_->output.rank();
  channels_first_ = rank_ > 1;
}

std::string Chain::node(const std::string& op, Names inputs, Attributes attributes) {
  return graph_.add_node(op, named(op), std::move(inputs), std::move(attributes));
}

void Chain::apply(const std::string& op, const Names& others, Attributes attributes) {
  Names inputs{value_};
  inputs.insert(inputs.end(), others.begin(), others.end());
  value_ = node(op, std::move(inputs), std::move(attributes));
}

std::string Chain::number(const std::string& name, double value) {
  return constant(name, Tensor(Shape{}, {static_cast<float>(value)}));
}

std::string Chain::constant(const std::string& name, const Tensor& values) {
  return graph_.add_constant(named(name), values);
}

std::string Chain::integers(const std::string& name, const Integers& values) {
  return graph_.add_constant(named(name), values);
}

std::string Chain::row_constant(const std::string& name, const Tensor& values) {
  const std::size_t rank = values.shape().rank();
  if (!channels_first_ || rank < 2) return constant(name, values);
  std::vector<std::size_t> order{rank - 1};
  for (std::size_t axis = 0; axis + 1 < rank; ++axis) order.push_back(axis);
  return constant(name, permuted(values, order));
}

std::string Chain::training() {
  if (!layer_->always_on) return training_;
  if (always_.empty()) always_ = graph_.add_constant("always", true);
  return always_;
}

void Chain::apply_temperature() {
  if (!temperature_) return;
  apply("Div", {number("temperature", *temperature_)});
  temperature_.reset();
}

Tensor permuted(const Tensor& values, const std::vector<std::size_t>& order) {
  std::vector<std::int64_t> lengths;
  for (const std::size_t axis : order) lengths.push_back(values.shape()[axis]);
  std::vector<float> moved;
  moved.reserve(values.values().size());
  reordered(values.shape(), order)
      .for_each_run([&](std::int64_t, std::int64_t count, std::int64_t from, std::int64_t stride) {
        for (std::int64_t i = 0; i < count; ++i, from += stride)
          moved.push_back(values.values()[static_cast<std::size_t>(from)]);
      });
  return {Shape(std::move(lengths)), std::move(moved)};
}

Integers integers_of(const Value& list) {
  Integers integers;
  for (const Value& integer : list.as_list()) integers.push_back(integer.as_int());
  return integers;
}

void refuse(const std::string& where, const std::string& what, const std::string& fix) {
  throw ConfigError({.where = where, .what = what, .fix = fix});
}

}  // namespace regulus::onnx
