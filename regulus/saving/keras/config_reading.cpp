// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "regulus/base/json.h"
#include "regulus/nn/layers/preprocessing/augmentation.h"
#include "regulus/saving/keras/chain.h"
#include "regulus/saving/keras/classes.h"
#include "regulus/saving/keras/config.h"
#include "regulus/saving/keras/config_words.h"
#include "regulus/saving/keras/group_names.h"
#include "regulus/saving/keras/input_shape.h"
#include "regulus/saving/keras/layer_entry.h"
#include "regulus/saving/keras/members.h"
#include "regulus/saving/keras/plain.h"

namespace regulus::keras {
namespace {

const char* const kModel = "model";

// Reads a model and the models inside it, whose layers are taken in their order.
class ModelReader {
 public:
  ModelReader(Numbers numbers, std::optional<std::int64_t> first_length, const Limits& limits)
      : first_length_(first_length), limits_(limits) {
    context_.numbers = numbers;
  }

  KerasModel read(const Value& model) {
    read_model_entry(model, kModel, {});
    if (input_.is_null())
      throw_member(kModel, "the shape of its input is not known", "",
                   "Build the model before saving it: give it an Input, or call it once.");
    out_.description.input_shape = row_shape(input_, kModel, first_length_);
    require_whole(out_.description, limits_);
    out_.notices = std::move(context_.notices);
    if (!inside_.empty())
      out_.notices.push_back("the layers of " + inside_ +
                             ", which stand inside the model, are read one by one.");
    if (const std::string dtypes = context_.policies.notice(); !dtypes.empty())
      out_.notices.push_back(dtypes);
    return std::move(out_);
  }

 private:
  // A model that `groups` lead to, from the outermost on.
  void read_model_entry(const Value& model, const std::string& where,
                        const std::vector<std::string>& groups) {
    const std::string class_name = required_text(model, "class_name", where);
    if (!is_model_class(class_name))
      throw_member(where, "its class is not known", class_name,
                   "regulus reads Sequential and Functional models.");
    if (const std::string module = text_or_empty(model, "module");
        !module.empty() && !is_keras_module(module))
      throw_member(where, "its class comes from a module that is not Keras's", module);
    const Value& config = required(model, "config", where);
    const Value& layers = config.is_list() ? config : required(config, "layers", where);  // Keras before 2.2
    if (!layers.is_list()) throw_member(where, "layers must be a list", to_json(layers));
    const std::size_t with_input = limits_.layers + 1;  // InputLayer stands among them
    if (layers.as_list().size() > with_input)
      throw_member(where, "it has too many layers", std::to_string(layers.as_list().size()));
    if (groups.empty()) out_.description.name = text_or_empty(config, "name");
    note_input(model, "build_config");
    note_input(config, "build_input_shape");
    read_layers(layers.as_list(), class_name != "Sequential", config, groups);
  }

  void read_layers(const Value::List& layers, bool functional, const Value& config,
                   const std::vector<std::string>& groups) {
    std::vector<std::optional<bool>> training(layers.size());
    if (functional) training = read_chain(config, layers);
    GroupNames names;
    bool first = true;
    std::size_t number = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (groups.empty()) top_ = i;
      const std::string class_name = text_or_empty(layers[i], "class_name");
      const std::string group = names.next(class_name.substr(class_name.rfind('>') + 1));
      std::vector<std::string> path = groups;
      path.push_back(group);
      if (is_model_class(class_name)) {
        read_inner(layers[i], layer_where(layers[i], number++), path, training[i]);
      } else {
        LayerEntry entry(layers[i], number, context_);
        if (entry.is_input()) {
          if (!first) throw_member(kModel, "an input stands behind other layers", entry.name());
          note_shape(entry.config());
          continue;
        }
        ++number;
        if (training[i]) entry.called(*training[i]);
        add(entry, layers[i], path);
      }
      first = false;
    }
  }

  void read_inner(const Value& model, const std::string& where, const std::vector<std::string>& path,
                  std::optional<bool> training) {
    if (training == true)
      throw_member(where, "a model inside the model is called with training=True", "",
                   "Call it without, and use layers that drop in every prediction.");
    const Value* config = find_member(model, "config");
    const std::string name = config != nullptr ? text_or_empty(*config, "name") : "";
    inside_ += (inside_.empty() ? "\"" : ", \"") + name + "\"";
    const std::string outer = std::exchange(inner_name_, name);
    read_model_entry(model, where, path);
    inner_name_ = outer;
  }

  void add(LayerEntry& entry, const Value& value, const std::vector<std::string>& path) {
    // What a Normalization was adapted to is known though the model's input may not be.
    if (input_.is_null() || !is_known(input_)) note_input(value, "build_config");
    note_shape(entry.config());
    entry.forget_input_shape();
    std::optional<LayerEntry> behind = entry.split_activation();
    add_layer(entry, {path, "", top_});
    if (!behind) return;
    behind->forget_input_shape();
    add_layer(*behind, {path, "activation", top_});
  }

  void add_layer(LayerEntry& entry, StoredLayer stored) {
    if (out_.description.layers.size() >= limits_.layers)
      throw_member(kModel, "it has too many layers", std::to_string(out_.description.layers.size() + 1));
    if (!entry.name().empty() && !names_.insert(entry.name()).second) entry.rename(free_name(entry.name()));
    out_.description.layers.push_back(entry.layer());
    if (is_augmentation(entry.stored_class()))
      for (const std::string& note : out_.description.layers.back()->notes())
        context_.notices.push_back(note);
    out_.stored.push_back(std::move(stored));
  }

  // A model inside may use names of the outer one's.
  std::string free_name(const std::string& name) {
    const std::string base = inner_name_.empty() ? name : inner_name_ + "_" + name;
    std::string free = base;
    for (std::size_t& i = tries_[base]; !names_.insert(free).second;) free = base + "_" + std::to_string(++i);
    return free;
  }

  // The first layer's shape is the last that is noted: it counts most.
  void note_input(const Value& dict, const char* key) {
    const Value* shape = find_member(dict, key);
    if (shape != nullptr && shape->is_dict()) shape = find_member(*shape, "input_shape");
    if (shape == nullptr || !out_.description.layers.empty()) return;
    if (input_.is_null() || is_known(*shape) || !is_known(input_)) input_ = *shape;
  }
  void note_shape(const Value& config) {
    note_input(config, "batch_input_shape");
    note_input(config, "batch_shape");
  }

  std::optional<std::int64_t> first_length_;
  const Limits& limits_;
  EntryContext context_;
  KerasModel out_;
  Value input_;
  std::size_t top_ = 0;     // the number of the outermost model's entry that is being read
  std::string inner_name_;  // of the model inside that is being read
  std::string inside_;      // the names of the models inside
  std::set<std::string> names_;
  std::map<std::string, std::size_t> tries_;
};

}  // namespace

KerasModel read_model(const Value& model, Numbers numbers, std::optional<std::int64_t> first_length,
                      const Limits& limits) {
  return ModelReader(numbers, first_length, limits).read(plain(model));
}

}  // namespace regulus::keras
