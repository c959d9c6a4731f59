// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/up_sampling.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/rearrange.h"

namespace regulus {

UpSampling2D::UpSampling2D(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)), size_(options.size) {
  for (const std::int64_t factor : size_)
    if (factor < 1 || factor >= std::int64_t{1} << 31)
      throw ConfigError(
          {.where = where(),
           .what = "size must hold two integers in [1, 2147483647], got " + std::to_string(factor)});
}

UpSampling2D UpSampling2D::from_config(const Value& config) {
  LayerConfig reader("UpSampling2D", config);
  reader.require_only("data_format", "channels_last");
  reader.require_only_not_null("interpolation", "nearest");
  reader.refuse_null("size", "an integer or two of them");
  Options options{.size = {2, 2}, .name = reader.name(), .input_shape = reader.input_shape()};
  if (const Value* size = reader.find("size")) {
    if (size->is_int()) {
      options.size = {size->as_int(), size->as_int()};
    } else {
      const std::vector<std::int64_t> factors = reader.integers("size");
      if (factors.size() != 2) reader.refuse("size", "an integer or two of them", *size);
      options.size = {factors[0], factors[1]};
    }
  }
  reader.finish();
  return UpSampling2D(std::move(options));
}

Value UpSampling2D::config() const {
  Value::Dict config = base_config();
  config.push_back({"size", Value::List(size_.begin(), size_.end())});
  config.push_back({"data_format", "channels_last"});
  config.push_back({"interpolation", "nearest"});
  return config;
}

Shape UpSampling2D::output_shape(const Shape& input_shape) const {
  require_image(where(), input_shape);
  Shape output{size_[0] * input_shape[0], size_[1] * input_shape[1], input_shape[2]};
  require_row_size(where(), output);
  return output;
}

void UpSampling2D::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  const std::int64_t channels = input_shape[2];
  graph.add<plan::RearrangeStep>(
      plan::RearrangeSpec{name(), plan::StridedView({{input_shape[0], input_shape[1] * channels},
                                                     {size_[0], 0},
                                                     {input_shape[1], channels},
                                                     {size_[1], 0},
                                                     {channels, 1}})});
}

}  // namespace regulus
