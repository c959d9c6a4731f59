// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <sstream>

#include "cli/model.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/saved_model.h"
#include "cli/style.h"
#include "cli/weight_facts.h"
#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/nn/open_rows.h"
#include "regulus/saving/model_file.h"

namespace regulus::cli {
namespace {

constexpr const char* kInspectExamples =
    "regulus inspect model.keras\n"
    "regulus inspect model.h5 --json\n"
    "regulus inspect model.safetensors";

constexpr std::size_t kIndent = 13;

Value shape_json(const Shape& shape) {
  Value::List lengths;
  for (const std::int64_t length : shape) lengths.push_back(length == Shape::kOpen ? Value() : Value(length));
  return lengths;
}

// The members of a layer's config that describe what a person chose, without those that every layer has.
Value::Dict chosen(const Layer& layer) {
  Value::Dict out;
  const Value config = layer.config();
  for (const auto& [key, value] : config.as_dict()) {
    const bool common = key == "name" || key == "dtype" || (key == "trainable" && value == Value(true));
    const bool initial = key.ends_with("_initializer") || key == "seed";
    const bool usual = value.is_null() || value == Value("channels_last");
    if (!common && !initial && !usual) out.emplace_back(key, value);
  }
  return out;
}

// "L2(l2=0.01)", "relu", "[3, 3]".
std::string short_text(const Value& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_int()) return std::to_string(value.as_int());
  if (value.is_number()) return number_text(value.as_double());
  if (value.is_null()) return "none";
  std::string text;
  if (value.is_list()) {
    for (const Value& item : value.as_list()) text += (text.empty() ? "" : ", ") + short_text(item);
    return "(" + text + ")";
  }
  const Value* class_name = value.find("class_name");
  const Value* config = value.find("config");
  if (class_name == nullptr || config == nullptr) return "…";
  for (const auto& [key, member] : config->as_dict())
    text += (text.empty() ? "" : ", ") + key + "=" + short_text(member);
  return short_text(*class_name) + "(" + text + ")";
}

Value weight_json(const plan::Parameter& weight) {
  const WeightFacts facts = facts_of(weight);
  Value::Dict out = {{"name", weight.name()},
                     {"shape", shape_json(weight.shape())},
                     {"trainable", weight.trainable()},
                     {"zeros", facts.zeros}};
  if (facts.largest_column_norm) out.emplace_back("largest_column_norm", *facts.largest_column_norm);
  return out;
}

Value layer_json(const Layer& layer, const Shape& output) {
  Value::List weights;
  for (const plan::ParameterPtr& weight : layer.weights()) weights.push_back(weight_json(*weight));
  return Value::Dict{{"name", layer.name()},
                     {"class_name", layer.class_name()},
                     {"output_shape", shape_json(output)},
                     {"params", layer.count_params()},
                     {"stochastic", layer.stochastic()},
                     {"config", chosen(layer)},
                     {"weights", std::move(weights)}};
}

Value optimizer_json(const Sequential& model) {
  if (!model.compiled()) return nullptr;
  return Value::Dict{{"class_name", model.optimizer().class_name()},
                     {"config", model.optimizer().config()},
                     {"iterations", static_cast<std::int64_t>(model.iterations())},
                     {"loss", model.loss().class_name()}};
}

Value notes_json(const LoadedModel& loaded) {
  const ModelNotes& notes = loaded.notes;
  return Value::Dict{{"data_set", notes.data_set.empty() ? Value() : Value(notes.data_set)},
                     {"class_names", Value::List(notes.class_names.begin(), notes.class_names.end())},
                     {"column_names", Value::List(notes.column_names.begin(), notes.column_names.end())},
                     {"normalization", notes.normalization ? notes.normalization->config() : Value()},
                     {"temperature", notes.temperature ? Value(*notes.temperature) : Value()},
                     {"test_vector", loaded.test_vector.has_value()}};
}

Value document(const std::string& path, const LoadedModel& loaded) {
  const Sequential& model = loaded.model;
  Value::List layers;
  Shape shape = model.input_shape();
  for (const LayerPtr& layer : model.layers()) {
    shape = output_rows(*layer, shape);
    layers.push_back(layer_json(*layer, shape));
  }
  return Value::Dict{{"file", path},
                     {"format", loaded.format},
                     {"name", model.name()},
                     {"input_shape", shape_json(model.input_shape())},
                     {"output_shape", shape_json(model.output_shape())},
                     {"params", model.count_params()},
                     {"weights_sha256", model.weights_sha256()},
                     {"layers", std::move(layers)},
                     {"optimizer", optimizer_json(model)},
                     {"notes", notes_json(loaded)},
                     {"notices", Value::List(loaded.notices.begin(), loaded.notices.end())}};
}

bool fits(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (shown_width(line) > text_columns() || escaped(line) != line) return false;
  return true;
}

// Keras's table, or on a narrow terminal, and where a name could drive it, a plain one.
std::string summary(const Sequential& model) {
  std::string text = model.summary(!style_for(STDOUT_FILENO).utf8);
  if (fits(text)) return text;
  std::vector<Cells> lines;
  Shape shape = model.input_shape();
  for (const LayerPtr& layer : model.layers()) {
    shape = output_rows(*layer, shape);
    lines.push_back({escaped(layer->name() + " (" + layer->class_name() + ")"), to_batch_string(shape),
                     with_commas(layer->count_params())});
  }
  text = "Model: \"" + escaped(model.name()) + "\"\n" +
         table({"Layer (type)", "Output Shape", "Param #"}, lines, "llr") +
         "Total params: " + with_commas(model.count_params()) + '\n';
  for (const std::string& note : model.notes()) text += wrapped("Note:", escaped(note), 0);
  return text;
}

void print_entry(std::ostream& out, const std::string& title, const std::string& text) {
  out << wrapped(left(title, kIndent), escaped(text), kIndent);
}

void print_layer(std::ostream& out, const Layer& layer) {
  std::string text;
  for (const auto& [key, value] : chosen(layer)) {
    if (value == Value(false)) continue;
    text += (text.empty() ? "" : ", ") + key + (value == Value(true) ? "" : " " + short_text(value));
  }
  for (const plan::ParameterPtr& weight : layer.weights()) {
    const WeightFacts facts = facts_of(*weight);
    text += (text.empty() ? "" : "; ") + weight->name() + " " + to_string(weight->shape());
    if (facts.largest_column_norm) text += ", largest column norm " + fixed(*facts.largest_column_norm, 4);
    if (facts.zeros > 0) text += ", " + fixed(100 * facts.zeros, 1) + "% zeros";
  }
  if (!text.empty()) out << wrapped("  " + escaped(layer.name()) + ":", escaped(text), 4);
}

std::string stochastic_text(const Sequential& model) {
  std::string text;
  for (const LayerPtr& layer : model.layers())
    if (layer->stochastic()) text += (text.empty() ? "" : ", ") + layer->name();
  return text.empty() ? "no layer: Monte-Carlo dropout has nothing to draw" : text;
}

std::string extras_text(const LoadedModel& loaded) {
  std::string text;
  const auto add = [&](bool present, const std::string& what) {
    if (present) text += (text.empty() ? "" : ", ") + what;
  };
  const ModelNotes& notes = loaded.notes;
  add(!notes.data_set.empty(), "trained on " + notes.data_set);
  add(notes.normalization.has_value(), "normalization of its inputs");
  add(!notes.class_names.empty(), std::to_string(notes.class_names.size()) + " class names");
  add(!notes.column_names.empty(), std::to_string(notes.column_names.size()) + " column names");
  add(notes.temperature.has_value(), "temperature " + number_text(notes.temperature.value_or(0)));
  add(loaded.test_vector.has_value(), "test vector (regulus verify)");
  return text.empty() ? "none (Keras drops them when it saves): no normalization, class names or test vector"
                      : text;
}

void print_text(std::ostream& out, const std::string& path, const LoadedModel& loaded) {
  const Sequential& model = loaded.model;
  out << wrapped(short_path(path) + ':', loaded.format, 2) << summary(model) << "\nLayers\n";
  for (const LayerPtr& layer : model.layers()) print_layer(out, *layer);
  out << '\n';
  print_entry(out, "Draws", stochastic_text(model));
  if (model.compiled()) {
    print_entry(out, "Optimizer",
                std::string(model.optimizer().class_name()) + ", learning_rate " +
                    number_text(model.optimizer().learning_rate()) + ", " +
                    with_commas(static_cast<long long>(model.iterations())) + " updates");
    std::string metrics;
    for (const Metric& metric : model.metrics()) metrics += ", " + metric.name();
    print_entry(out, "Loss", model.loss().class_name() + metrics);
  } else {
    print_entry(out, "Optimizer", "none: the model is not compiled");
  }
  print_entry(out, "Extras", extras_text(loaded));
  print_entry(out, "Weights", "sha256 " + model.weights_sha256());
  for (const std::string& notice : loaded.notices) print_entry(out, "Note", notice);
}

void inspect(const std::string& path, const Common& common) {
  Notes notes(common);
  note_seed(common, "nothing is drawn.", notes);
  const LoadedModel loaded = load_all_there_is(path);
  notes.say();
  if (common.json) return print_json(document(path, loaded));
  print_text(std::cout, path, loaded);
}

}  // namespace

void add_inspect(CLI::App& app, Context& context) {
  const auto path = std::make_shared<std::string>();
  CLI::App& command = add_command(app, "inspect", "Show what a model file holds.", kInspectExamples);
  add_model(command, *path);
  add_common(command, context.common, false);
  when_parsed(command,
              [&context, path] { context.action = [=, &context] { inspect(*path, context.common); }; });
}

}  // namespace regulus::cli
