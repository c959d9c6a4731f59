// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/optimizer_config.h"

#include <algorithm>
#include <array>

#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"

namespace regulus::keras {
namespace {

constexpr const char* kModule = "keras.optimizers";
constexpr const char* kScaled = "LossScaleOptimizer";  // of Keras 2.11 to 2.15 …V3
constexpr double kLegacyScheduleDecay = 0.004;
// Arguments that no optimizer of Keras 3 has.
constexpr std::array<std::string_view, 2> kOwnKeys = {"schedule_decay", "epsilon_outside"};

[[noreturn]] void throw_entry(std::string what) {
  throw ConfigError({.where = "optimizer", .what = std::move(what)});
}

// tf_keras writes "Custom>Nadam" for its own optimizers; other packages have optimizers of their own.
std::string without_package(const std::string& name) {
  const std::size_t end = name.rfind('>');
  if (end == std::string::npos) return name;
  const std::string package = name.substr(0, end);
  return package == "Custom" || package == "Keras" || package == "keras" ? name.substr(end + 1) : name;
}

const Value* member(const Value& dict, const char* key) {
  const Value* value = dict.is_dict() ? dict.find(key) : nullptr;
  return value != nullptr && !value->is_null() ? value : nullptr;
}

std::string class_name_of(const Value& entry) {
  if (entry.is_string()) return without_package(entry.as_string());
  const Value* name = member(entry, "class_name");
  return name != nullptr && name->is_string() ? without_package(name->as_string()) : "";
}

// The entry inside a LossScaleOptimizer; Keras 2.3 called it optimizer.
const Value* inner_entry(const Value& entry) {
  const Value* config = member(entry, "config");
  if (config == nullptr || !class_name_of(entry).starts_with(kScaled)) return nullptr;
  const Value* inner = member(*config, "inner_optimizer");
  return inner != nullptr ? inner : member(*config, "optimizer");
}

// Every optimizer of Keras before 2.11 says how its rate decays, and no later one.
bool is_legacy(const Value& config) {
  if (const Value* flag = member(config, "is_legacy_optimizer")) return *flag == Value(true);
  return std::any_of(config.as_dict().begin(), config.as_dict().end(), [](const Value::Member& m) {
    return m.first == "decay" || m.first == "schedule_decay" || m.first == "lr";
  });
}

bool is_positive(const Value* value) {
  return value != nullptr && value->is_number() && value->as_double() > 0;
}

// A config of Keras before 2.11 in regulus's words.
Value with_legacy_words(const std::string& class_name, const Value& config) {
  // Before tf.keras had its own they had no name, and scaled the norm of all gradients together.
  const bool one_norm = config.find("name") == nullptr;
  Value::Dict out;
  for (const auto& [key, value] : config.as_dict()) {
    if (key == "is_legacy_optimizer") continue;
    if (key == "epsilon" && value.is_null()) continue;  // the back end's, which is the default
    if (class_name == "Nadam" && key == "decay")
      out.emplace_back("schedule_decay", value);
    else if (key == "clipnorm" && one_norm)
      out.emplace_back("global_clipnorm", value);
    else
      out.emplace_back(key, value);
  }
  const Value words(out);
  if (class_name == "Nadam" && words.find("schedule_decay") == nullptr)
    out.emplace_back("schedule_decay", kLegacyScheduleDecay);
  if (class_name == "RMSprop" && !is_positive(words.find("momentum")))
    out.emplace_back("epsilon_outside", true);
  return out;
}

// A norm or value of 0 clips nothing in Keras.
Value without_idle_clips(const Value& config) {
  Value::Dict out;
  for (const auto& [key, value] : config.as_dict())
    if (!key.ends_with("clipnorm") && key != "clipvalue")
      out.emplace_back(key, value);
    else if (!value.is_number() || value.as_double() != 0)
      out.emplace_back(key, value);
  return out;
}

Value schedule_of(double learning_rate, double decay) {
  return serialized("keras.optimizers.schedules", "InverseTimeDecay",
                    Value::Dict{{"initial_learning_rate", learning_rate},
                                {"decay_steps", 1},
                                {"decay_rate", decay},
                                {"staircase", false},
                                {"name", "InverseTimeDecay"}});
}

// The entry of a compile_config, one of a list of one.
const Value* entry_in(const Value& compile_config) {
  for (const char* key : {"optimizer", "optimizer_config"}) {
    const Value* value = member(compile_config, key);
    if (value != nullptr && value->is_list() && value->as_list().size() == 1)
      value = &value->as_list().front();
    if (value != nullptr && !value->is_null()) return value;
  }
  return nullptr;
}

}  // namespace

OptimizerOrigin compiled_origin(const Value& compile_config) {
  OptimizerOrigin origin;
  const Value* entry = entry_in(compile_config);
  if (entry == nullptr) return origin;
  const Value* inner = inner_entry(*entry);
  origin.is_scaled = inner != nullptr;
  const Value& own = inner != nullptr ? *inner : *entry;
  origin.class_name = class_name_of(own);
  const Value* config = member(own, "config");
  origin.is_legacy = config != nullptr && config->is_dict() && is_legacy(*config);
  return origin;
}

OptimizerPtr read_optimizer_config(const Value& entry, Numbers numbers) {
  if (const Value* inner = inner_entry(entry)) {
    if (inner_entry(*inner) != nullptr) throw_entry("a LossScaleOptimizer inside another");
    return read_optimizer_config(*inner, numbers);
  }
  const std::string class_name = class_name_of(entry);
  if (entry.is_string()) return OptimizerPtr(class_name);
  const Value* config = entry.is_dict() ? entry.find("config") : nullptr;
  if (class_name.empty() || config == nullptr) throw_entry("it must be a name, or class_name and config");
  if (const Value* module = member(entry, "module"); module != nullptr && module->is_string())
    if (!is_keras_module(module->as_string()) && module->as_string() != "builtins")
      throw_entry("its class comes from the module \"" + module->as_string() + "\", not from Keras");
  if (!config->is_dict()) return OptimizerPtr::from_config(class_name, *config);  // which says so
  const Value& given = *config;
  Value::Dict words =
      without_idle_clips(
          translated(class_name, is_legacy(given) ? with_legacy_words(class_name, given) : given, numbers))
          .as_dict();
  const Value* own = member(entry, "regulus");
  const Value* own_config = own != nullptr ? member(*own, "config") : nullptr;
  if (own_config != nullptr && own_config->is_dict())
    for (const Value::Member& more : own_config->as_dict()) words.push_back(more);
  return OptimizerPtr::from_config(class_name, words);
}

Value stored_optimizer(const Optimizer& optimizer) {
  const Value whole = optimizer.config();
  Value::Dict config;
  Value::Dict own;
  for (const auto& [key, value] : whole.as_dict()) {
    if (key == "decay") continue;
    const bool is_own = std::find(kOwnKeys.begin(), kOwnKeys.end(), key) != kOwnKeys.end();
    (is_own ? own : config).emplace_back(key, value);
  }
  if (const double decay = optimizer.options().decay; decay != 0)
    for (auto& [key, value] : config)
      if (key == "learning_rate") value = schedule_of(optimizer.learning_rate(), decay);
  Value::Dict entry = serialized(kModule, optimizer.class_name(), config).as_dict();
  if (!own.empty()) entry.emplace_back("regulus", Value::Dict{{"config", own}});
  return entry;
}

}  // namespace regulus::keras
