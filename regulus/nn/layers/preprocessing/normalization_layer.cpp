// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/preprocessing/normalization_layer.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/nn/layers/axis_order.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/normalization.h"

namespace regulus {
namespace {

void collect(const Value& value, std::vector<float>& numbers) {
  if (value.is_number()) return numbers.push_back(static_cast<float>(value.as_double()));
  for (const Value& each : value.as_list()) collect(each, numbers);
}

// The lengths of nested lists, or an empty list with `fits` false where they are not those of an array.
std::vector<std::int64_t> lengths_of(const Value& value, bool& fits) {
  fits = fits && (value.is_number() || (value.is_list() && !value.as_list().empty()));
  if (!fits || value.is_number()) return {};
  const Value::List& list = value.as_list();
  const std::vector<std::int64_t> first = lengths_of(list.front(), fits);
  for (const Value& each : list) fits = lengths_of(each, fits) == first && fits;
  std::vector<std::int64_t> lengths{static_cast<std::int64_t>(list.size())};
  lengths.insert(lengths.end(), first.begin(), first.end());
  return lengths;
}

Tensor numbers_in(const Value& value, const std::string& where, const std::string& key) {
  bool fits = true;
  std::vector<std::int64_t> lengths = lengths_of(value, fits);
  if (!fits) throw_config(where, key + " must be a number or lists of numbers, equally long");
  std::vector<float> numbers;
  collect(value, numbers);
  for (const float number : numbers)
    require_number(std::isfinite(number), where, key + " must be finite", static_cast<double>(number));
  return Tensor(Shape(std::move(lengths)), std::move(numbers));
}

// As NumPy does: the last axes meet, a length of 1 serves for any.
bool stretches(const Shape& from, const Shape& to) {
  for (std::size_t back = 1; back <= from.rank(); ++back) {
    const std::int64_t length = from[from.rank() - back];
    if (length != 1 && length != to[to.rank() - back]) return false;
  }
  return true;
}

Tensor stretched(const Tensor& value, const Shape& shape) {
  const std::size_t missing = shape.rank() - value.shape().rank();
  Tensor out(shape);
  for (std::int64_t i = 0; i < out.size(); ++i) {
    std::int64_t rest = i;
    std::int64_t at = 0;
    std::int64_t stride = 1;
    for (std::size_t axis = shape.rank(); axis-- > missing; rest /= shape[axis]) {
      const std::int64_t length = value.shape()[axis - missing];
      if (length > 1) at += rest % shape[axis] * stride;
      stride *= length;
    }
    out.data()[i] = value.data()[at];
  }
  return out;
}

plan::ParameterPtr state(const char* name, const Shape& shape, const Tensor& value) {
  // All axes are units: packed in their order.
  auto made = std::make_shared<plan::Parameter>(name, shape, plan::Penalty{}, plan::Constraint{},
                                                /*trainable=*/false, plan::UnitLayout{.axes = shape.rank()});
  made->assign(value);
  return made;
}

}  // namespace

NormalizationLayer::NormalizationLayer(Options options)
    : Layer(options.name, options.input_shape), options_(std::move(options)) {
  const std::string who = where("Normalization", name());
  if (options_.mean.is_null() != options_.variance.is_null())
    throw_config(who, "mean and variance must be given together", "Leave both out and call adapt().");
  if (!given()) return;
  mean_ = numbers_in(options_.mean, who, "mean");
  variance_ = numbers_in(options_.variance, who, "variance");
  for (const float variance : variance_.values())
    require_number(variance >= 0, who, "variance must be >= 0", static_cast<double>(variance));
  if (mean_.shape() != variance_.shape())
    throw_config(who, "mean and variance must have one shape, got " + to_string(mean_.shape()) + " and " +
                          to_string(variance_.shape()));
  if (mean_.shape().rank() > options_.axis.count())
    throw_config(who, "mean must not have more axes than are in axis, got " + to_string(mean_.shape()) +
                          " for " + std::to_string(options_.axis.count()));
}

NormalizationLayer NormalizationLayer::from_config(const Value& config) {
  LayerConfig reader("Normalization", config);
  Options options;
  // Null says no axis: one mean for all values.
  options.axis = reader.is_null("axis") ? RowAxes() : RowAxes::read(reader, "axis", options.axis);
  reader.ignore("axis");
  options.invert = reader.flag("invert", false);
  if (const Value* mean = reader.find("mean")) options.mean = *mean;
  if (const Value* variance = reader.find("variance")) options.variance = *variance;
  options.name = reader.name();
  options.input_shape = reader.input_shape();
  reader.finish();
  return NormalizationLayer(std::move(options));
}

Value NormalizationLayer::config() const {
  Value::Dict config = base_config();
  config.push_back({"axis", options_.axis.list()});
  config.push_back({"invert", options_.invert});
  config.push_back({"mean", options_.mean});
  config.push_back({"variance", options_.variance});
  return config;
}

Shape NormalizationLayer::kept(const Shape& row) const {
  std::vector<std::int64_t> lengths;
  for (const std::size_t axis : options_.axis.of_row(row, where())) lengths.push_back(row[axis]);
  return Shape(std::move(lengths));
}

// Of each feature, row-major, the number of its mean and variance.
plan::StridedView NormalizationLayer::places(const Shape& row) const {
  const std::vector<std::size_t> kept_axes = options_.axis.of_row(row, where());
  std::vector<plan::ViewAxis> axes(row.rank());
  std::int64_t stride = 1;
  for (std::size_t axis = row.rank(); axis-- > 0;) {
    const bool is_kept = std::binary_search(kept_axes.begin(), kept_axes.end(), axis);
    axes[axis] = {row[axis], is_kept ? stride : 0};
    if (is_kept) stride *= row[axis];
  }
  return plan::StridedView(std::move(axes));
}

Shape NormalizationLayer::output_shape(const Shape& input_shape) const {
  const Shape shape = kept(input_shape);
  require_row_size(where(), input_shape);
  if (given() && !stretches(mean_.shape(), shape))
    throw ShapeError({.where = where(),
                      .what = "mean does not fit the rows",
                      .expected = to_string(shape) + ", or 1 for any length",
                      .found = to_string(mean_.shape())});
  return input_shape;
}

std::vector<std::pair<std::string, Shape>> NormalizationLayer::weight_shapes(const Shape& input_shape) const {
  if (given()) return {};
  const Shape shape = kept(input_shape);
  return {{"mean", shape}, {"variance", shape}, {"count", Shape{}}};
}

std::vector<plan::ParameterPtr> NormalizationLayer::make_weights(const BuildContext& context) {
  if (given()) return {};
  const Shape shape = kept(context.input_shape);
  Tensor ones(shape);
  for (std::int64_t i = 0; i < ones.size(); ++i) ones.data()[i] = 1;
  return {state("mean", shape, Tensor(shape)), state("variance", shape, ones),
          state("count", Shape{}, Tensor(Shape{}))};
}

void NormalizationLayer::adapt(const Tensor& data) {
  if (given()) throw_config(where(), "mean and variance were given: there is nothing to adapt");
  if (data.shape().empty() || data.size() == 0)
    throw DataError(
        {.where = where(), .what = "adapt needs at least one row", .found = to_string(data.shape())});
  const Shape row = data.shape().without_front();
  build({row, random::Key(0), 0});  // nothing is drawn
  const plan::StridedView view = places(row);
  const Shape shape = kept(row);
  const auto count = static_cast<double>(data.size()) / static_cast<double>(shape.size());
  // Sums in the order of the data, each over what shares a mean.
  const auto average = [&](auto term) {
    std::vector<double> sums(static_cast<std::size_t>(shape.size()));
    for (const float* x = data.data(); x < data.data() + data.size(); x += row.size())
      view.for_each_run([&](std::int64_t feature, std::int64_t run, std::int64_t place, std::int64_t stride) {
        for (std::int64_t i = 0; i < run; ++i, place += stride) {
          const auto p = static_cast<std::size_t>(place);
          sums[p] += term(static_cast<double>(x[feature + i]), p);
        }
      });
    for (double& sum : sums) sum /= count;
    return sums;
  };
  const std::vector<double> mean = average([](double x, std::size_t) { return x; });
  const std::vector<double> variance =
      average([&](double x, std::size_t p) { return (x - mean[p]) * (x - mean[p]); });
  for (const double v : variance)
    if (!std::isfinite(static_cast<float>(v)))
      throw DataError({.where = where(), .what = "adapt needs finite values whose variance fits a float"});
  weights()[0]->assign(Tensor(shape, {mean.begin(), mean.end()}));
  weights()[1]->assign(Tensor(shape, {variance.begin(), variance.end()}));
}

void NormalizationLayer::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  if (!built()) throw_config(where(), "the layer has no weights yet", "Build the model first.");
  plan::NormalizationSpec spec;
  spec.name = name();
  const Shape shape = kept(input_shape);
  spec.mean = given() ? state("mean", shape, stretched(mean_, shape)) : weights()[0];
  spec.variance = given() ? state("variance", shape, stretched(variance_, shape)) : weights()[1];
  spec.place = places(input_shape);
  spec.invert = options_.invert;
  graph.add<plan::NormalizationStep>(std::move(spec));
}

}  // namespace regulus
