// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/extras.h"

#include <charconv>
#include <cmath>
#include <set>
#include <string_view>

#include "regulus/base/check.h"
#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/saving/description.h"

namespace regulus {
namespace {

std::uint64_t parse_seed(const std::string& text, const std::string& where) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, seed);
  if (parsed.ec != std::errc() || parsed.ptr != end)
    throw_data(where, "seed is malformed", "an integer", text);
  return seed;
}

std::uint32_t counter(ConfigReader& reader, const char* key) {
  const std::int64_t value = reader.integer(key, 0);
  if (value < 0 || value > UINT32_MAX) reader.refuse(key, "in [0, 4294967295]", value);
  return static_cast<std::uint32_t>(value);
}

std::string required_text(ConfigReader& reader, const char* key) {
  const Value* value = reader.find(key);
  if (value == nullptr)
    throw ConfigError({.where = reader.where(), .what = std::string("the key \"") + key + "\" is missing"});
  if (!value->is_string()) reader.refuse(key, "a string", *value);
  return value->as_string();
}

std::vector<std::string> texts(ConfigReader& reader, const char* key) {
  std::vector<std::string> out;
  const Value* value = reader.find(key);
  if (value == nullptr) return out;
  if (!value->is_list()) reader.refuse(key, "a list of strings", *value);
  for (const Value& item : value->as_list()) {
    if (!item.is_string()) reader.refuse(key, "a list of strings", item);
    out.push_back(item.as_string());
  }
  return out;
}

// The notes belong to this model.
void require_fit(const Sequential& model, const ModelNotes& notes) {
  const auto require = [](const char* where, const char* what, std::int64_t expected, std::size_t found) {
    if (expected != static_cast<std::int64_t>(found))
      throw ShapeError({.where = where,
                        .what = what,
                        .expected = std::to_string(expected),
                        .found = std::to_string(found)});
  };
  if (notes.normalization && model.input_shape().is_open())
    throw ShapeError({.where = "normalization",
                      .what = "it has a number for each feature, but the model's rows have open lengths",
                      .found = to_batch_string(model.input_shape()),
                      .fix = "Scale by a Rescaling or Normalization layer instead."});
  if (notes.normalization)
    require("normalization", "it has another number of features than the model", model.input_shape().size(),
            notes.normalization->mean().size());
  if (!notes.class_names.empty())
    require("class_names", "they are not as many as the model's outputs", model.output_shape().size(),
            notes.class_names.size());
  if (!notes.column_names.empty())
    require("column_names", "they are not as many as the model's features", model.input_shape().size(),
            notes.column_names.size());
  const std::set<std::string_view> columns(notes.column_names.begin(), notes.column_names.end());
  if (columns.size() < notes.column_names.size())
    throw ConfigError({.where = "column_names", .what = "two columns have the same name"});
  if (notes.temperature)
    require_number(*notes.temperature > 0 && std::isfinite(*notes.temperature), "temperature",
                   "it must be finite and > 0", *notes.temperature);
}

}  // namespace

Value extras_config(const Sequential& model, const ModelNotes& notes) {
  require_fit(model, notes);
  Value::Dict config = {{"seed", std::to_string(model.key().seed())},
                        {"weights_sha256", model.weights_sha256()}};
  const TrainingState state = model.training_state();
  if (state.epochs_shuffled > 0) config.emplace_back("epochs_shuffled", std::int64_t{state.epochs_shuffled});
  if (state.calls > 0) config.emplace_back("calls", std::int64_t{state.calls});
  if (notes.normalization) config.emplace_back("normalization", notes.normalization->config());
  if (!notes.data_set.empty()) config.emplace_back("data_set", notes.data_set);
  if (!notes.class_names.empty())
    config.emplace_back("class_names", Value::List(notes.class_names.begin(), notes.class_names.end()));
  if (!notes.column_names.empty())
    config.emplace_back("column_names", Value::List(notes.column_names.begin(), notes.column_names.end()));
  if (notes.temperature) config.emplace_back("temperature", *notes.temperature);
  if (const std::optional<TestVector> vector = TestVector::of(model))
    config.emplace_back("test_vector", vector->config());
  return config;
}

Extras read_extras(const Value& config, const std::string& where) {
  Extras extras;
  as_data_error(where, [&] {
    ConfigReader reader("extras", config);
    extras.seed = parse_seed(required_text(reader, "seed"), where);
    extras.weights_sha256 = required_text(reader, "weights_sha256");
    extras.epochs_shuffled = counter(reader, "epochs_shuffled");
    extras.calls = counter(reader, "calls");
    if (const Value* normalization = reader.find("normalization"))
      extras.notes.normalization = Normalization::from_config(*normalization, where + ": normalization");
    extras.notes.data_set = reader.text("data_set", "");
    extras.notes.class_names = texts(reader, "class_names");
    extras.notes.column_names = texts(reader, "column_names");
    extras.notes.temperature = reader.optional_number("temperature");
    if (const Value* vector = reader.find("test_vector"))
      extras.test_vector = TestVector::from_config(*vector, where);
    reader.finish();
  });
  return extras;
}

void apply_extras(LoadedModel& loaded, Extras extras, const std::string& where) {
  if (loaded.model.weights_sha256() != extras.weights_sha256)
    throw_data(where, "the weights are damaged: their SHA-256 is not the one that was saved");
  as_data_error(where, [&] { require_fit(loaded.model, extras.notes); });
  TrainingState state = loaded.model.training_state();
  state.epochs_shuffled = extras.epochs_shuffled;
  state.calls = extras.calls;
  loaded.model.set_training_state(state);
  loaded.notes = std::move(extras.notes);
  loaded.test_vector = std::move(extras.test_vector);
}

}  // namespace regulus
