// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/safetensors_model.h"

#include <algorithm>
#include <array>
#include <map>

#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "regulus/base/names.h"
#include "regulus/base/version.h"
#include "regulus/io/safetensors.h"
#include "regulus/nn/registry.h"
#include "regulus/saving/description.h"
#include "regulus/saving/extras.h"

namespace regulus {
namespace {

constexpr const char* kFormat = "regulus.model";
constexpr const char* kFormatVersion = "1";
constexpr std::array<std::string_view, 5> kOwnKeys = {"format", "format_version", "regulus_version", "model",
                                                      "compile"};
// The extras' members are metadata of their own. What is text there stands as it is, the rest as JSON.
constexpr std::array<std::string_view, 3> kTextExtras = {"seed", "weights_sha256", "data_set"};
constexpr std::array<std::string_view, 7> kJsonExtras = {
    "epochs_shuffled", "calls", "normalization", "class_names", "column_names", "temperature", "test_vector"};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A tensor's name is its layer's and its weight's.
io::Safetensors parse(std::span<const std::uint8_t> bytes, const std::string& where) {
  Limits limits;
  limits.name_bytes *= 2;
  return io::parse_safetensors(bytes, where, limits);
}

std::string tensor_name(const std::string& layer, const std::string& weight) {
  return layer + "." + weight;
}

void require_known_keys(const io::Safetensors& file, const std::string& where) {
  // Before everything else: a file of other weights, or of a later regulus, deserves a clear answer.
  const std::string* format = file.text("format");
  if (format == nullptr || *format != kFormat)
    throw_data(where, "not a model that regulus has saved", std::string("format ") + kFormat,
               format == nullptr ? "none" : *format);
  const std::string* version = file.text("format_version");
  if (version == nullptr || *version != kFormatVersion) {
    const std::string* writer = file.text("regulus_version");
    throw_data(
        where, "the format's version is not known", kFormatVersion, version == nullptr ? "none" : *version,
        writer == nullptr ? ""
                          : "It was written by regulus " + *writer + ", this is " + regulus::version() + ".");
  }
  std::vector<std::string_view> known(kOwnKeys.begin(), kOwnKeys.end());
  known.insert(known.end(), kTextExtras.begin(), kTextExtras.end());
  known.insert(known.end(), kJsonExtras.begin(), kJsonExtras.end());
  for (const auto& [key, text] : file.metadata)
    if (!contains(known, key))
      throw_data(where, "the metadata key \"" + key + "\" is not known", "", "", did_you_mean(key, known));
}

const std::string& required_text(const io::Safetensors& file, const char* key, const std::string& where) {
  const std::string* text = file.text(key);
  if (text == nullptr) throw_data(where, std::string("the metadata key \"") + key + "\" is missing");
  return *text;
}

Value extras_of(const io::Safetensors& file, const std::string& where) {
  Value::Dict extras;
  for (const auto& [key, text] : file.metadata) {
    if (contains(kTextExtras, key)) extras.emplace_back(key, text);
    if (!contains(kJsonExtras, key)) continue;
    std::string inside = where;
    inside.append(": ").append(key);
    extras.emplace_back(key, parse_json(text, inside));
  }
  return extras;
}

[[noreturn]] void throw_config(const std::string& where, const std::string& what, std::string found = "") {
  throw ConfigError({.where = where, .what = what, .found = std::move(found)});
}

Shape parse_input_shape(const Value* value) {
  const std::string where = "model";
  if (value == nullptr || !value->is_list() || value->as_list().size() < 2 || !value->as_list()[0].is_null())
    throw_config(where, "build_input_shape is missing or malformed");
  std::vector<std::int64_t> dims;
  for (auto length = value->as_list().begin() + 1; length != value->as_list().end(); ++length) {
    if (!length->is_null() && (!length->is_int() || length->as_int() < 0))
      throw_config(where, "build_input_shape is malformed", to_json(*value));
    dims.push_back(length->is_null() ? Shape::kOpen : length->as_int());
  }
  return Shape(std::move(dims));
}

ModelDescription parse_description(const Value& config) {
  ConfigReader reader("model", config);
  ModelDescription description;
  description.name = reader.text("name", "");
  const Value* layers = reader.find("layers");
  description.input_shape = parse_input_shape(reader.find("build_input_shape"));
  reader.finish();
  if (layers == nullptr || !layers->is_list()) throw_config("model", "layers are missing or malformed");
  if (layers->as_list().size() > Limits().layers)
    throw_config("model", "it has too many layers", std::to_string(layers->as_list().size()));
  for (const Value& value : layers->as_list()) {
    ConfigReader layer("layer " + std::to_string(description.layers.size()), value);
    const std::string class_name = layer.text("class_name", "");
    const Value* layer_config = layer.find("config");
    layer.finish();
    if (layer_config == nullptr) throw_config(layer.where(), "config is missing");
    description.layers.push_back(layer_from_config(class_name, *layer_config));
  }
  require_whole(description);
  return description;
}

// The gate before any weight is allocated: the file holds exactly what the layers ask for.
std::vector<Tensor> matching_weights(const io::Safetensors& file, const ModelDescription& description,
                                     const std::string& where) {
  std::map<std::string_view, const Tensor*> unused;
  for (const auto& [name, tensor] : file.tensors) unused.emplace(name, &tensor);
  std::vector<Tensor> weights;
  for_each_weight(description,
                  [&](std::size_t layer, std::size_t, const std::string& weight, const Shape& wanted) {
                    const std::string name = tensor_name(description.layers[layer]->name(), weight);
                    const auto found = unused.find(name);
                    if (found == unused.end()) throw_data(where, "the tensor \"" + name + "\" is missing");
                    if (found->second->shape() != wanted)
                      throw_data(where, "the tensor \"" + name + "\" does not fit its layer",
                                 to_string(wanted), to_string(found->second->shape()));
                    weights.push_back(*found->second);
                    unused.erase(found);
                  });
  if (!unused.empty())
    throw_data(where, "the tensor \"" + std::string(unused.begin()->first) + "\" belongs to no layer");
  return weights;
}

Tensor transposed(const Tensor& matrix) {
  const std::int64_t rows = matrix.shape()[0];
  const std::int64_t columns = matrix.shape()[1];
  Tensor out(Shape{columns, rows});
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c) out.data()[c * rows + r] = matrix.data()[r * columns + c];
  return out;
}

std::vector<std::uint8_t> torch_tensors(const Sequential& model) {
  io::Safetensors file;
  for (std::size_t i = 0; i < model.layers().size(); ++i) {
    const Layer& layer = *model.layers()[i];
    if (layer.weights().empty()) continue;
    if (layer.class_name() != std::string_view("Dense"))
      throw_config(std::string(layer.class_name()) + " \"" + layer.name() + "\"",
                   "only the weights of Dense have a layout for torch");
    const std::string number = std::to_string(i);
    file.tensors.emplace_back(tensor_name(number, "weight"), transposed(layer.weights()[0]->value()));
    if (layer.weights().size() > 1)
      file.tensors.emplace_back(tensor_name(number, "bias"), layer.weights()[1]->value());
  }
  return io::to_safetensors(file);
}

// The name of a function of the user's own, which is all that a file can hold of it; "" for anything else.
std::string own_function(const Value& described) {
  const Value* class_name = described.is_dict() ? described.find("class_name") : nullptr;
  const Value* config = described.is_dict() ? described.find("config") : nullptr;
  const bool own = class_name && *class_name == Value("function") && config && config->is_string();
  return own ? config->as_string() : "";
}

// As far as the file says how: a metric that is missing costs the metric, a loss the compilation.
void compile(LoadedModel& loaded, Value config) {
  if (!config.is_dict()) return loaded.model.compile_from_config(config);
  const char* const again =
      "\" is a function of one's own, of which only the name was kept: give it to compile "
      "again";
  Value::Dict kept;
  for (auto& [key, value] : config.as_dict()) {
    if (const std::string name = own_function(value); key == "loss" && !name.empty()) {
      loaded.notices.push_back("the model is not compiled: its loss \"" + name + again + ".");
      return;
    }
    if (key != "metrics" || !value.is_list()) {
      kept.emplace_back(key, value);
      continue;
    }
    Value::List metrics;
    for (const Value& metric : value.as_list())
      if (const std::string name = own_function(metric); name.empty())
        metrics.push_back(metric);
      else
        loaded.notices.push_back("the metric \"" + name + again + ".");
    kept.emplace_back(key, std::move(metrics));
  }
  loaded.model.compile_from_config(Value(std::move(kept)));
}

}  // namespace

std::vector<std::uint8_t> to_safetensors_model(const Sequential& model, const ModelNotes& notes,
                                               TensorLayout layout) {
  if (layout == TensorLayout::kTorch) return torch_tensors(model);
  io::Safetensors file;
  for (const LayerPtr& layer : model.layers())
    for (const plan::ParameterPtr& weight : layer->weights())
      file.tensors.emplace_back(tensor_name(layer->name(), weight->name()), weight->value());
  file.metadata = {{"format", kFormat},
                   {"format_version", kFormatVersion},
                   {"regulus_version", version()},
                   {"model", to_json(model.config())}};
  if (model.compiled()) file.metadata.emplace_back("compile", to_json(model.compile_config()));
  const Value extras = extras_config(model, notes);
  for (const auto& [key, value] : extras.as_dict())
    file.metadata.emplace_back(key, contains(kTextExtras, key) ? value.as_string() : to_json(value));
  return io::to_safetensors(file);
}

LoadedModel from_safetensors_model(std::span<const std::uint8_t> bytes, const std::string& where,
                                   const LoadOptions& options) {
  const io::Safetensors file = parse(bytes, where);
  require_known_keys(file, where);
  for (const char* key : {"regulus_version", "seed", "weights_sha256"}) required_text(file, key, where);
  Extras extras = read_extras(extras_of(file, where), where);
  const Value config = parse_json(required_text(file, "model", where), where + ": model");
  std::optional<LoadedModel> loaded;
  as_data_error(where, [&] {
    const ModelDescription description = parse_description(config);
    const std::vector<Tensor> weights = matching_weights(file, description, where);
    loaded.emplace(LoadedModel{build_model(description, extras.seed, weights), {}});
    if (const std::string* text = file.text("compile"); text != nullptr && options.compile)
      compile(*loaded, parse_json(*text, where + ": compile"));
    apply_extras(*loaded, std::move(extras), where);
  });
  loaded->format = "safetensors, written by regulus " + required_text(file, "regulus_version", where);
  return std::move(*loaded);
}

std::vector<Tensor> weights_from_safetensors(std::span<const std::uint8_t> bytes, const std::string& where,
                                             const Sequential& model) {
  return matching_weights(parse(bytes, where), {model.name(), model.layers(), model.input_shape()}, where);
}

}  // namespace regulus
