// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/bake.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/nn/layers/preprocessing/normalization_layer.h"

namespace regulus {
namespace {

constexpr const char* kWhere = "bake_normalization";
constexpr double kLeastDeviation = 1e-7;  // what Keras's layer divides by at least

std::string free_name(const Sequential& model) {
  std::string name = "normalization";
  const auto taken = [&](const LayerPtr& layer) { return layer->name() == name; };
  while (std::any_of(model.layers().begin(), model.layers().end(), taken)) name += "_";
  return name;
}

// With a mean and a variance for each feature.
LayerPtr normalization_layer(const Sequential& model) {
  Value::List axes;
  for (std::size_t axis = 1; axis <= model.input_shape().rank(); ++axis)
    axes.emplace_back(static_cast<std::int64_t>(axis));
  return NormalizationLayer::from_config(Value::Dict{{"name", free_name(model)}, {"axis", std::move(axes)}});
}

Tensor means(const Normalization& normalization, const Shape& row) {
  Tensor out(row);
  for (std::size_t i = 0; i < normalization.mean().size(); ++i)
    out.data()[i] = static_cast<float>(normalization.mean()[i] / normalization.scale());
  return out;
}

Tensor variances(const Normalization& normalization, const Shape& row) {
  Tensor out(row);
  for (std::size_t i = 0; i < normalization.std().size(); ++i) {
    const double deviation = normalization.std()[i] / normalization.scale();
    const auto variance = static_cast<float>(deviation * deviation);
    require_number(deviation >= kLeastDeviation && std::isfinite(variance), kWhere,
                   "std / scale must be at least 1e-7, and its square a float", deviation);
    out.data()[i] = variance;
  }
  return out;
}

}  // namespace

Sequential with_normalization_layer(const Sequential& model, const Normalization& normalization) {
  const Shape& row = model.input_shape();
  if (static_cast<std::int64_t>(normalization.mean().size()) != row.size())
    throw ShapeError({.where = kWhere,
                      .what = "the normalization has another number of features than the model",
                      .expected = std::to_string(row.size()),
                      .found = std::to_string(normalization.mean().size())});
  require_number(normalization.scale() > 0, kWhere, "scale must be > 0", normalization.scale());
  Sequential out(Sequential::Options{.name = model.name(), .seed = model.key().seed()});
  const LayerPtr layer = normalization_layer(model);
  out.add(layer);
  for (const LayerPtr& each : model.layers()) out.add(each);
  out.build(row);
  layer->set_weights({means(normalization, row), variances(normalization, row), Tensor(Shape{})});
  if (!model.compiled()) return out;
  out.compile({.optimizer = model.optimizer(), .loss = model.loss(), .metrics = model.metrics()});
  out.set_training_state(model.training_state());
  return out;
}

}  // namespace regulus
