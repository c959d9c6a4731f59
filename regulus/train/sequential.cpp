// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/sequential.h"

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/names.h"
#include "regulus/base/sha256.h"
#include "regulus/nn/open_rows.h"
#include "regulus/nn/registry.h"
#include "regulus/nn/row_limits.h"
#include "regulus/nn/serialized.h"
#include "regulus/train/state.h"

namespace regulus {

Sequential::Sequential(Options options) : state_(std::make_shared<ModelState>()) {
  require_name("Sequential", "the model's", options.name);
  ModelIdentity identity = next_model_identity(options);
  state().name = std::move(identity.name);
  state().key = identity.key;
}

Sequential::Sequential(std::initializer_list<LayerPtr> layers, Options options)
    : Sequential(std::move(options)) {
  for (const LayerPtr& layer : layers) add(layer);
}

Sequential::Sequential(Sequential&&) noexcept = default;
Sequential& Sequential::operator=(Sequential&&) noexcept = default;
Sequential::~Sequential() = default;

ModelState& Sequential::state() const {
  if (!state_)
    throw ConfigError({.where = "Sequential",
                       .what = "the model was moved away",
                       .fix = "Use the one that it was moved to."});
  return *state_;
}

namespace {

// "dense", "dense_1", …: the snake-case class name and the first number that is free in this model.
std::string free_name(const std::string& class_name, ModelState& model) {
  const std::string base = snake_case(class_name);
  int& next = model.next_numbers[base];  // names are never given back
  for (;; ++next) {
    std::string name = next == 0 ? base : base + "_" + std::to_string(next);
    if (!model.taken_names.contains(name)) return name;
  }
}

}  // namespace

void Sequential::add(LayerPtr layer) {
  const StandardFloats floats;
  ModelState& s = state();
  s.require_idle("add");
  const std::string where = "Sequential \"" + s.name + "\"";
  if (!layer.shared())
    throw ConfigError(
        {.where = where, .what = "there is no layer in the handle", .fix = "Was it moved away?"});
  if (layer->name().empty()) layer->set_name(free_name(layer->class_name(), s));
  require_layer_count(where, s.layers.size() + 1);
  require_name(where, "a layer's", layer->name());
  if (s.taken_names.contains(layer->name()))
    throw ConfigError({.where = where,
                       .what = "the layer name \"" + layer->name() + "\" is taken",
                       .fix = "Give each layer a name of its own."});
  const bool build_now = s.layers.empty() ? !layer->declared_input_shape().empty() : built();
  if (build_now) {
    const Shape input = s.layers.empty() ? layer->declared_input_shape() : s.shapes.back();
    require_row(where, input);
    const Shape output = output_rows(*layer, input);
    require_row(*layer, output);
    layer->build({sample_rows(*layer, input), s.key, static_cast<std::uint32_t>(s.layers.size())});
    if (s.shapes.empty()) s.shapes.push_back(input);
    s.shapes.push_back(output);
  }
  s.taken_names.insert(layer->name());
  s.layers.push_back(std::move(layer));
  s.forget_plans();
}

void Sequential::build(const Shape& row_shape) {
  const StandardFloats floats;
  ModelState& s = state();
  if (built()) {
    if (row_shape != s.shapes.front() && !s.shapes.front().takes(row_shape))
      throw ShapeError({.where = "Sequential \"" + s.name + "\"",
                        .what = "the model is already built for other rows",
                        .expected = to_batch_string(s.shapes.front()),
                        .found = to_batch_string(row_shape)});
    return;
  }
  require_row("Sequential \"" + s.name + "\"", row_shape);
  std::vector<Shape> shapes = {row_shape};
  for (std::size_t i = 0; i < s.layers.size(); ++i) {
    shapes.push_back(output_rows(*s.layers[i], shapes.back()));
    require_row(*s.layers[i], shapes.back());
    s.layers[i]->build({sample_rows(*s.layers[i], shapes[i]), s.key, static_cast<std::uint32_t>(i)});
  }
  s.shapes = std::move(shapes);
}

const std::string& Sequential::name() const {
  return state().name;
}
const std::vector<LayerPtr>& Sequential::layers() const {
  return state().layers;
}
bool Sequential::built() const {
  return !state().shapes.empty();
}
random::Key Sequential::key() const {
  return state().key;
}

const LayerPtr& Sequential::layer(const std::string& name) const {
  std::vector<std::string_view> known;
  for (const LayerPtr& layer : state().layers) {
    if (layer->name() == name) return layer;
    known.push_back(layer->name());
  }
  throw ConfigError({.where = "Sequential \"" + state().name + "\"",
                     .what = "there is no layer \"" + name + "\"",
                     .fix = did_you_mean(name, known)});
}

const Shape& Sequential::input_shape() const {
  state().require_built("input_shape");
  return state().shapes.front();
}

Shape Sequential::output_shape() const {
  state().require_built("output_shape");
  return state().output_shape();
}

std::int64_t Sequential::count_params() const {
  std::int64_t total = 0;
  for (const LayerPtr& layer : layers()) total += layer->count_params();
  return total;
}

Value Sequential::config() const {
  Value::List layer_configs;
  for (const LayerPtr& layer : layers())
    layer_configs.push_back(Value::Dict{{"class_name", layer->class_name()}, {"config", layer->config()}});
  Value::Dict config{{"name", name()}, {"layers", std::move(layer_configs)}};
  if (built()) config.push_back({"build_input_shape", batch_shape_value(input_shape())});
  return config;
}

Sequential Sequential::from_config(const Value& config) {
  Sequential model(Options{.name = config.at("name").as_string()});
  for (const Value& layer : config.at("layers").as_list())
    model.add(layer_from_config(layer.at("class_name").as_string(), layer.at("config")));
  if (const Value* shape = config.find("build_input_shape"); shape && !shape->is_null()) {
    std::vector<std::int64_t> dims;
    for (std::size_t i = 1; i < shape->as_list().size(); ++i) {
      const Value& length = shape->as_list()[i];
      dims.push_back(length.is_null() ? Shape::kOpen : length.as_int());
    }
    model.build(Shape(std::move(dims)));
  }
  return model;
}

void Sequential::compile(CompileOptions options) {
  ModelState& s = state();
  s.require_idle("compile");
  if (!options.loss)
    throw ConfigError({.where = "compile",
                       .what = "loss is missing",
                       .fix = "Give one, e.g. .loss = \"sparse_categorical_crossentropy\"."});
  s.optimizer = std::move(options.optimizer);
  s.loss = std::move(options.loss);
  s.metrics = std::move(options.metrics);
  s.slots.clear();
  s.iterations = 0;
  s.epochs_shuffled = 0;
  s.forget_plans();
}

bool Sequential::compiled() const {
  return state().loss.has_value();
}

const Loss& Sequential::loss() const {
  state().require_compiled("loss");
  return *state().loss;
}

const std::vector<Metric>& Sequential::metrics() const {
  return state().metrics;
}

const Optimizer& Sequential::optimizer() const {
  state().require_compiled("optimizer");
  return **state().optimizer;
}

Optimizer& Sequential::optimizer() {
  state().require_compiled("optimizer");
  return **state().optimizer;
}

std::uint64_t Sequential::iterations() const {
  return state().iterations;
}
void Sequential::stop_training() {
  state().stop = true;
}

std::vector<Tensor> Sequential::get_weights() const {
  std::vector<Tensor> values;
  for (const LayerPtr& layer : layers())
    for (Tensor& value : layer->get_weights()) values.push_back(std::move(value));
  return values;
}

void Sequential::set_weights(const std::vector<Tensor>& values) {
  state().require_built("set_weights");
  std::size_t count = 0;
  for (const LayerPtr& layer : layers()) count += layer->weights().size();
  if (values.size() != count)
    throw ShapeError({.where = "set_weights",
                      .what = "wrong number of arrays",
                      .expected = std::to_string(count),
                      .found = std::to_string(values.size())});
  auto next = values.begin();
  for (const LayerPtr& layer : layers()) {
    const auto end = next + static_cast<std::ptrdiff_t>(layer->weights().size());
    layer->set_weights({next, end});
    next = end;
  }
}

std::string Sequential::weights_sha256() const {
  Sha256 hash;
  for (const Tensor& value : get_weights())
    hash.update(value.data(), static_cast<std::size_t>(value.size()) * sizeof(float));
  return hash.hex();
}

plan::Graph lower_layers(const std::vector<LayerPtr>& layers, const std::vector<Shape>& shapes) {
  plan::Graph graph(shapes.front());
  for (std::size_t i = 0; i < layers.size(); ++i)
    layers[i]->lower(graph, shapes[i], static_cast<std::uint32_t>(i));
  return graph;
}

plan::Graph Sequential::lower() const {
  return lower(input_shape());
}

plan::Graph Sequential::lower(const Shape& rows) const {
  state().require_built("lower");
  return lower_layers(state().layers, state().shapes_for("lower", rows));
}

Shape Sequential::output_shape(const Shape& rows) const {
  state().require_built("output_shape");
  return state().shapes_for("output_shape", rows).back();
}

}  // namespace regulus
