// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/pooling/pooling.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/pool.h"

namespace regulus {

PoolingLayer::PoolingLayer(Options options, const char* class_name, std::size_t num_axes, plan::Pool pool)
    : Layer(std::move(options.name), std::move(options.input_shape)), pool_(pool) {
  const std::string who = where(class_name, name());
  if (options.padding != "valid" && options.padding != "same")
    throw ConfigError(
        {.where = who, .what = "padding must be \"valid\" or \"same\", got \"" + options.padding + "\""});
  moves_.kernel_size = options.pool_size.for_axes(num_axes, who, "pool_size");
  moves_.strides =
      options.strides.empty() ? moves_.kernel_size : options.strides.for_axes(num_axes, who, "strides");
  moves_.dilation_rate.assign(num_axes, 1);
  moves_.padding = std::move(options.padding);
}

PoolingOptions PoolingLayer::options_from_config(const char* class_name, const Value& config) {
  LayerConfig reader(class_name, config);
  Options options;
  reader.refuse_null("pool_size", "an integer or a list of integers");
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
  config.push_back({"pool_size", to_value(moves_.kernel_size)});
  config.push_back({"padding", moves_.padding});
  config.push_back({"strides", to_value(moves_.strides)});
  config.push_back({"data_format", "channels_last"});
  return config;
}

Shape PoolingLayer::output_shape(const Shape& input_shape) const {
  const plan::WindowSpec at = place_windows(moves_, input_shape, where());
  // The place of a maximum is kept as a float, which is exact so far.
  constexpr std::int64_t kMaxPixels = 1 << 24;
  if (pool_ == plan::Pool::kMax && at.height * at.width > kMaxPixels)
    throw ShapeError({.where = where(),
                      .what = "the input rows must have at most 2^24 pixels",
                      .found = to_batch_string(input_shape)});
  return window_shape(moves_, at, at.channels);
}

void PoolingLayer::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  const plan::WindowSpec at = place_windows(moves_, input_shape, where());
  plan::PoolSpec spec{name(), pool_, {}};
  spec.windows.height = {at.height, at.out_h, at.kernel_h, at.stride_h, at.pad_top};
  spec.windows.width = {at.width, at.out_w, at.kernel_w, at.stride_w, at.pad_left};
  spec.windows.channels = at.channels;
  graph.add<plan::PoolStep>(std::move(spec));
}

}  // namespace regulus
