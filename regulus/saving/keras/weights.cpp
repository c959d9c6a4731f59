// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/weights.h"

#include <algorithm>
#include <cmath>

#include "regulus/base/memory.h"
#include "regulus/saving/keras/group_names.h"
#include "regulus/saving/keras/optimizer.h"

namespace regulus::keras {
namespace {

using io::Hdf5Dataset;
using io::Hdf5Group;

constexpr const char* kLayers = "layers";
constexpr const char* kLayersOf213 = "_layer_checkpoint_dependencies";

std::size_t count_datasets(const Hdf5Group& group) {
  std::size_t count = group.datasets.size();
  // A layer's own generator of random numbers is no weight; ours are functions of a seed. A model inside that
  // was compiled has an optimizer, which Keras does not look at.
  for (const Hdf5Group& child : group.groups)
    if (child.name != "seed_generator" && child.name != "optimizer") count += count_datasets(child);
  return count;
}

Hdf5Dataset dataset(std::size_t number, io::Array array) {
  return {std::to_string(number), std::move(array), {}};
}

// The layers of a model, the outermost or one inside.
const Hdf5Group* layers_of(const Hdf5Group& model) {
  const Hdf5Group* layers = model.group(kLayers);
  return layers != nullptr ? layers : model.group(kLayersOf213);
}

// The group of a layer's weights, or nullptr.
const Hdf5Group* vars_at(const Hdf5Group& root, const StoredLayer& layer) {
  const Hdf5Group* at = &root;
  for (const std::string& name : layer.groups) {
    const Hdf5Group* layers = layers_of(*at);
    at = layers != nullptr ? layers->group(name) : nullptr;
    if (at == nullptr) return nullptr;
  }
  return at->group(layer.part.empty() ? "vars" : layer.part + "/vars");
}

// "layers/dense/vars/", for an error.
std::string path_to(const StoredLayer& layer) {
  std::string path;
  for (const std::string& name : layer.groups) path += std::string(kLayers) + "/" + name + "/";
  return path + (layer.part.empty() ? "" : layer.part + "/") + "vars/";
}

// The group "vars" with the name that Keras notes there.
Hdf5Group variables(const std::string& name, std::vector<Hdf5Dataset> datasets) {
  return {"vars", {}, std::move(datasets), {{"name", name}}};
}

// Keras counts the adapted rows of Normalization in an int64; all other weights are float32, and so is a
// count that somebody has set to what is none.
bool is_count(const Layer& layer, const plan::Parameter& weight, const Tensor& value) {
  constexpr float kMost = 9.2e18f;
  if (layer.class_name() != std::string_view("Normalization") || weight.name() != "count") return false;
  const float count = value.values()[0];
  return std::abs(count) < kMost && std::trunc(count) == count && !std::signbit(count);
}

}  // namespace

std::vector<Tensor> read_weights(const Hdf5Group& root, const KerasModel& model, const std::string& where) {
  const Hdf5Group* layers = layers_of(root);
  std::vector<const io::Array*> arrays;
  const Hdf5Group* vars = nullptr;
  std::size_t vars_of = model.stored.size();
  for_each_weight(model.description, [&](std::size_t layer, std::size_t weight, const std::string& name,
                                         const Shape& shape) {
    if (layer != vars_of) vars = vars_at(root, model.stored[layer]);
    vars_of = layer;
    const std::string number = std::to_string(weight);
    const std::string what = "layer \"" + model.description.layers[layer]->name() + "\": its " + name;
    const Hdf5Dataset* found = vars == nullptr ? nullptr : vars->dataset(number);
    if (found == nullptr)
      throw_data(where, what + " is missing", "a dataset " + path_to(model.stored[layer]) + number);
    if (found->array.shape != shape)
      throw_data(where, what + " has another shape", to_string(shape), to_string(found->array.shape));
    arrays.push_back(&found->array);
  });
  const std::size_t present = layers == nullptr ? 0 : count_datasets(*layers);
  if (present != arrays.size())
    throw_data(where, "it holds weights of no layer", std::to_string(arrays.size()) + " arrays",
               std::to_string(present));
  return to_tensors(arrays, where);
}

std::vector<Tensor> to_tensors(const std::vector<const io::Array*>& arrays, const std::string& where) {
  std::uint64_t values = 0;
  for (const io::Array* array : arrays) values += static_cast<std::uint64_t>(array->shape.size());
  // Once as tensors and once as the model keeps them.
  require_memory_to_read(2 * sizeof(float) * values, where, "the model");
  std::vector<Tensor> tensors;
  for (const io::Array* array : arrays) tensors.push_back(io::to_tensor(*array));
  return tensors;
}

std::vector<std::string> load_weights_from_tree(Sequential& model, const Hdf5Group& root,
                                                const std::string& where) {
  const StoredVariables variables = optimizer_variables_in(root, where);
  model.set_weights(read_weights(root, as_keras(model), where));
  return restore_same_optimizer(model, variables, optimizer_origin_in(root));
}

io::Array stored_weight(const Layer& layer, const plan::Parameter& weight) {
  const Tensor value = weight.value();
  if (!is_count(layer, weight, value)) return io::to_array(value);
  const auto count = static_cast<std::int64_t>(value.values()[0]);
  return io::to_array(weight.shape(), std::span(&count, 1));
}

Hdf5Group weight_tree(const Sequential& model) {
  const std::vector<std::string> class_names = stored_class_names(model);
  Hdf5Group layers{kLayers, {}, {}, {}};
  GroupNames names;
  for (std::size_t i = 0; i < model.layers().size(); ++i) {
    const Layer& layer = *model.layers()[i];
    std::vector<Hdf5Dataset> datasets;
    for (const plan::ParameterPtr& weight : layer.weights())
      datasets.push_back(dataset(datasets.size(), stored_weight(layer, *weight)));
    layers.groups.push_back(
        {names.next(class_names[i]), {variables(layer.name(), std::move(datasets))}, {}, {}});
  }
  Hdf5Group root;
  root.groups.push_back(std::move(layers));
  if (model.compiled()) {
    std::vector<Hdf5Dataset> datasets;
    for (io::Array& array : optimizer_variables(model))
      datasets.push_back(dataset(datasets.size(), std::move(array)));
    const std::string name = snake_case(model.optimizer().class_name());
    root.groups.push_back({"optimizer", {variables(name, std::move(datasets))}, {}, {}});
  }
  root.groups.push_back(variables(model.name(), {}));
  return root;
}

}  // namespace regulus::keras
