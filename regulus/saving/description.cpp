// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/description.h"

#include "regulus/base/error.h"
#include "regulus/nn/open_rows.h"
#include "regulus/nn/row_limits.h"

namespace regulus {
namespace {

[[noreturn]] void throw_config(const std::string& what, std::string found = "") {
  throw ConfigError({.where = "model", .what = what, .found = std::move(found)});
}

}  // namespace

void require_whole(const ModelDescription& description, const Limits& limits) {
  if (description.layers.empty()) throw_config("it has no layers");
  if (description.layers.size() > limits.layers)
    throw_config("it has too many layers", std::to_string(description.layers.size()));
  for (std::size_t i = 0; i < description.layers.size(); ++i)
    if (description.layers[i]->name().empty())
      throw_config("the name of layer " + std::to_string(i) + " is missing");
  const Shape& declared = description.layers.front()->declared_input_shape();
  if (!declared.empty() && declared != description.input_shape)
    throw_config("the first layer's input shape is not the model's", to_batch_string(declared));
}

void for_each_weight(const ModelDescription& description,
                     const std::function<void(std::size_t layer, std::size_t weight, const std::string& name,
                                              const Shape& shape)>& visit) {
  Shape shape = description.input_shape;
  require_row("model", shape);
  for (std::size_t i = 0; i < description.layers.size(); ++i) {
    const Layer& layer = *description.layers[i];
    Shape next = output_rows(layer, shape);
    require_row(layer, next);
    const auto weights = layer.weight_shapes(sample_rows(layer, shape));
    for (std::size_t w = 0; w < weights.size(); ++w) visit(i, w, weights[w].first, weights[w].second);
    shape = std::move(next);
  }
}

Sequential build_model(const ModelDescription& description, std::optional<std::uint64_t> seed,
                       const std::vector<Tensor>& weights) {
  Sequential model(Sequential::Options{.name = description.name, .seed = seed});
  for (const LayerPtr& layer : description.layers) model.add(layer);
  model.build(description.input_shape);
  model.set_weights(weights);
  return model;
}

void as_data_error(const std::string& where, const std::function<void()>& call) {
  try {
    call();
  } catch (const DataError&) {
    throw;
  } catch (const IoError&) {
    throw;
  } catch (const Error& error) {
    const ErrorInfo& info = error.info();
    throw_data(where, info.where + ": " + info.what, info.expected, info.found, info.fix);
  }
}

}  // namespace regulus
