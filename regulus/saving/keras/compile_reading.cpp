// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "regulus/saving/keras/config.h"
#include "regulus/saving/keras/config_words.h"
#include "regulus/saving/keras/members.h"
#include "regulus/saving/keras/optimizer_config.h"
#include "regulus/saving/keras/plain.h"

namespace regulus::keras {
namespace {

// tf_keras writes "Custom>Nadam" for its own optimizers.
std::string without_package(const std::string& name) {
  const std::size_t end = name.rfind('>');
  return end == std::string::npos ? name : name.substr(end + 1);
}

// A plain name, or class_name and config.
template <class T>
T read(const char* what, const Value& value, Numbers numbers) {
  if (value.is_string()) return T(without_package(value.as_string()));
  const Value* name = value.is_dict() ? value.find("class_name") : nullptr;
  const Value* config = value.is_dict() ? value.find("config") : nullptr;
  if (name == nullptr || !name->is_string() || config == nullptr)
    throw_member(what, "it must be a name, or class_name and config");
  if (const Value* module = value.find("module"); module != nullptr && module->is_string())
    if (!is_keras_module(module->as_string()) && module->as_string() != "builtins")
      throw_member(what, "its class comes from the module \"" + module->as_string() + "\", not from Keras",
                   config->is_string() ? config->as_string() : name->as_string());
  // A function such as {"class_name": "function", "config": "mse"}.
  if (config->is_string()) return T(config->as_string());
  const std::string class_name = without_package(name->as_string());
  Value given = translated(class_name, *config, numbers);
  if (given.is_dict()) {  // float32, whatever the policy was
    Value::Dict members = given.as_dict();
    std::erase_if(members, [](const Value::Member& m) { return m.first == "dtype"; });
    given = std::move(members);
  }
  return T::from_config(class_name, given);
}

// Keras 2 wraps a metric's function, whose name is the metric's unless the user gave another.
Metric read_metric(const Value& value, Numbers numbers) {
  const Value* config = find_member(value, "config");
  if (text_or_empty(value, "class_name") != "MeanMetricWrapper" || config == nullptr)
    return read<Metric>("metric", value, numbers);
  const std::string name = text_or_empty(*config, "name");
  const Value* function = find_member(*config, "fn");
  if (function != nullptr && function->is_dict()) function = find_member(*function, "config");
  if (function == nullptr || !function->is_string()) return Metric(name);
  // "accuracy" follows the loss, as it did when the function was chosen.
  if (name == "accuracy" || name == "acc") return Metric(name);
  const Metric known(function->as_string());
  return Metric::from_config(known.class_name(), Value::Dict{{"name", name.empty() ? known.name() : name}});
}

// True for an object or a name; else the outputs or the list of them.
bool is_object(const Value& value) {
  return value.is_string() || (value.is_dict() && value.find("class_name") != nullptr);
}

// What a model of one output has: the object itself, or the one in a list or a dict of outputs.
const Value* of_one_output(const Value& config, const char* key) {
  const Value* value = find_member(config, key);
  while (value != nullptr && !value->is_null() && !is_object(*value)) {
    if (value->is_list() && value->as_list().size() == 1)
      value = &value->as_list().front();
    else if (value->is_dict() && value->as_dict().size() == 1)
      value = &value->as_dict().front().second;
    else
      break;
  }
  return value != nullptr && !value->is_null() ? value : nullptr;
}

// Without what is known instead: the file cannot be changed by choosing another.
std::string brief(const Error& error) {
  const ErrorInfo& info = error.info();
  return info.where + ": " + info.what + (info.found.empty() ? "." : " (found " + info.found + ").");
}

bool is_one(const Value& value) {
  return value.is_number() && value.as_double() == 1;
}

// Reads a compile_config piece by piece; what cannot be read is a notice.
class CompileReader {
 public:
  CompileReader(Sequential& model, const Value& config, Numbers numbers)
      : model_(model), config_(config), numbers_(numbers) {}

  Compiled read() {
    CompileOptions options;
    try {
      options.loss = read_loss();
    } catch (const Error& error) {
      out_.notices.push_back("the model is not compiled: " + brief(error));
      return std::move(out_);
    }
    read_optimizer(options);
    for (const char* key : {"metrics", "weighted_metrics"})
      if (const Value* metrics = find_member(config_, key)) {
        weighted_ = key == std::string("weighted_metrics");
        add_metrics(options, *metrics);
      }
    model_.compile(std::move(options));
    return std::move(out_);
  }

 private:
  Loss read_loss() {
    if (!config_.is_dict()) throw_member("compile", "the config must be a dict");
    const Value* loss = of_one_output(config_, "loss");
    if (loss == nullptr) throw_member("compile", "loss is missing");
    if (!is_object(*loss)) throw_member("loss", "it is not that of one output", to_json(*loss));
    const Value* weight = of_one_output(config_, "loss_weights");
    if (weight != nullptr && !is_one(*weight) && !is_empty(*weight))
      throw_member("compile", "loss_weights is not supported", to_json(*weight));
    return keras::read<Loss>("loss", *loss, numbers_);
  }

  static bool is_empty(const Value& value) {
    return (value.is_list() && value.as_list().empty()) || (value.is_dict() && value.as_dict().empty());
  }

  void read_optimizer(CompileOptions& options) {
    const Value* optimizer = of_one_output(config_, "optimizer");
    if (optimizer == nullptr) optimizer = of_one_output(config_, "optimizer_config");  // in a legacy .h5 file
    try {
      if (optimizer == nullptr) throw_member("compile", "optimizer is missing");
      options.optimizer = read_optimizer_config(*optimizer, numbers_);
      out_.optimizer = true;
    } catch (const Error& error) {
      out_.notices.push_back("the optimizer is not kept: " + brief(error) +
                             " The model is compiled with Keras's default, a fresh rmsprop.");
    }
  }

  // Lists in lists, dicts of outputs, names and objects.
  void add_metrics(CompileOptions& options, const Value& value) {
    if (value.is_null()) return;
    if (value.is_list()) {
      for (const Value& item : value.as_list()) add_metrics(options, item);
    } else if (value.is_dict() && !is_object(value)) {
      for (const auto& [output, metrics] : value.as_dict()) add_metrics(options, metrics);
    } else {
      add_metric(options, value);
    }
  }

  void add_metric(CompileOptions& options, const Value& value) {
    try {
      const Metric metric = read_metric(value, numbers_);
      if (weighted_)
        out_.notices.push_back("the weighted metric \"" + metric.name() +
                               "\" is read as one that does not weigh its rows.");
      const auto named = [&](const Metric& other) { return other.name() == metric.name(); };
      if (weighted_ && std::any_of(options.metrics.begin(), options.metrics.end(), named)) return;
      metric.make(*options.loss, model_.output_shape().size());
      options.metrics.push_back(metric);
    } catch (const Error& error) {
      out_.notices.push_back("a metric is left out: " + brief(error));
    }
  }

  Sequential& model_;
  const Value& config_;
  Numbers numbers_;
  Compiled out_;
  bool weighted_ = false;
};

}  // namespace

Compiled compile_from(Sequential& model, const Value& config, Numbers numbers) {
  const Value given = plain(config);
  // Keras's word for a model that is not compiled.
  if (given == Value(Value::Dict{})) return {};
  return CompileReader(model, given, numbers).read();
}

}  // namespace regulus::keras
