// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/model_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/file.h"
#include "regulus/base/json.h"
#include "regulus/base/names.h"
#include "regulus/base/version.h"
#include "regulus/io/safetensors.h"
#include "regulus/nn/registry.h"

namespace regulus {
namespace {

constexpr const char* kFormat = "regulus.model";
constexpr const char* kFormatVersion = "1";
// Adding a layer looks at the names of all others: a file must not make that a matter of minutes.
constexpr std::size_t kMaxLayers = 10000;
constexpr std::array<std::string_view, 9> kKeys = {"format",  "format_version", "regulus_version",
                                                   "seed",    "weights_sha256", "model",
                                                   "compile", "normalization",  "data_set"};

std::string tensor_name(const std::string& layer, const std::string& weight) {
  return layer + "." + weight;
}

[[noreturn]] void throw_data(const std::string& where, std::string what, std::string expected = "",
                             std::string found = "", std::string fix = "") {
  throw DataError({.where = where,
                   .what = std::move(what),
                   .expected = std::move(expected),
                   .found = std::move(found),
                   .fix = std::move(fix)});
}

// What is wrong with a config in a file is wrong with the file.
template <class Call>
auto as_data_error(const std::string& where, Call call) {
  try {
    return call();
  } catch (const DataError&) {
    throw;
  } catch (const Error& error) {
    const ErrorInfo& info = error.info();
    throw_data(where, info.where + ": " + info.what, info.expected, info.found, info.fix);
  }
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
  for (const auto& [key, text] : file.metadata)
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
      throw_data(where, "the metadata key \"" + key + "\" is not known", "", "", did_you_mean(key, kKeys));
}

const std::string& required_text(const io::Safetensors& file, const char* key, const std::string& where) {
  const std::string* text = file.text(key);
  if (text == nullptr) throw_data(where, std::string("the metadata key \"") + key + "\" is missing");
  return *text;
}

std::uint64_t parse_seed(const std::string& text, const std::string& where) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, seed);
  if (parsed.ec != std::errc() || parsed.ptr != end)
    throw_data(where, "seed is malformed", "an integer", text);
  return seed;
}

[[noreturn]] void throw_config(const std::string& where, const std::string& what, std::string found = "") {
  throw ConfigError({.where = where, .what = what, .expected = "", .found = std::move(found), .fix = ""});
}

// The layers and the input as the model's config names them, nothing built yet.
struct Description {
  std::string name;
  std::vector<LayerPtr> layers;
  Shape input_shape;
};

Shape parse_input_shape(const Value* value) {
  const std::string where = "model";
  if (value == nullptr || !value->is_list() || value->as_list().size() < 2 || !value->as_list()[0].is_null())
    throw_config(where, "build_input_shape is missing or malformed");
  std::vector<std::int64_t> dims;
  for (auto length = value->as_list().begin() + 1; length != value->as_list().end(); ++length) {
    if (!length->is_int()) throw_config(where, "build_input_shape is malformed", to_json(*value));
    dims.push_back(length->as_int());
  }
  return Shape(std::move(dims));
}

Description parse_description(const Value& config) {
  ConfigReader reader("model", config);
  Description description;
  description.name = reader.text("name", "");
  const Value* layers = reader.find("layers");
  description.input_shape = parse_input_shape(reader.find("build_input_shape"));
  reader.finish();
  if (layers == nullptr || !layers->is_list() || layers->as_list().empty())
    throw_config("model", "layers are missing or malformed");
  if (layers->as_list().size() > kMaxLayers)
    throw_config("model", "it has too many layers", std::to_string(layers->as_list().size()));
  for (const Value& value : layers->as_list()) {
    ConfigReader layer("layer " + std::to_string(description.layers.size()), value);
    const std::string class_name = layer.text("class_name", "");
    const Value* layer_config = layer.find("config");
    layer.finish();
    if (layer_config == nullptr) throw_config(layer.where(), "config is missing");
    description.layers.push_back(layer_from_config(class_name, *layer_config));
    if (description.layers.back()->name().empty()) throw_config(layer.where(), "name is missing");
  }
  const Shape& declared = description.layers.front()->declared_input_shape();
  if (!declared.empty() && declared != description.input_shape)
    throw_config("model", "the first layer's input shape is not build_input_shape",
                 to_batch_string(declared));
  return description;
}

using Weights = std::map<std::string, const Tensor*, std::less<>>;

Weights by_name(const io::Safetensors& file) {
  Weights weights;
  for (const auto& [name, tensor] : file.tensors) weights.emplace(name, &tensor);
  return weights;
}

// The gate before any weight is allocated: the file holds exactly what the layers ask for.
void require_weights(const Description& description, Weights unused, const std::string& where) {
  Shape shape = description.input_shape;
  for (const LayerPtr& layer : description.layers) {
    const Shape next = layer->output_shape(shape);
    for (const auto& [weight, wanted] : layer->weight_shapes(shape)) {
      const std::string name = tensor_name(layer->name(), weight);
      const auto found = unused.find(name);
      if (found == unused.end()) throw_data(where, "the tensor \"" + name + "\" is missing");
      if (found->second->shape() != wanted)
        throw_data(where, "the tensor \"" + name + "\" does not fit its layer", to_string(wanted),
                   to_string(found->second->shape()));
      unused.erase(found);
    }
    shape = next;
  }
  if (!unused.empty()) throw_data(where, "the tensor \"" + unused.begin()->first + "\" belongs to no layer");
}

Sequential build(const Description& description, std::uint64_t seed, const Weights& weights) {
  Sequential model(Sequential::Options{.name = description.name, .seed = seed});
  for (const LayerPtr& layer : description.layers) model.add(layer);
  model.build(description.input_shape);
  for (const LayerPtr& layer : model.layers())
    for (const plan::ParameterPtr& weight : layer->weights())
      weight->assign(*weights.at(tensor_name(layer->name(), weight->name())));
  return model;
}

void require_width(const Sequential& model, const Normalization& normalization) {
  const auto width = static_cast<std::int64_t>(normalization.mean().size());
  if (model.input_shape().size() != width)
    throw ShapeError({.where = "normalization",
                      .what = "it has another number of features than the model",
                      .expected = std::to_string(model.input_shape().size()),
                      .found = std::to_string(width),
                      .fix = ""});
}

}  // namespace

std::vector<std::uint8_t> model_to_bytes(const Sequential& model, const ModelNotes& notes) {
  if (!model.built())
    throw ConfigError({.where = "save_model",
                       .what = "the model has no weights yet",
                       .expected = "",
                       .found = "",
                       .fix = "Give the first layer an input_shape, or call build or fit first."});
  if (notes.normalization) require_width(model, *notes.normalization);
  io::Safetensors file;
  for (const LayerPtr& layer : model.layers())
    for (const plan::ParameterPtr& weight : layer->weights())
      file.tensors.emplace_back(tensor_name(layer->name(), weight->name()), weight->value());
  file.metadata = {{"format", kFormat},
                   {"format_version", kFormatVersion},
                   {"regulus_version", version()},
                   {"seed", std::to_string(model.key().seed())},
                   {"weights_sha256", model.weights_sha256()},
                   {"model", to_json(model.config())}};
  if (model.compiled()) file.metadata.emplace_back("compile", to_json(model.compile_config()));
  if (notes.normalization)
    file.metadata.emplace_back("normalization", to_json(notes.normalization->config()));
  if (!notes.data_set.empty()) file.metadata.emplace_back("data_set", notes.data_set);
  return io::to_safetensors(file);
}

LoadedModel model_from_bytes(std::span<const std::uint8_t> bytes, const std::string& where) {
  const io::Safetensors file = io::parse_safetensors(bytes, where);
  require_known_keys(file, where);
  required_text(file, "regulus_version", where);
  const std::uint64_t seed = parse_seed(required_text(file, "seed", where), where);
  const Value config = parse_json(required_text(file, "model", where), where + ": model");
  return as_data_error(where, [&] {
    const Description description = parse_description(config);
    const Weights weights = by_name(file);
    require_weights(description, weights, where);
    LoadedModel loaded{build(description, seed, weights), {}};
    if (loaded.model.weights_sha256() != required_text(file, "weights_sha256", where))
      throw_data(where, "the weights are damaged: their SHA-256 is not the one that was saved");
    if (const std::string* text = file.text("compile"))
      loaded.model.compile_from_config(parse_json(*text, where + ": compile"));
    if (const std::string* text = file.text("normalization")) {
      const std::string inside = where + ": normalization";
      loaded.notes.normalization = Normalization::from_config(parse_json(*text, inside), inside);
      require_width(loaded.model, *loaded.notes.normalization);
    }
    if (const std::string* name = file.text("data_set")) loaded.notes.data_set = *name;
    return loaded;
  });
}

void save_model(const std::string& path, const Sequential& model, const ModelNotes& notes) {
  write_file(path, model_to_bytes(model, notes));
}

LoadedModel load_model(const std::string& path) {
  return model_from_bytes(read_file(path), path);
}

}  // namespace regulus
