// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/activations.h"

#include <algorithm>
#include <array>

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/nn/identifier.h"
#include "regulus/nn/layer.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/activation.h"
#include "regulus/plan/steps/axis_softmax.h"
#include "regulus/plan/steps/gated_linear_unit.h"
#include "regulus/plan/steps/softmax.h"

namespace regulus {
namespace {

using Kind = kernels::Activation;

struct Elementwise {
  std::string_view name;
  Kind kind;
  double alpha;  // the slope, scale or threshold that Keras's function has by default
};

constexpr Elementwise kElementwise[] = {
    {"linear", Kind::kLinear, 0},
    {"relu", Kind::kRelu, 0},
    {"relu6", Kind::kRelu6, 0},
    {"leaky_relu", Kind::kLeakyRelu, 0.2},
    {"elu", Kind::kElu, 1},
    {"celu", Kind::kCelu, 1},
    {"selu", Kind::kSelu, 0},
    {"gelu", Kind::kGelu, 0},
    {"silu", Kind::kSilu, 0},
    {"sigmoid", Kind::kSigmoid, 0},
    {"hard_sigmoid", Kind::kHardSigmoid, 0},
    {"hard_silu", Kind::kHardSilu, 0},
    {"tanh", Kind::kTanh, 0},
    {"softplus", Kind::kSoftplus, 0},
    {"softsign", Kind::kSoftsign, 0},
    {"exponential", Kind::kExponential, 0},
    {"mish", Kind::kMish, 0},
    {"hard_tanh", Kind::kHardTanh, 0},
    {"hard_shrink", Kind::kHardShrink, 0.5},
    {"soft_shrink", Kind::kSoftShrink, 0.5},
    {"tanh_shrink", Kind::kTanhShrink, 0},
    {"squareplus", Kind::kSquareplus, 4},
    {"log_sigmoid", Kind::kLogSigmoid, 0},
    {"sparse_plus", Kind::kSparsePlus, 0},
    {"sparse_sigmoid", Kind::kSparseSigmoid, 0},
};

constexpr std::string_view kAlongLastAxis[] = {"softmax", "log_softmax", "sparsemax", "glu"};
constexpr Alias kAliases[] = {{"swish", "silu"}, {"hard_swish", "hard_silu"}};
constexpr std::string_view kLayers[] = {"Activation", "ELU", "LeakyReLU", "ReLU", "Softmax"};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kElementwise) + std::size(kAlongLastAxis)> names{};
  std::size_t n = 0;
  for (const Elementwise& row : kElementwise) names[n++] = row.name;
  for (const std::string_view name : kAlongLastAxis) names[n++] = name;
  return names;
}();

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

const std::string& known_name(const std::string& identifier) {
  // Keras's threshold has no defaults, so no layer of Keras can call it by its name either.
  if (identifier == "threshold")
    throw ConfigError({.where = "Activation",
                       .what = "\"threshold\" needs two numbers that a name does not give",
                       .fix = "Use a ReLU layer with a threshold."});
  return identifier;
}

void lower_along_last_axis(plan::Graph& graph, const std::string& layer_name, const std::string& name,
                           const Shape& row) {
  const std::int64_t length = row.back();
  if (name == "glu")
    graph.add<plan::GatedLinearUnitStep>(plan::GatedLinearUnitSpec{layer_name, length});
  else if (name == "sparsemax")
    graph.add<plan::AxisSoftmaxStep>(
        plan::AxisSoftmaxSpec{layer_name, length, 1, plan::AxisFunction::kSparsemax});
  else if (length == row.size())
    graph.add<plan::SoftmaxStep>(plan::SoftmaxSpec{layer_name, name == "log_softmax"});
  else
    graph.add<plan::AxisSoftmaxStep>(plan::AxisSoftmaxSpec{
        layer_name, length, 1,
        name == "log_softmax" ? plan::AxisFunction::kLogSoftmax : plan::AxisFunction::kSoftmax});
}

}  // namespace

Activation::Activation(const std::string& identifier)
    : name_(resolve_identifier("Activation", known_name(identifier), kNames, kAliases)) {}

Activation::Activation(const LayerPtr& layer)
    : name_(layer->class_name()), layer_(std::make_shared<const LayerPtr>(layer)) {
  if (contains(kLayers, name_)) {
    if (layer->name().empty()) (*layer_)->set_name(snake_case(name_));
    return;
  }
  throw ConfigError({.where = "Activation",
                     .what = "a layer of class " + name_ + " cannot be an activation here",
                     .expected = "ReLU, LeakyReLU, ELU, Softmax or Activation",
                     .fix = "Put the layer behind instead."});
}

Value Activation::stored() const {
  if (!layer_) return name_;
  return serialized("keras.layers", name_, (*layer_)->config());
}

Shape Activation::output_shape(const Shape& row, const std::string& where) const {
  if (layer_) return (*layer_)->output_shape(row);
  if (!contains(kAlongLastAxis, name_)) return row;
  if (row.empty() || row.size() < 1)
    throw ShapeError({.where = where,
                      .what = name_ + " needs rows with a last axis that is not empty",
                      .found = to_batch_string(row)});
  if (name_ != "glu") return row;
  if (row.back() % 2 != 0)
    throw ShapeError({.where = where,
                      .what = "glu needs a last axis of even length: it halves it",
                      .found = to_batch_string(row)});
  std::vector<std::int64_t> lengths = row.dims();
  lengths.back() /= 2;
  return Shape(std::move(lengths));
}

void Activation::lower(plan::Graph& graph, const std::string& layer_name, const Shape& row) const {
  if (layer_) return (*layer_)->lower(graph, row, 0);
  if (is_linear()) return;
  if (contains(kAlongLastAxis, name_)) return lower_along_last_axis(graph, layer_name, name_, row);
  for (const Elementwise& each : kElementwise)
    if (each.name == name_)
      graph.add<plan::ActivationStep>(plan::ActivationSpec{layer_name, each.kind, each.alpha});
}

std::vector<std::string> Activation::notes(const std::string& where) const {
  if (layer_) return (*layer_)->notes();
  if (name_ != "sparsemax") return {};
  return {where +
          ": sparsemax follows Keras, whose outputs do not add up to 1. For probabilities use softmax."};
}

}  // namespace regulus
