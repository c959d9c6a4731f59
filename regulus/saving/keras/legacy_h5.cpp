// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/legacy_h5.h"

#include <algorithm>
#include <functional>
#include <set>

#include "regulus/base/json.h"
#include "regulus/base/version.h"
#include "regulus/saving/extras.h"
#include "regulus/saving/keras/config.h"
#include "regulus/saving/keras/optimizer.h"
#include "regulus/saving/keras/release.h"
#include "regulus/saving/keras/weights.h"

namespace regulus::keras {
namespace {

using io::Hdf5Group;
using io::Hdf5Value;

constexpr const char* kWeights = "model_weights";
constexpr const char* kOptimizer = "optimizer_weights";
constexpr const char* kKerasVersion = "3.15.1";
// Keras cuts long lists of names into attributes NAME0, NAME1, …
constexpr std::size_t kNamesInOne = 2000;

void append_names(std::vector<std::string>& names, const Hdf5Value& value) {
  if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    names.insert(names.end(), list->begin(), list->end());
  else if (const auto* text = std::get_if<std::string>(&value))
    names.push_back(*text);
  // A layer without weights has an empty array of numbers.
}

std::vector<std::string> names_in(const Hdf5Group& group, const std::string& attribute) {
  std::vector<std::string> names;
  if (const Hdf5Value* value = group.attribute(attribute)) {
    append_names(names, *value);
    return names;
  }
  for (std::size_t i = 0;; ++i) {
    const Hdf5Value* value = group.attribute(attribute + std::to_string(i));
    if (value == nullptr) return names;
    append_names(names, *value);
  }
}

void put_names(Hdf5Group& group, const std::string& attribute, const std::vector<std::string>& names) {
  if (names.empty()) {
    group.attributes.push_back({attribute, io::owning_array(io::DType::kFloat64, Shape{0}, {})});
  } else if (names.size() <= kNamesInOne) {
    group.attributes.push_back({attribute, names});
  } else {
    for (std::size_t begin = 0, i = 0; begin < names.size(); begin += kNamesInOne, ++i)
      group.attributes.push_back(
          {attribute + std::to_string(i),
           std::vector<std::string>(
               names.begin() + static_cast<std::ptrdiff_t>(begin),
               names.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kNamesInOne, names.size())))});
  }
}

// Puts an array at "a/b/c" below the group.
void put_array(Hdf5Group& group, const std::string& path, io::Array array) {
  const std::size_t slash = path.find('/');
  if (slash == std::string::npos) {
    group.datasets.push_back({path, std::move(array), {}});
    return;
  }
  const std::string name = path.substr(0, slash);
  auto child =
      std::find_if(group.groups.begin(), group.groups.end(), [&](const auto& g) { return g.name == name; });
  if (child == group.groups.end()) {
    group.groups.push_back({name, {}, {}, {}});
    child = std::prev(group.groups.end());
  }
  put_array(*child, path.substr(slash + 1), std::move(array));
}

// The arrays of a group in the order of its weight_names.
std::vector<const io::Array*> arrays_in(const Hdf5Group& group, const std::string& where) {
  std::vector<const io::Array*> arrays;
  for (const std::string& name : names_in(group, "weight_names")) {
    const io::Hdf5Dataset* found = group.dataset(name);
    if (found == nullptr) throw_data(where, "the weight \"" + name + "\" is named but missing");
    arrays.push_back(&found->array);
  }
  return arrays;
}

// Each array has a place of its own in the file: one that is named twice would be more bytes than are there.
void require_different(std::vector<const io::Array*> arrays, const std::string& where) {
  std::sort(arrays.begin(), arrays.end(), std::less<>());
  if (std::adjacent_find(arrays.begin(), arrays.end()) != arrays.end())
    throw_data(where, "a weight is named twice");
}

// Groups that hold weights, in the order of the file.
std::vector<std::vector<const io::Array*>> weight_groups(const Hdf5Group& root, const std::string& where) {
  const Hdf5Group* weights = root.group(kWeights);
  if (weights == nullptr) weights = &root;  // a file of weights alone
  std::vector<std::vector<const io::Array*>> groups;
  std::set<const Hdf5Group*> seen;  // a group that is named again and again is more arrays than the file has
  for (const std::string& name : names_in(*weights, "layer_names")) {
    const Hdf5Group* group = weights->group(name);
    if (group == nullptr) throw_data(where, "the layer \"" + name + "\" is named but missing");
    if (!seen.insert(group).second) throw_data(where, "the layer \"" + name + "\" is named twice");
    std::vector<const io::Array*> arrays = arrays_in(*group, where);
    if (!arrays.empty()) groups.push_back(std::move(arrays));
  }
  return groups;
}

// A weight that a layer asks for.
struct Wanted {
  std::size_t number = 0;  // in the order of for_each_weight
  std::string layer;       // for errors: layer "dense"
  std::string name;
  Shape shape;
  bool state = false;  // not trainable
};

bool is_state(const Layer& layer, const std::string& weight) {
  return !layer.trainable() || weight.starts_with("moving_") ||
         layer.class_name() == std::string_view("Normalization");
}

// The weights of each of the file's own layers, which may be models, as Keras lists them: the trainable ones
// first.
std::vector<std::vector<Wanted>> wanted_weights(const KerasModel& model) {
  std::vector<std::vector<Wanted>> wanted;
  std::size_t last_top = 0;
  std::size_t number = 0;
  for_each_weight(model.description, [&](std::size_t layer, std::size_t, const std::string& name,
                                         const Shape& shape) {
    const Layer& owner = *model.description.layers[layer];
    if (wanted.empty() || model.stored[layer].top != last_top) wanted.emplace_back();
    last_top = model.stored[layer].top;
    wanted.back().push_back({number++, "layer \"" + owner.name() + "\"", name, shape, is_state(owner, name)});
  });
  for (std::vector<Wanted>& group : wanted)
    std::stable_partition(group.begin(), group.end(), [](const Wanted& w) { return !w.state; });
  return wanted;
}

// As Keras does: layers with weights and groups with weights meet in their order, whatever their names.
std::vector<Tensor> matching_weights(const Hdf5Group& root, const KerasModel& model,
                                     const std::string& where) {
  const std::vector<std::vector<const io::Array*>> groups = weight_groups(root, where);
  const std::vector<std::vector<Wanted>> wanted = wanted_weights(model);
  std::vector<const io::Array*> matched;
  for (std::size_t g = 0; g < wanted.size(); ++g) {
    for (std::size_t i = 0; i < wanted[g].size(); ++i) {
      const Wanted& want = wanted[g][i];
      const std::string what = want.layer + ": its " + want.name;
      if (g >= groups.size() || i >= groups[g].size()) throw_data(where, what + " is missing");
      if (groups[g][i]->shape != want.shape)
        throw_data(where, what + " has another shape", to_string(want.shape), to_string(groups[g][i]->shape));
      matched.resize(std::max(matched.size(), want.number + 1));
      matched[want.number] = groups[g][i];
    }
    if (groups[g].size() != wanted[g].size())
      throw_data(where, wanted[g].front().layer + ": another number of weights",
                 std::to_string(wanted[g].size()), std::to_string(groups[g].size()));
  }
  if (wanted.size() != groups.size())
    throw_data(where, "it holds weights of no layer", std::to_string(wanted.size()) + " layers with weights",
               std::to_string(groups.size()));
  require_different(matched, where);
  return to_tensors(matched, where);
}

// The first length of the file's first weight: of a kernel or a mean, the length of the rows.
std::optional<std::int64_t> first_length(const Hdf5Group& root, const std::string& where) {
  const std::vector<std::vector<const io::Array*>> groups = weight_groups(root, where);
  if (groups.empty() || groups[0][0]->shape.empty()) return {};
  return groups[0][0]->shape[0];
}

Hdf5Group weight_group(const Sequential& model) {
  Hdf5Group group{kWeights, {}, {}, {}};
  std::vector<std::string> layer_names;
  for (const LayerPtr& layer : model.layers()) {
    Hdf5Group& entry = group.groups.emplace_back(Hdf5Group{layer->name(), {}, {}, {}});
    std::vector<std::string> names;
    for (const plan::ParameterPtr& weight : layer->weights()) {
      names.push_back(model.name() + "/" + layer->name() + "/" + weight->name());
      put_array(entry, names.back(), stored_weight(*layer, *weight));
    }
    put_names(entry, "weight_names", names);
    layer_names.push_back(layer->name());
  }
  Hdf5Group& top = group.groups.emplace_back(Hdf5Group{"top_level_model_weights", {}, {}, {}});
  put_names(top, "weight_names", {});
  put_names(group, "layer_names", layer_names);
  group.attributes.push_back({"backend", std::string("tensorflow")});
  group.attributes.push_back({"keras_version", std::string(kKerasVersion)});
  return group;
}

Hdf5Group optimizer_group(const Sequential& model) {
  Hdf5Group group{kOptimizer, {}, {}, {}};
  std::vector<std::string> names;
  std::vector<io::Array> variables = optimizer_variables(model);
  for (io::Array& variable : variables) {
    names.push_back("optimizer/" + std::to_string(names.size()));
    put_array(group, names.back(), std::move(variable));
  }
  put_names(group, "weight_names", names);
  return group;
}

Value training_config(const Sequential& model) {
  Value::Dict config;
  const Value compiled = compile_config(model);
  for (const auto& [key, value] : compiled.as_dict())
    config.emplace_back(key == "optimizer" ? "optimizer_config" : key, value);
  return config;
}

StoredVariables stored_variables(const Hdf5Group& root, const std::string& where) {
  const Hdf5Group* group = root.group(kOptimizer);
  if (group == nullptr) return {};
  StoredVariables stored{arrays_in(*group, where), names_in(*group, "weight_names")};
  require_different(stored.arrays, where);
  return stored;
}

}  // namespace

bool is_legacy_model(const Hdf5Group& root) {
  return root.attribute("model_config") != nullptr;
}

Hdf5Group to_legacy_model(const Sequential& model, const ModelNotes& notes) {
  Hdf5Group root;
  root.groups.push_back(weight_group(model));
  root.attributes = {{"backend", std::string("tensorflow")},
                     {"keras_version", std::string(kKerasVersion)},
                     {"model_config", to_json(model_config(model))},
                     {"regulus", to_json(extras_config(model, notes))},
                     {"regulus_version", std::string(version())}};
  if (model.compiled()) {
    root.groups.push_back(optimizer_group(model));
    root.attributes.push_back({"training_config", to_json(training_config(model))});
  }
  return root;
}

LoadedModel from_legacy_model(const Hdf5Group& root, const std::string& where, const LoadOptions& options) {
  const std::string* config_text = root.text("model_config");
  if (config_text == nullptr) throw_data(where, "its attribute model_config is no text");
  const std::string* extras_text = root.text("regulus");
  Extras extras;
  if (extras_text != nullptr) extras = read_extras(parse_json(*extras_text, where + ": regulus"), where);
  const Value config = parse_json(*config_text, where + ": model_config");
  const Numbers numbers = extras_text != nullptr ? Numbers::kExact : Numbers::kRounded;
  const std::string* writer = root.text("keras_version");
  std::optional<LoadedModel> loaded;
  as_data_error(where, [&] {
    KerasModel described = read_model(config, numbers, first_length(root, where));
    note_release(described, writer != nullptr ? *writer : std::string());
    const std::vector<Tensor> weights = matching_weights(root, described, where);
    const std::optional<std::uint64_t> seed = extras_text ? std::optional(extras.seed) : std::nullopt;
    loaded.emplace(LoadedModel{build_model(described.description, seed, weights), {}});
    loaded->notices = std::move(described.notices);
    if (const std::string* training = root.text("training_config"); training != nullptr && options.compile) {
      const Value compile = parse_json(*training, where + ": training_config");
      const Compiled compiled = compile_from(loaded->model, compile, numbers);
      loaded->notices.insert(loaded->notices.end(), compiled.notices.begin(), compiled.notices.end());
      if (compiled.optimizer)
        for (std::string& notice :
             restore_optimizer(loaded->model, stored_variables(root, where), compiled_origin(compile)))
          loaded->notices.push_back(std::move(notice));
    }
    if (extras_text != nullptr) apply_extras(*loaded, std::move(extras), where);
  });
  const std::string* ours = root.text("regulus_version");
  loaded->format = "Keras's legacy HDF5 file, written by ";
  loaded->format +=
      ours ? "regulus " + *ours : "Keras " + (writer ? *writer : std::string("of unknown version"));
  return std::move(*loaded);
}

std::vector<std::string> load_weights_from_legacy_model(Sequential& model, const Hdf5Group& root,
                                                        const std::string& where) {
  const StoredVariables variables = stored_variables(root, where);
  OptimizerOrigin origin;
  if (const std::string* training = root.text("training_config"))
    origin = compiled_origin(parse_json(*training, where + ": training_config"));
  model.set_weights(matching_weights(root, as_keras(model), where));
  return restore_same_optimizer(model, variables, origin);
}

}  // namespace regulus::keras
