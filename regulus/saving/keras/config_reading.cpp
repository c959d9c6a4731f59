// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "regulus/nn/registry.h"
#include "regulus/saving/keras/config.h"
#include "regulus/saving/keras/config_words.h"

namespace regulus::keras {
namespace {

[[noreturn]] void throw_config(const std::string& where, std::string what, std::string found = "",
                               std::string fix = "") {
  throw ConfigError({.where = where,
                     .what = std::move(what),
                     .expected = "",
                     .found = std::move(found),
                     .fix = std::move(fix)});
}

const Value& required(const Value& dict, const char* key, const std::string& where) {
  const Value* value = dict.is_dict() ? dict.find(key) : nullptr;
  if (value == nullptr || value->is_null()) throw_config(where, std::string(key) + " is missing");
  return *value;
}

const std::string& required_text(const Value& dict, const char* key, const std::string& where) {
  const Value& value = required(dict, key, where);
  if (!value.is_string()) throw_config(where, std::string(key) + " must be a string", to_json(value));
  return value.as_string();
}

std::string text_or_empty(const Value& dict, const char* key) {
  const Value* value = dict.is_dict() ? dict.find(key) : nullptr;
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

constexpr const char* kChainFix = "regulus reads models that are one chain of layers.";

bool starts_with(const std::string& text, std::string_view start) {
  return text.compare(0, start.size(), start) == 0;
}

// The Monte-Carlo layer that a class of somebody's own must be, judged by its name; empty if none.
std::string monte_carlo_class(const std::string& class_name) {
  for (const char* known : {"MCAlphaDropout", "MCDropout"})
    if (starts_with(class_name, known)) return known;
  return "";
}

// One entry of the model's layers, which has a class of regulus's or none at all.
class LayerEntry {
 public:
  LayerEntry(const Value& entry, std::size_t number, bool called_in_training, Numbers numbers,
             std::vector<std::string>& notices)
      : where_("layer " + std::to_string(number)) {
    if (!entry.is_dict()) throw_config(where_, "it is no dict", to_json(entry));
    stored_class_ = required_text(entry, "class_name", where_);
    registered_ = text_or_empty(entry, "registered_name");
    // Keras 2's .h5 files know a class of somebody's own by "package>name".
    if (const std::size_t end = stored_class_.find('>'); end != std::string::npos) {
      if (registered_.empty()) registered_ = stored_class_;
      stored_class_.erase(0, end + 1);
    }
    class_name_ = stored_class_;
    config_ = translated(stored_class_, required(entry, "config", where_), numbers);
    const std::string name = text_or_empty(config_, "name");
    if (!name.empty()) where_ += " \"" + name + "\"";
    require_module(entry);
    read_own_class(entry, notices);
    if (called_in_training) read_call_in_training(notices);
    read_extension(entry);
  }

  bool is_input() const { return class_name_ == "InputLayer"; }
  const std::string& stored_class() const { return stored_class_; }
  const Value& config() const { return config_; }
  std::string name() const { return text_or_empty(config_, "name"); }
  LayerPtr layer() const { return layer_from_config(class_name_, config_); }

 private:
  void require_module(const Value& entry) const {
    const std::string module = text_or_empty(entry, "module");
    if (!module.empty() && !is_keras_module(module))
      throw_config(where_, "its class comes from a module that is not Keras's", module,
                   "A file is data here: no code that it names is run.");
  }

  void read_own_class(const Value& entry, std::vector<std::string>& notices) {
    const std::string monte_carlo = monte_carlo_class(stored_class_);
    const bool of_keras = !text_or_empty(entry, "module").empty();
    const bool own = !registered_.empty() && (registered_ != stored_class_ || !of_keras);
    if (monte_carlo.empty() && !own) return;  // layer_from_config says what it knows
    if (registered_.empty()) registered_ = stored_class_;
    if (monte_carlo.empty() || !config_.is_dict() || config_.find("rate") == nullptr)
      throw_config(where_, "a class of somebody's own cannot be loaded: it would be code", registered_,
                   "Rebuild the model from Keras's layers and save it again.");
    class_name_ = monte_carlo;
    notices.push_back("the class \"" + registered_ + "\" is read as " + monte_carlo + ".");
  }

  // Dropout(0.5)(x, training=True): it drops in every prediction.
  void read_call_in_training(std::vector<std::string>& notices) {
    if (class_name_ != "Dropout" && class_name_ != "AlphaDropout")
      throw_config(where_, "it is called with training=True", class_name_,
                   "Only Dropout and AlphaDropout are read so.");
    class_name_ = "MC" + class_name_;
    notices.push_back("\"" + name() + "\" is called with training=True: it is read as " + class_name_ + ".");
  }

  // What model_config() has put beside the config.
  void read_extension(const Value& entry) {
    const Value* extension = entry.find("regulus");
    if (extension == nullptr || extension->is_null()) return;
    ConfigReader reader(where_, *extension);
    class_name_ = reader.text("class_name", "");
    const Value* config = reader.find("config");
    reader.finish();
    if (!is_counterpart(stored_class_, class_name_))
      throw_config(where_, "its class in regulus is not a kind of " + stored_class_, class_name_);
    if (config == nullptr) return;
    Value::Dict merged = config_.as_dict();
    for (const Value::Member& member : config->as_dict()) merged.push_back(member);
    config_ = std::move(merged);
  }

  std::string where_;
  std::string stored_class_;
  std::string registered_;
  std::string class_name_;
  Value config_;
};

// Shape of a row from [null, 28, 28].
Shape row_shape(const Value& shape, const std::string& where) {
  const bool sound = shape.is_list() && !shape.as_list().empty() && shape.as_list().front().is_null();
  if (!sound) throw_config(where, "the input shape must begin with null, the rows", to_json(shape));
  std::vector<std::int64_t> dims;
  for (std::size_t i = 1; i < shape.as_list().size(); ++i) {
    const Value& length = shape.as_list()[i];
    if (!length.is_int() || length.as_int() < 1)
      throw_config(where, "every length of a row but the number of rows must be known", to_json(shape));
    dims.push_back(length.as_int());
  }
  return Shape(std::move(dims));
}

const Value* first_of(const Value& dict, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (const Value* value = dict.is_dict() ? dict.find(key) : nullptr; value != nullptr && !value->is_null())
      return value;
  return nullptr;
}

// How an entry of a Functional model is called: on one tensor, which comes from the layer of that name.
struct Call {
  std::string input;
  bool training = false;
};
class Inbound {
 public:
  static Call read(const Value& entry, const std::string& where) {
    Inbound inbound;
    const Value* nodes = entry.is_dict() ? entry.find("inbound_nodes") : nullptr;
    if (nodes != nullptr) inbound.visit(*nodes);
    if (inbound.names_.size() != 1)
      throw_config(where, "it has more than one input or is used more than once",
                   std::to_string(inbound.names_.size()) + " inputs", kChainFix);
    if (!inbound.argument_.empty())
      throw_config(where, "it is called with an argument that is not known", inbound.argument_, kChainFix);
    return {inbound.names_.front(), inbound.training_};
  }

 private:
  // Keras 3 hides {"keras_history": [layer, node, tensor]} in the arguments, Keras 2 writes
  // [[[layer, node, tensor, {}]]].
  // The JSON's depth is limited.
  void visit(const Value& value) {
    if (value.is_dict()) {
      for (const auto& [key, member] : value.as_dict()) {
        if (key == "keras_history")
          add(member);
        else
          visit(member);
        if (key == "kwargs") note_arguments(member);
      }
    } else if (value.is_list()) {
      const Value::List& list = value.as_list();
      const bool history = list.size() == 4 && list[0].is_string() && list[1].is_int() && list[2].is_int();
      if (history) {
        add(value);
        note_arguments(list[3]);
        return;
      }
      for (const Value& member : list) visit(member);
    }
  }
  void note_arguments(const Value& arguments) {
    if (!arguments.is_dict()) return;
    for (const auto& [key, value] : arguments.as_dict()) {
      if (value.is_null() || value == Value(false) || value.is_dict()) continue;  // a dict is a tensor
      if (key == "training" && value == Value(true))
        training_ = true;
      else
        argument_ = key;
    }
  }
  void add(const Value& history) {
    const bool sound = history.is_list() && !history.as_list().empty() && history.as_list()[0].is_string();
    names_.push_back(sound ? history.as_list()[0].as_string() : "");
  }
  std::vector<std::string> names_;
  std::string argument_;
  bool training_ = false;
};

// ["dense", 0, 0], or a list of it alone.
void require_output(const Value& config, const std::string& name) {
  const Value* output = config.is_dict() ? config.find("output_layers") : nullptr;
  while (output != nullptr && output->is_list() && output->as_list().size() == 1)
    output = &output->as_list().front();
  const bool sound = output != nullptr && output->is_list() && !output->as_list().empty();
  if (!sound || output->as_list().front() != Value(name))
    throw_config("model", "its output is not that of its last layer alone",
                 output != nullptr ? to_json(*output) : "", kChainFix);
}

// For each layer, whether it is called with training=True.
std::vector<bool> require_chain(const Value& config, const Value::List& layers) {
  std::vector<bool> training(layers.size());
  for (std::size_t i = 1; i < layers.size(); ++i) {
    const std::string name = text_or_empty(layers[i], "name");
    const std::string where = "layer \"" + name + "\"";
    const std::string before = text_or_empty(layers[i - 1], "name");
    const Call call = Inbound::read(layers[i], where);
    if (call.input != before)
      throw_config(where, "it does not follow the layer before it", "input from \"" + call.input + "\"",
                   kChainFix);
    training[i] = call.training;
  }
  if (!layers.empty()) require_output(config, text_or_empty(layers.back(), "name"));
  return training;
}

}  // namespace

KerasModel read_model(const Value& model, Numbers numbers, const Limits& limits) {
  const std::string where = "model";
  const std::string class_name = required_text(model, "class_name", where);
  const bool functional = class_name == "Functional" || class_name == "Model";
  if (!functional && class_name != "Sequential")
    throw_config(where, "its class is not known", class_name,
                 "regulus reads Sequential and Functional models.");
  if (const std::string module = text_or_empty(model, "module"); !module.empty() && !is_keras_module(module))
    throw_config(where, "its class comes from a module that is not Keras's", module);
  const Value& config = required(model, "config", where);

  KerasModel out;
  out.input_layer_counts = functional;
  out.description.name = config.is_dict() ? text_or_empty(config, "name") : "";
  const Value& layers = config.is_list() ? config : required(config, "layers", where);  // Keras before 2.2
  if (!layers.is_list()) throw_config(where, "layers must be a list", to_json(layers));
  const std::size_t with_input = limits.layers + 1;  // InputLayer stands among them
  if (layers.as_list().size() > with_input)
    throw_config(where, "it has too many layers", std::to_string(layers.as_list().size()));
  std::vector<bool> training(layers.as_list().size());
  if (functional) training = require_chain(config, layers.as_list());

  Value input;
  const auto note_input = [&input](const Value& dict, std::initializer_list<const char*> keys) {
    if (const Value* shape = first_of(dict, keys)) input = *shape;
  };
  note_input(model, {"build_config"});
  if (!input.is_null()) note_input(Value(input), {"input_shape"});
  note_input(config, {"build_input_shape"});
  for (std::size_t i = 0; i < layers.as_list().size(); ++i) {
    const LayerEntry entry(layers.as_list()[i], out.description.layers.size(), training[i], numbers,
                           out.notices);
    const bool first = out.description.layers.empty();
    if (first) note_input(entry.config(), {"batch_shape", "batch_input_shape"});
    if (entry.is_input()) {
      if (!first) throw_config(where, "an input stands behind other layers", entry.name());
      continue;
    }
    out.class_names.push_back(entry.stored_class());
    out.description.layers.push_back(entry.layer());
  }
  if (input.is_null())
    throw_config(where, "the shape of its input is not known", "",
                 "Build the model before saving it: give it an Input, or call it once.");
  out.description.input_shape = row_shape(input, where);
  require_whole(out.description, limits);
  return out;
}

}  // namespace regulus::keras
