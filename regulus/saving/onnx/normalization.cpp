// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include "regulus/nn/layers/axis_order.h"
#include "regulus/nn/row_axes.h"
#include "regulus/saving/onnx/translations.h"

namespace regulus::onnx {
namespace {

// The axes of the rows that the config names, ascending, a row's first as 0.
std::vector<std::size_t> axes_of(const SourceLayer& layer) {
  ConfigReader reader(layer.where(), layer.config);
  return RowAxes::read(reader, "axis", {}).of_row(layer.input, layer.where());
}

// As axes of the value, the batch in front.
Integers behind_batch(const std::vector<std::size_t>& axes) {
  Integers moved;
  for (const std::size_t axis : axes) moved.push_back(static_cast<std::int64_t>(axis + 1));
  return moved;
}

// With the row's axes in `order` around what `compute` adds; nothing if they are in order.
template <class Compute>
void in_order(Chain& chain, const std::vector<std::size_t>& order, Compute compute) {
  chain.channels_last();
  if (std::is_sorted(order.begin(), order.end())) return compute();
  std::vector<std::size_t> inverse(order.size());
  for (std::size_t place = 0; place < order.size(); ++place) inverse[order[place]] = place;
  const auto transpose = [&](const std::vector<std::size_t>& axes) {
    Integers perm{0};
    for (const std::int64_t axis : behind_batch(axes)) perm.push_back(axis);
    chain.apply("Transpose", {}, {{"perm", std::move(perm)}});
  };
  transpose(order);
  compute();
  transpose(inverse);
}

Tensor filled(const Shape& shape, float value) {
  return {shape, std::vector<float>(static_cast<std::size_t>(shape.size()), value)};
}

void normalize_batch(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  const Tensor& mean = *layer.weight("moving_mean");
  const auto or_filled = [&](const char* name, float value) {
    const Tensor* weight = layer.weight(name);
    return chain.constant(name, weight != nullptr ? *weight : filled(mean.shape(), value));
  };
  const std::string gamma = or_filled("gamma", 1);
  const std::string beta = or_filled("beta", 0);
  chain.apply("BatchNormalization",
              {gamma, beta, chain.constant("moving_mean", mean),
               chain.constant("moving_variance", *layer.weight("moving_variance"))},
              {{"epsilon", static_cast<float>(layer.config.at("epsilon").as_double())}});
}

// rms_scaling of Keras divides by the deviation, which is about the mean, and keeps the mean.
void scale_by_deviation(Chain& chain, const Integers& axes, double epsilon) {
  const auto mean_of = [&](const std::string& value) {
    return chain.node("ReduceMean", {value}, {{"axes", axes}, {"keepdims", 1}});
  };
  const std::string x = chain.value();
  const std::string apart = chain.node("Sub", {x, mean_of(x)});
  const std::string variance = mean_of(chain.node("Mul", {apart, apart}));
  const std::string raised = chain.node("Add", {variance, chain.number("epsilon", epsilon)});
  chain.apply("Div", {chain.node("Sqrt", {raised})});
}

// Lists of numbers, or one, as Keras stores them: all of one length on each level.
void collect(const Value& value, std::vector<float>& numbers) {
  if (value.is_number()) return numbers.push_back(static_cast<float>(value.as_double()));
  for (const Value& each : value.as_list()) collect(each, numbers);
}

Tensor numbers_in(const Value& value) {
  std::vector<std::int64_t> lengths;
  for (const Value* level = &value; level->is_list(); level = &level->as_list().front())
    lengths.push_back(static_cast<std::int64_t>(level->as_list().size()));
  std::vector<float> numbers;
  collect(value, numbers);
  return {Shape(std::move(lengths)), std::move(numbers)};
}

// A mean or variance of the axes that have one each, of length 1 along all others.
Tensor statistic(const SourceLayer& layer, const char* name) {
  const Tensor* adapted = layer.weight(name);
  const Tensor values = adapted != nullptr ? *adapted : numbers_in(layer.config.at(name));
  const std::vector<std::size_t> axes = axes_of(layer);
  const std::size_t missing = axes.size() - values.shape().rank();
  std::vector<std::int64_t> lengths(layer.input.rank(), 1);
  for (std::size_t axis = missing; axis < axes.size(); ++axis)
    lengths[axes[axis]] = values.shape()[axis - missing];
  return values.reshape(Shape(std::move(lengths)));
}

}  // namespace

void batch_normalization(Chain& chain) {
  const std::size_t rank = chain.layer().input.rank();
  const std::size_t axis = axes_of(chain.layer())[0];
  if (axis + 1 == rank) {
    chain.channels_first();
    return normalize_batch(chain);
  }
  // The operator's channels are the first axis behind the batch.
  std::vector<std::size_t> order(rank);
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[0], order[axis]);
  in_order(chain, order, [&] { normalize_batch(chain); });
}

void layer_normalization(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  const std::vector<std::size_t> axes = axes_of(layer);
  const std::size_t rank = layer.input.rank();
  const auto first = static_cast<std::int64_t>(rank - axes.size() + 1);
  const double epsilon = layer.config.at("epsilon").as_double();
  const Tensor* gamma = layer.weight("gamma");
  const Tensor* beta = layer.weight("beta");
  in_order(chain, with_last(rank, axes), [&] {
    if (layer.config.at("rms_scaling").as_bool()) {
      Integers last(axes.size());
      std::iota(last.begin(), last.end(), first);
      scale_by_deviation(chain, last, epsilon);
      return chain.apply("Mul", {chain.constant("gamma", *gamma)});
    }
    std::vector<std::int64_t> lengths;
    for (const std::size_t axis : axes) lengths.push_back(layer.input[axis]);
    const Shape shape(std::move(lengths));
    Names others{chain.constant("gamma", gamma != nullptr ? *gamma : filled(shape, 1))};
    if (beta != nullptr) others.push_back(chain.constant("beta", *beta));
    chain.apply("LayerNormalization", others, {{"axis", first}, {"epsilon", static_cast<float>(epsilon)}});
  });
}

void unit_normalization(Chain& chain) {
  const std::string x = chain.channels_last();
  const std::string norm =
      chain.node("ReduceL2", {x}, {{"axes", behind_batch(axes_of(chain.layer()))}, {"keepdims", 1}});
  chain.apply("Div", {chain.node("Max", {norm, chain.number("smallest", 1e-12)})});
}

// The standard deviation, at least 1e-7, is taken here: a constant.
void normalization(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  Tensor deviation = statistic(layer, "variance");
  for (std::int64_t i = 0; i < deviation.size(); ++i)
    deviation.data()[i] = std::max(std::sqrt(deviation.data()[i]), 1e-7f);
  const std::string mean = chain.row_constant("mean", statistic(layer, "mean"));
  const std::string scale = chain.row_constant("deviation", deviation);
  const bool invert = layer.config.at("invert").as_bool();
  chain.apply(invert ? "Mul" : "Sub", {invert ? scale : mean});
  chain.apply(invert ? "Add" : "Div", {invert ? mean : scale});
}

void rescaling(Chain& chain) {
  const auto factor = [&chain](const char* key) {
    const Value& value = chain.layer().config.at(key);
    if (!value.is_list()) return chain.number(key, value.as_double());
    // One for each index of the last axis, repeated for the whole row.
    const Shape& row = chain.layer().input;
    Tensor all(row);
    const auto& numbers = value.as_list();
    for (std::int64_t i = 0; i < all.size(); ++i)
      all.data()[i] = static_cast<float>(numbers[static_cast<std::size_t>(i) % numbers.size()].as_double());
    return chain.row_constant(key, all);
  };
  chain.apply("Mul", {factor("scale")});
  chain.apply("Add", {factor("offset")});
}

}  // namespace regulus::onnx
