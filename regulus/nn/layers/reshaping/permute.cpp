// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/permute.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/layers/axis_order.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/rearrange.h"

namespace regulus {
namespace {

std::vector<int> in_order(std::size_t count) {
  std::vector<int> axes(count);
  std::iota(axes.begin(), axes.end(), 1);
  return axes;
}

}  // namespace

Permute::Permute(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)), dims_(std::move(options.dims)) {
  std::vector<int> sorted = dims_;
  std::sort(sorted.begin(), sorted.end());
  if (!dims_.empty() && sorted == in_order(dims_.size())) return;
  std::string text;
  for (const int axis : dims_) text += (text.empty() ? "" : ", ") + std::to_string(axis);
  throw ConfigError({.where = where(),
                     .what = "dims must hold the axes 1, 2, … once each, got (" + text + ")",
                     .fix = "Axis 0, the batch, is left out."});
}

Permute Permute::from_config(const Value& config) {
  LayerConfig reader("Permute", config);
  reader.required("dims", "a list of integers");
  Options options{.dims = {}, .name = reader.name(), .input_shape = reader.input_shape()};
  for (const std::int64_t axis : reader.integers("dims"))
    options.dims.push_back(static_cast<int>(std::clamp<std::int64_t>(axis, 0, 1 << 30)));
  reader.finish();
  return Permute(std::move(options));
}

Value Permute::config() const {
  Value::Dict config = base_config();
  config.push_back({"dims", Value::List(dims_.begin(), dims_.end())});
  return config;
}

Shape Permute::output_shape(const Shape& input_shape) const {
  std::string expected = "(None";
  for (std::size_t axis = 1; axis <= dims_.size(); ++axis) expected += ", d" + std::to_string(axis);
  require_row_rank(where(), input_shape, dims_.size(), expected + ")");
  require_row_size(where(), input_shape);
  std::vector<std::int64_t> lengths;
  for (const int axis : dims_) lengths.push_back(input_shape[static_cast<std::size_t>(axis - 1)]);
  return Shape(std::move(lengths));
}

void Permute::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  if (dims_ == in_order(dims_.size())) return;
  std::vector<std::size_t> order;
  for (const int axis : dims_) order.push_back(static_cast<std::size_t>(axis - 1));
  graph.add<plan::RearrangeStep>(plan::RearrangeSpec{name(), reordered(input_shape, order)});
}

}  // namespace regulus
