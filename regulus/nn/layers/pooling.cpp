// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/pooling.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/pool.h"

namespace regulus {
namespace {

// TensorFlow's rule: what "same" lacks is added half before and half behind, the odd one behind.
kernels::PoolAxis axis_of(std::int64_t inputs, std::int64_t size, std::int64_t stride, bool same) {
  if (!same) return {inputs, (inputs - size) / stride + 1, size, stride, 0};
  const std::int64_t outputs = (inputs + stride - 1) / stride;
  return {inputs, outputs, size, stride,
          std::max((outputs - 1) * stride + size - inputs, std::int64_t{0}) / 2};
}

}  // namespace

PoolingLayer::PoolingLayer(Options options, const char* class_name, std::size_t num_axes, plan::Pool pool)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      pool_(pool),
      same_(options.padding == "same") {
  const std::string who = where(class_name, name());
  size_ = options.pool_size.for_axes(num_axes, who, "pool_size");
  strides_ = options.strides.empty() ? size_ : options.strides.for_axes(num_axes, who, "strides");
  if (!same_ && options.padding != "valid")
    throw ConfigError({.where = who,
                       .what = "padding must be \"valid\" or \"same\", got \"" + options.padding + "\"",
                       .expected = "",
                       .found = "",
                       .fix = ""});
}

PoolingOptions PoolingLayer::options_from_config(const char* class_name, const Value& config) {
  LayerConfig reader(class_name, config);
  Options options;
  if (reader.find("pool_size")) options.pool_size = AxisLengths::read(reader, "pool_size");
  options.strides = AxisLengths::read(reader, "strides");
  options.padding = reader.text("padding", options.padding);
  options.name = reader.name();
  options.input_shape = reader.input_shape();
  reader.require_only("data_format", "channels_last");
  reader.finish();
  return options;
}

Value PoolingLayer::config() const {
  Value::Dict config = base_config();
  config.push_back({"pool_size", to_value(size_)});
  config.push_back({"padding", same_ ? "same" : "valid"});
  config.push_back({"strides", to_value(strides_)});
  config.push_back({"data_format", "channels_last"});
  return config;
}

Shape PoolingLayer::output_shape(const Shape& input_shape) const {
  const std::size_t num_axes = size_.size();
  const auto refuse = [&](std::string what, std::string expected, std::string fix) {
    throw ShapeError({.where = where(),
                      .what = std::move(what),
                      .expected = std::move(expected),
                      .found = to_batch_string(input_shape),
                      .fix = std::move(fix)});
  };
  if (input_shape.rank() != num_axes + 1)
    refuse("the input rows must have rank " + std::to_string(num_axes + 1),
           num_axes == 1 ? "(None, steps, channels)" : "(None, height, width, channels)", "");
  if (input_shape.size() < 1) refuse("the input rows must have at least one pixel", "", "");
  // The place of a maximum is kept as a float, which is exact so far.
  constexpr std::int64_t kMaxPixels = 1 << 24;
  if (pool_ == plan::Pool::kMax && input_shape.size() / input_shape.back() > kMaxPixels)
    refuse("the input rows must have at most 2^24 pixels", "", "");
  for (std::size_t axis = 0; axis < num_axes; ++axis)
    if (!same_ && size_[axis] > input_shape[axis])
      refuse("the windows are larger than the input",
             "at least " + std::to_string(size_[axis]) + " pixels along axis " + std::to_string(axis + 1),
             "Make pool_size smaller or padding \"same\".");
  const kernels::Pooling all = windows(input_shape);
  if (num_axes == 1) return Shape{all.width.outputs, all.channels};
  return Shape{all.height.outputs, all.width.outputs, all.channels};
}

kernels::Pooling PoolingLayer::windows(const Shape& input_shape) const {
  const std::size_t last = size_.size() - 1;
  kernels::Pooling all;
  if (last > 0) all.height = axis_of(input_shape[0], size_[0], strides_[0], same_);
  all.width = axis_of(input_shape[last], size_[last], strides_[last], same_);
  all.channels = input_shape.back();
  return all;
}

void PoolingLayer::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  graph.add<plan::PoolStep>(plan::PoolSpec{name(), pool_, windows(input_shape)});
}

}  // namespace regulus
