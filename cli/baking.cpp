// SPDX-License-Identifier: Apache-2.0
#include "cli/baking.h"

#include <algorithm>
#include <vector>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/nn/layers/normalization_layer.h"

namespace regulus::cli {
namespace {

constexpr double kSmallestStd = 1e-7;

// A name that no layer of the model has.
std::string free_name(const Sequential& model) {
  std::string name = "normalization";
  const auto taken = [&](const LayerPtr& layer) { return layer->name() == name; };
  for (int i = 1; std::any_of(model.layers().begin(), model.layers().end(), taken); ++i)
    name = "normalization_" + std::to_string(i);
  return name;
}

// Each number of a row has a mean and a variance of its own.
NormalizationLayer front_layer(const Sequential& model) {
  Value::List axes;
  for (std::size_t axis = 1; axis <= model.input_shape().rank(); ++axis)
    axes.emplace_back(static_cast<std::int64_t>(axis));
  return NormalizationLayer::from_config(Value::Dict{{"name", free_name(model)}, {"axis", std::move(axes)}});
}

}  // namespace

Sequential with_normalization(const Sequential& model, const Normalization& scaling) {
  std::vector<float> mean;
  std::vector<float> variance;
  for (std::size_t i = 0; i < scaling.mean().size(); ++i) {
    const double std = scaling.std()[i] / scaling.scale();
    if (!(std >= kSmallestStd))
      throw ConfigError({.where = "--bake-normalization",
                         .what = "no Normalization layer does what this scaling does",
                         .expected = "std / scale of at least 1e-07",
                         .found = number_text(std),
                         .fix = "Leave the option out."});
    mean.push_back(static_cast<float>(scaling.mean()[i] / scaling.scale()));
    variance.push_back(static_cast<float>(std * std));
  }
  Sequential baked({.name = model.name(), .seed = model.key().seed()});
  baked.add(front_layer(model));
  for (const LayerPtr& next : model.layers()) baked.add(next);
  baked.build(model.input_shape());
  const LayerPtr front = baked.layers().front();
  std::vector<Tensor> weights = front->get_weights();
  weights[0] = Tensor(weights[0].shape(), std::move(mean));
  weights[1] = Tensor(weights[1].shape(), std::move(variance));
  front->set_weights(weights);
  if (!model.compiled()) return baked;
  baked.compile_from_config(model.compile_config());
  baked.set_training_state(model.training_state());
  return baked;
}

void note_hidden_scaling(const std::string& path, const ModelNotes& kept, Notes& notes) {
  const bool of_keras = path.ends_with(".keras") || (path.ends_with(".h5") && !path.ends_with(".weights.h5"));
  if (of_keras && kept.normalization)
    notes.add(
        "the scaling of the inputs lies beside the layers, where Keras does not look: scale the rows there, "
        "or "
        "write it as a layer with --bake-normalization.");
}

}  // namespace regulus::cli
