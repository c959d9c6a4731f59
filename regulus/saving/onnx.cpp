// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/version.h"
#include "regulus/saving/onnx/metadata.h"
#include "regulus/saving/onnx/table.h"

namespace regulus {
namespace {

constexpr const char* kWhere = "ONNX";
constexpr std::int64_t kIrVersion = 8;
constexpr std::int64_t kOpset = 17;
constexpr std::size_t kMaxBytes = (std::size_t{1} << 31) - 1;  // of a protobuf message

void require_size(std::size_t bytes) {
  if (bytes > kMaxBytes)
    onnx::refuse(kWhere, "the model is too large: a file holds at most 2 GiB, this one would have " +
                             std::to_string(bytes) + " bytes");
}

bool any_layer(const Sequential& model, bool (*fits)(const Layer& layer)) {
  return std::any_of(model.layers().begin(), model.layers().end(),
                     [&](const LayerPtr& layer) { return fits(*layer); });
}

bool heeds_training(const Layer& layer) {
  return layer.stochastic() && !layer.always_on();
}

void require_options(const Sequential& model, const OnnxOptions& options) {
  if (options.temperature)
    require_number(*options.temperature > 0 && std::isfinite(*options.temperature), kWhere,
                   "temperature must be finite and > 0", *options.temperature);
  if (options.monte_carlo && !any_layer(model, [](const Layer& layer) { return layer.stochastic(); }))
    onnx::refuse(kWhere, "monte_carlo: the model has no layer that draws", "Leave the option out.");
}

// The features as the model wants them: x scale + offset, each its own.
void normalize(onnx::Graph& graph, std::string& value, const Normalization& normalization, const Shape& row) {
  const auto width = static_cast<std::int64_t>(normalization.mean().size());
  if (width != row.size())
    throw ShapeError({.where = kWhere,
                      .what = "the normalization has another number of features than the model",
                      .expected = std::to_string(row.size()),
                      .found = std::to_string(width)});
  const auto constant = [&](const char* name, const Buffer<float>& numbers) {
    return graph.add_constant(name, Tensor(row, {numbers.data(), numbers.data() + numbers.size()}));
  };
  const Scaling& scaling = *normalization.scaling();
  value = graph.add_node("Mul", "normalization/Mul", {value, constant("normalization/scale", scaling.scale)});
  value =
      graph.add_node("Add", "normalization/Add", {value, constant("normalization/offset", scaling.offset)});
}

// Every layer's nodes; the name of what the last has computed, its channels last.
std::string translate_layers(onnx::Graph& graph, const std::string& input, const std::string& training,
                             const Sequential& model, const OnnxOptions& options) {
  onnx::Chain chain(graph, input, options.monte_carlo, training);
  const std::vector<LayerPtr>& layers = model.layers();
  Shape row = model.input_shape();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const onnx::SourceLayer source(*layers[i], row);
    const bool last = i + 1 == layers.size();
    if (last && options.temperature) chain.set_temperature(*options.temperature);
    chain.begin(source);
    onnx::translate(chain);
    if (last) chain.channels_last();
    row = source.output;
  }
  if (chain.has_temperature())
    onnx::refuse(kWhere, "temperature: the model does not end in softmax, log_softmax or sigmoid");
  return chain.value();
}

}  // namespace

std::vector<std::uint8_t> to_onnx(const Sequential& model, const ModelNotes& notes,
                                  const OnnxOptions& options) {
  const StandardFloats floats;
  if (!model.built()) onnx::refuse(kWhere, "the model has no weights yet", "Build it first.");
  if (model.input_shape().is_open())
    onnx::refuse(kWhere,
                 "the model's rows have open lengths, " + to_batch_string(model.input_shape()) +
                     "; such models are not translated yet",
                 "Give its input all its lengths.");
  require_options(model, options);
  require_size(static_cast<std::size_t>(model.count_params()) * sizeof(float));

  onnx::Graph graph;
  const std::string input = graph.add_input(model.layers().front()->name() + "_input", model.input_shape());
  std::string training;
  if (options.monte_carlo && any_layer(model, heeds_training)) training = graph.add_switch("training");
  std::string value = input;
  if (notes.normalization) normalize(graph, value, *notes.normalization, model.input_shape());
  value = translate_layers(graph, value, training, model, options);
  // A model may compute nothing at all; its output is still another value than its input.
  if (value == input) value = graph.add_node("Identity", "Identity", {value});
  graph.add_output(graph.rename(value, model.layers().back()->name()), model.output_shape());

  onnx::Message operators;
  operators.add_text(1, "");
  operators.add_integer(2, kOpset);
  onnx::Message file;
  file.add_integer(1, kIrVersion);
  file.add_text(2, "regulus");
  file.add_text(3, version());
  file.add_message(7, graph.message(model.name()));
  file.add_message(8, operators);
  onnx::add_metadata(file, model, notes, options, training);
  require_size(file.bytes().size());
  return std::move(file).release();
}

}  // namespace regulus
