// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/repeat_vector.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/rearrange.h"

namespace regulus {

RepeatVector::RepeatVector(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)), n_(options.n) {
  if (n_ < 1 || n_ >= std::int64_t{1} << 31)
    throw ConfigError({.where = where(), .what = "n must be in [1, 2147483647], got " + std::to_string(n_)});
}

RepeatVector RepeatVector::from_config(const Value& config) {
  LayerConfig reader("RepeatVector", config);
  Options options{
      .n = reader.required_integer("n"), .name = reader.name(), .input_shape = reader.input_shape()};
  reader.finish();
  return RepeatVector(std::move(options));
}

Value RepeatVector::config() const {
  Value::Dict config = base_config();
  config.push_back({"n", n_});
  return config;
}

Shape RepeatVector::output_shape(const Shape& input_shape) const {
  require_row_rank(where(), input_shape, 1, "(None, features)");
  Shape output{n_, input_shape[0]};
  require_row_size(where(), output);
  return output;
}

void RepeatVector::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  graph.add<plan::RearrangeStep>(
      plan::RearrangeSpec{name(), plan::StridedView({{n_, 0}, {input_shape[0], 1}})});
}

}  // namespace regulus
