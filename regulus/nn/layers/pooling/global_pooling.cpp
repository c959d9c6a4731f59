// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/pooling/global_pooling.h"

#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/pool.h"

namespace regulus {

GlobalPoolingOptions GlobalPoolingLayer::options_from_config(const char* class_name, const Value& config) {
  LayerConfig reader(class_name, config);
  Options options;
  options.keepdims = reader.flag("keepdims", false);
  options.name = reader.name();
  options.input_shape = reader.input_shape();
  reader.require_only("data_format", "channels_last");
  reader.finish();
  return options;
}

Value GlobalPoolingLayer::config() const {
  Value::Dict config = base_config();
  config.push_back({"data_format", "channels_last"});
  config.push_back({"keepdims", keepdims_});
  return config;
}

Shape GlobalPoolingLayer::output_shape(const Shape& input_shape) const {
  if (input_shape.rank() != num_axes_ + 1 || input_shape.size() < 1)
    throw ShapeError(
        {.where = where(),
         .what = "the input rows must have rank " + std::to_string(num_axes_ + 1) + " and at least one pixel",
         .expected = num_axes_ == 1 ? "(None, steps, channels)" : "(None, height, width, channels)",
         .found = to_batch_string(input_shape)});
  std::vector<std::int64_t> lengths(keepdims_ ? num_axes_ : 0, 1);
  lengths.push_back(input_shape.back());
  return Shape(std::move(lengths));
}

void GlobalPoolingLayer::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  kernels::Pooling whole;
  whole.channels = input_shape.back();
  whole.width.inputs = whole.width.size = input_shape.size() / whole.channels;
  graph.add<plan::PoolStep>(plan::PoolSpec{name(), pool_, whole});
}

}  // namespace regulus
