// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/optimizer.h"

#include <cmath>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"

namespace regulus {
namespace {

void check_positive(const std::string& where, const char* argument, const std::optional<double>& value) {
  if (value)
    require_number(*value > 0 && std::isfinite(*value), where,
                   std::string(argument) + " must be finite and > 0", *value);
}

void check_learning_rate(const std::string& where, double value) {
  require_number(value >= 0 && std::isfinite(value), where, "learning_rate must be finite and >= 0", value);
}

Value optional_value(const std::optional<double>& value) {
  return value ? Value(*value) : Value();
}

}  // namespace

Optimizer::Optimizer(double learning_rate, OptimizerOptions options, const char* class_name)
    : name_(class_name), learning_rate_(learning_rate), options_(options) {
  check_learning_rate(class_name, learning_rate);
  if (options_.weight_decay)
    require_number(*options_.weight_decay >= 0 && std::isfinite(*options_.weight_decay), class_name,
                   "weight_decay must be finite and >= 0", *options_.weight_decay);
  require_number(options_.decay >= 0 && std::isfinite(options_.decay), class_name,
                 "decay must be finite and >= 0", options_.decay);
  check_positive(class_name, "clipnorm", options_.clipnorm);
  check_positive(class_name, "global_clipnorm", options_.global_clipnorm);
  check_positive(class_name, "clipvalue", options_.clipvalue);
  const int clips =
      options_.clipnorm.has_value() + options_.global_clipnorm.has_value() + options_.clipvalue.has_value();
  if (clips > 1)
    throw ConfigError(
        {.where = class_name, .what = "only one of clipnorm, global_clipnorm and clipvalue may be set"});
}

void Optimizer::set_learning_rate(double value) {
  check_learning_rate(name_, value);
  learning_rate_ = value;
}

double Optimizer::rate(std::uint64_t t) const {
  return options_.decay == 0 ? learning_rate_
                             : learning_rate_ / (1 + options_.decay * static_cast<double>(t - 1));
}

Value::Dict Optimizer::base_config() const {
  Value::Dict config = {{"name", snake_case(name_)},
                        {"learning_rate", learning_rate_},
                        {"weight_decay", optional_value(options_.weight_decay)},
                        {"clipnorm", optional_value(options_.clipnorm)},
                        {"global_clipnorm", optional_value(options_.global_clipnorm)},
                        {"clipvalue", optional_value(options_.clipvalue)}};
  if (options_.decay != 0) config.emplace_back("decay", options_.decay);
  return config;
}

OptimizerOptions Optimizer::read_shared(ConfigReader& reader, const OptimizerOptions& defaults) {
  reader.ignore("name");
  reader.require_only("use_ema", false);
  reader.ignore("ema_momentum");
  reader.require_only("ema_overwrite_frequency", nullptr);
  reader.require_only("loss_scale_factor", nullptr);
  reader.require_only("gradient_accumulation_steps", nullptr);
  const auto read = [&reader](const char* key, const std::optional<double>& fallback) {
    const std::optional<double> value = reader.optional_number(key);
    return value ? value : fallback;
  };
  return {read("weight_decay", defaults.weight_decay), read("clipnorm", defaults.clipnorm),
          read("global_clipnorm", defaults.global_clipnorm), read("clipvalue", defaults.clipvalue),
          defaults.decay};
}

void Optimizer::read_rate(ConfigReader& reader, double& learning_rate, double& decay) {
  decay = reader.number("decay", decay);
  const Value* schedule = reader.find("learning_rate");
  if (schedule == nullptr || !schedule->is_dict()) {
    learning_rate = reader.number("learning_rate", learning_rate);
    return;
  }
  const Value* name = schedule->find("class_name");
  const Value* config = schedule->find("config");
  if (name == nullptr || *name != Value("InverseTimeDecay") || config == nullptr)
    throw ConfigError({.where = reader.where(),
                       .what = "its learning_rate is a schedule that is not known",
                       .expected = "a number or InverseTimeDecay",
                       .found = name != nullptr && name->is_string() ? name->as_string() : ""});
  ConfigReader inner("InverseTimeDecay", *config);
  inner.ignore("name");
  inner.require_only("staircase", false);
  learning_rate = inner.number("initial_learning_rate", learning_rate);
  decay = inner.number("decay_rate", 0) / inner.number("decay_steps", 1);
  inner.finish();
}

double Optimizer::power(double base, std::uint64_t n) {
  double result = 1;
  for (; n > 0; n >>= 1) {
    if (n & 1) result *= base;
    base *= base;
  }
  return result;
}

void Optimizer::check_beta(const char* class_name, const char* argument, double value) {
  require_number(value >= 0 && value < 1, class_name, std::string(argument) + " must be in [0, 1)", value);
}

void Optimizer::check_epsilon(const char* class_name, double value) {
  require_number(value > 0 && std::isfinite(value), class_name, "epsilon must be finite and > 0", value);
}

}  // namespace regulus
