// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/model_file.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/file.h"
#include "regulus/base/json.h"
#include "regulus/base/version.h"
#include "regulus/io/safetensors.h"
#include "regulus/nn/layers/dense.h"
#include "regulus/nn/registry.h"

namespace regulus {
namespace {

constexpr const char* kFormat = "regulus.model";
constexpr const char* kFormatVersion = "1";

Value described(const std::string& class_name, Value config) {
  return Value::Dict{{"class_name", class_name}, {"config", std::move(config)}};
}

Value compile_config(const Sequential& model) {
  Value::List metrics;
  for (const Metric& metric : model.metrics())
    metrics.push_back(described(metric.class_name(), metric.config()));
  return Value::Dict{{"optimizer", described(model.optimizer().class_name(), model.optimizer().config())},
                     {"loss", described(model.loss().class_name(), model.loss().config())},
                     {"metrics", std::move(metrics)}};
}

Value numbers(const std::vector<double>& values) {
  return Value::List(values.begin(), values.end());
}

std::vector<double> doubles(const Value& list) {
  std::vector<double> values;
  for (const Value& value : list.as_list()) values.push_back(value.as_double());
  return values;
}

Value normalization_config(const Normalization& n) {
  return Value::Dict{{"scale", n.scale()}, {"mean", numbers(n.mean())}, {"std", numbers(n.std())}};
}

Normalization normalization_from(const Value& config) {
  return Normalization::from_statistics(config.at("scale").as_double(), doubles(config.at("mean")),
                                        doubles(config.at("std")));
}

/// A file on its way to a model: every complaint begins with its path.
class Reader {
 public:
  explicit Reader(const std::string& path)
      : path_(path), file_(io::parse_safetensors(read_file(path), path)) {
    if (text("format") != kFormat) refuse("is not a model of regulus", "Make one with save_model.");
    if (text("format_version") != kFormatVersion)
      refuse("has the format version " + text("format_version") + ", this program reads version " +
                 kFormatVersion,
             "Use a newer regulus.");
  }

  LoadedModel read() const {
    const Value config = json("model");
    require_weights_of(config);
    LoadedModel loaded{Sequential::from_config(config), {}};
    loaded.model.set_weights(weights(loaded.model));
    if (file_.text("compile")) compile(loaded.model, json("compile"));
    if (file_.text("normalization")) loaded.notes.normalization = normalization_from(json("normalization"));
    if (const std::string* name = file_.text("data_set")) loaded.notes.data_set = *name;
    return loaded;
  }

  [[noreturn]] void refuse(const std::string& what, const std::string& fix = "Save the model again.") const {
    throw DataError({.where = path_, .what = what, .expected = "", .found = "", .fix = fix});
  }

 private:
  const std::string& text(const char* key) const {
    const std::string* value = file_.text(key);
    if (!value) refuse(std::string("has no metadata \"") + key + "\"", "It is not a model of regulus.");
    return *value;
  }
  Value json(const char* key) const { return parse_json(text(key), path_ + ": " + key); }

  // Walks the shapes that the config promises, so that building it allocates only what the file holds.
  void require_weights_of(const Value& config) const {
    std::vector<std::int64_t> dims;
    const Value::List& batch_shape = config.at("build_input_shape").as_list();
    for (std::size_t i = 1; i < batch_shape.size(); ++i) dims.push_back(batch_shape[i].as_int());
    Shape shape(std::move(dims));
    for (const Value& entry : config.at("layers").as_list()) {
      const LayerPtr layer = layer_from_config(entry.at("class_name").as_string(), entry.at("config"));
      const Shape& declared = layer->declared_input_shape();
      if (!declared.empty() && declared != shape)
        refuse("layer \"" + layer->name() + "\" declares another input");
      if (is<Dense>(layer)) {
        const Shape output = layer->output_shape(shape);
        const std::string name = layer->name() + ".kernel";
        const Tensor* kernel = file_.tensor(name);
        if (!kernel || kernel->shape() != Shape{shape.back(), output.back()})
          refuse("\"" + name + "\" does not fit the model's config");
      }
      shape = layer->output_shape(shape);
    }
  }

  std::vector<Tensor> weights(const Sequential& model) const {
    std::vector<Tensor> values;
    for (const LayerPtr& layer : model.layers())
      for (const plan::ParameterPtr& weight : layer->weights()) {
        const std::string name = layer->name() + '.' + weight->name();
        const Tensor* value = file_.tensor(name);
        if (!value || value->shape() != weight->shape())
          refuse("\"" + name + "\" does not fit the model's config");
        values.push_back(*value);
      }
    if (values.size() != file_.tensors.size()) refuse("holds arrays that the model has no place for");
    return values;
  }

  static void compile(Sequential& model, const Value& config) {
    const auto of = [](const Value& v) { return std::pair{v.at("class_name").as_string(), v.at("config")}; };
    const auto [optimizer, optimizer_config] = of(config.at("optimizer"));
    const auto [loss, loss_config] = of(config.at("loss"));
    CompileOptions options{.optimizer = OptimizerPtr::from_config(optimizer, optimizer_config),
                           .loss = Loss::from_config(loss, loss_config),
                           .metrics = {}};
    for (const Value& metric : config.at("metrics").as_list())
      options.metrics.push_back(
          Metric::from_config(metric.at("class_name").as_string(), metric.at("config")));
    model.compile(std::move(options));
  }

  std::string path_;
  io::Safetensors file_;
};

}  // namespace

void save_model(const std::string& path, const Sequential& model, const ModelNotes& notes) {
  if (!model.built())
    throw ConfigError({.where = "save_model",
                       .what = "the model has no weights yet",
                       .expected = "",
                       .found = "",
                       .fix = "Give the first layer an input_shape, or call build or fit first."});
  io::Safetensors file;
  for (const LayerPtr& layer : model.layers())
    for (const plan::ParameterPtr& weight : layer->weights())
      file.tensors.emplace_back(layer->name() + '.' + weight->name(), weight->value());
  file.metadata = {{"format", kFormat},
                   {"format_version", kFormatVersion},
                   {"regulus_version", version()},
                   {"model", to_json(model.config())}};
  if (model.compiled()) file.metadata.emplace_back("compile", to_json(compile_config(model)));
  if (notes.normalization)
    file.metadata.emplace_back("normalization", to_json(normalization_config(*notes.normalization)));
  if (!notes.data_set.empty()) file.metadata.emplace_back("data_set", notes.data_set);
  write_file(path, io::to_safetensors(file));
}

LoadedModel load_model(const std::string& path) {
  const Reader reader(path);
  try {
    return reader.read();
  } catch (const DataError&) {
    throw;
  } catch (const Error& error) {  // of a config that is no config of ours
    std::string what = error.what();
    if (what.ends_with('.')) what.pop_back();
    reader.refuse(what);
  }
}

}  // namespace regulus
