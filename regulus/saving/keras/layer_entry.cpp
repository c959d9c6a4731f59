// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/layer_entry.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "regulus/base/names.h"
#include "regulus/nn/layers/preprocessing/augmentation.h"
#include "regulus/nn/registry.h"
#include "regulus/saving/keras/activation_member.h"
#include "regulus/saving/keras/classes.h"
#include "regulus/saving/keras/members.h"

namespace regulus::keras {
namespace {

// What the layers of Keras that drop or add noise have in their configs; a subclass may have more.
constexpr std::array<std::string_view, 10> kDropoutMembers = {
    "name", "trainable", "dtype", "batch_shape", "batch_input_shape",
    "rate", "stddev",    "seed",  "noise_shape", "data_format"};
constexpr const char* kCodeFix = "Rebuild the model from Keras's layers and save it again.";

bool known(const std::string& class_name) {
  const std::vector<std::string> all = known_layers();
  return is_augmentation(class_name) || std::find(all.begin(), all.end(), class_name) != all.end();
}

// For a class that is none of Keras's either: a misspelt one.
std::string suggestion(const std::string& class_name) {
  if (is_keras_layer(class_name)) return "";
  const std::vector<std::string> all = known_layers();
  const std::string nearest = nearest_name(class_name, std::vector<std::string_view>(all.begin(), all.end()));
  return nearest.empty() ? "" : "Did you mean \"" + nearest + "\"?";
}

// The error as this layer's.
template <class Call>
auto as_layers_error(const std::string& where, Call call) {
  try {
    return call();
  } catch (const Error& error) {
    ErrorInfo info = error.info();
    info.where = where;
    throw ConfigError(std::move(info));
  }
}

}  // namespace

LayerEntry::LayerEntry(const Value& entry, std::size_t number, EntryContext& context)
    : where_(layer_where(entry, number)), context_(&context) {
  if (!entry.is_dict()) throw_member(where_, "it is no dict", to_json(entry));
  stored_class_ = required_text(entry, "class_name", where_);
  registered_ = text_or_empty(entry, "registered_name");
  // Keras 2's .h5 files know a class of somebody's own by "package>name".
  if (const std::size_t end = stored_class_.find('>'); end != std::string::npos) {
    if (registered_.empty()) registered_ = stored_class_;
    stored_class_.erase(0, end + 1);
  }
  class_name_ = class_today(stored_class_);
  require_module(entry);
  read_config(required(entry, "config", where_));
  if (is_input()) return;
  read_own_class(entry);
  read_extension(entry);
}

// An activation that is a layer.
LayerEntry::LayerEntry(std::string where, const Value& object, EntryContext& context)
    : where_(std::move(where)),
      stored_class_(required_text(object, "class_name", where_)),
      class_name_(class_today(stored_class_)),
      context_(&context) {
  require_module(object);
  read_config(required(object, "config", where_));
}

void LayerEntry::refuse(std::string what, std::string found, std::string fix) const {
  throw_member(where_, std::move(what), std::move(found), std::move(fix));
}

void LayerEntry::read_config(const Value& config) {
  config_ = as_layers_error(where_, [&] { return translated(stored_class_, config, context_->numbers); });
  Value* dtype = member("dtype");
  if (is_input()) return require_numeric_input(dtype != nullptr ? *dtype : Value(), where_);
  if (dtype == nullptr) return;
  context_->policies.take(*dtype, where_);
  *dtype = "float32";
}

void LayerEntry::require_module(const Value& entry) const {
  const std::string module = text_or_empty(entry, "module");
  if (!module.empty() && !is_keras_module(module))
    refuse("its class comes from a module that is not Keras's", module,
           "A file is data here: no code that it names is run.");
}

void LayerEntry::read_own_class(const Value& entry) {
  const std::string monte_carlo = monte_carlo_class(stored_class_);
  const bool of_keras = !text_or_empty(entry, "module").empty();
  const bool registered = !registered_.empty() && (registered_ != stored_class_ || !of_keras);
  // Keras 2's .h5 files do not say where a class comes from.
  const bool keras_name = of_keras || is_keras_layer(stored_class_) || known(class_name_);
  const bool own = registered || !monte_carlo.empty() || !keras_name;
  if (!own && known(class_name_)) return;
  if (!own) refuse("regulus does not have this layer of Keras", "", suggestion(stored_class_));
  if (registered_.empty()) registered_ = stored_class_;
  const bool has_rate = member("rate") != nullptr || member("stddev") != nullptr;
  if (monte_carlo.empty() || !has_rate)
    refuse("a class of somebody's own cannot be loaded: it would be code", registered_, kCodeFix);
  class_name_ = monte_carlo;
  leave_out_own_members();
}

void LayerEntry::leave_out_own_members() {
  Value::Dict members;
  std::string left_out;
  for (const auto& [key, value] : config_.as_dict()) {
    const bool theirs =
        std::find(kDropoutMembers.begin(), kDropoutMembers.end(), key) != kDropoutMembers.end();
    if (theirs)
      members.emplace_back(key, value);
    else if (!value.is_null())
      left_out += (left_out.empty() ? "" : ", ") + key + " = " + to_json(value);
  }
  config_ = std::move(members);
  context_->notices.push_back(
      "the class \"" + registered_ + "\" is read as " + class_name_ +
      (left_out.empty() ? "." : "; what its own " + left_out + " means is not known."));
}

void LayerEntry::called(bool training) {
  const std::string twin = "MC" + class_name_;
  if (training && !known(twin))
    refuse("it is called with training=True", "", "Only dropout and noise are read so.");
  if (training) {
    class_name_ = twin;
    context_->notices.push_back("\"" + name() + "\" is called with training=True: it is read as " + twin +
                                ".");
  }
}

// What model_config() has put beside the config.
void LayerEntry::read_extension(const Value& entry) {
  const Value* extension = find_member(entry, "regulus");
  if (extension == nullptr) return;
  ConfigReader reader(where_, *extension);
  class_name_ = reader.text("class_name", "");
  const Value* config = reader.find("config");
  reader.finish();
  if (!is_counterpart(stored_class_, class_name_))
    refuse("its class in regulus is not a kind of " + stored_class_, class_name_);
  if (config == nullptr) return;
  Value::Dict merged = config_.as_dict();
  for (const Value::Member& member : config->as_dict()) merged.push_back(member);
  config_ = std::move(merged);
}

Value* LayerEntry::member(const char* key) {
  const Value* found = find_member(config_, key);
  return const_cast<Value*>(found);  // config_ is ours
}

std::string LayerEntry::name() const {
  return text_or_empty(config_, "name");
}

void LayerEntry::rename(const std::string& name) {
  Value::Dict members = config_.as_dict();
  std::erase_if(members, [](const Value::Member& m) { return m.first == "name"; });
  members.emplace_back("name", name);
  config_ = std::move(members);
}

void LayerEntry::forget_input_shape() {
  if (!config_.is_dict()) return;
  Value::Dict members = config_.as_dict();
  std::erase_if(members, [](const Value::Member& m) {
    return m.first == "batch_shape" || m.first == "batch_input_shape";
  });
  config_ = std::move(members);
}

LayerPtr LayerEntry::layer() const {
  return as_layers_error(where_, [&] { return layer_from_config(class_name_, config_); });
}

std::optional<LayerEntry> LayerEntry::split_activation() {
  Value* activation = member("activation");
  if (activation == nullptr) return {};
  if (is_activation_layer(*activation)) {
    LayerEntry behind(where_, *activation, *context_);
    if (member("activity_regularizer") != nullptr)
      refuse("an activity_regularizer behind an activation that is a layer is not read",
             behind.stored_class_);
    context_->notices.push_back("\"" + name() + "\" has " + behind.stored_class_ +
                                " as its activation: it is read as a layer of its own behind it.");
    *activation = "linear";
    return behind;
  }
  *activation = activation_name(*activation, where_);
  return {};
}

}  // namespace regulus::keras
