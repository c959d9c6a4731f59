// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numbers>

#include "regulus/kernels/activation.h"
#include "regulus/nn/row_axes.h"
#include "regulus/saving/onnx/translations.h"

namespace regulus::onnx {
namespace {

struct Row {
  const char* name;
  void (*translate)(Chain& chain);
};

// ONNX's default slope is 0.01.
void leaky(Chain& chain, double slope) {
  chain.apply("LeakyRelu", {}, {{"alpha", static_cast<float>(slope)}});
}

// Clip has its bounds as inputs; an empty name is a bound left out.
void relu6(Chain& chain) {
  chain.apply("Clip", {chain.number("min", 0), chain.number("max", 6)});
}

void selu(Chain& chain) {
  chain.apply("Selu", {},
              {{"alpha", static_cast<float>(kernels::kSeluAlpha)},
               {"gamma", static_cast<float>(kernels::kSeluScale)}});
}

// x (1 + erf(x / sqrt 2)) / 2: the operator Gelu is of opset 20.
void gelu(Chain& chain) {
  const std::string x = chain.value();
  const std::string erf =
      chain.node("Erf", {chain.node("Mul", {x, chain.number("sqrt_half", 1 / std::numbers::sqrt2)})});
  const std::string half = chain.node("Mul", {x, chain.number("half", 0.5)});
  chain.set(chain.node("Mul", {half, chain.node("Add", {erf, chain.number("one", 1)})}));
}

void silu(Chain& chain) {
  const std::string x = chain.value();
  chain.set(chain.node("Mul", {x, chain.node("Sigmoid", {x})}));
}

void mish(Chain& chain) {
  const std::string x = chain.value();
  chain.set(chain.node("Mul", {x, chain.node("Tanh", {chain.node("Softplus", {x})})}));
}

// ONNX's default slope is 0.2.
void hard_sigmoid(Chain& chain) {
  chain.apply("HardSigmoid", {}, {{"alpha", 1.0f / 6}, {"beta", 0.5f}});
}

void sigmoid(Chain& chain) {
  chain.apply_temperature();
  chain.apply("Sigmoid");
}

// As activations they have rows of rank 1.
template <const char* op>
void along_rows(Chain& chain) {
  chain.apply_temperature();
  chain.apply(op, {}, {{"axis", -1}});
}

constexpr char kSoftmax[] = "Softmax";
constexpr char kLogSoftmax[] = "LogSoftmax";

constexpr Row kActivations[] = {
    {"linear", [](Chain&) {}},
    {"relu", [](Chain& chain) { chain.apply("Relu"); }},
    {"relu6", relu6},
    {"leaky_relu", [](Chain& chain) { leaky(chain, 0.2); }},
    {"elu",
     [](Chain& chain) {
       chain.apply("Elu", {}, {{"alpha", 1.0f}});
     }},
    {"celu",
     [](Chain& chain) {
       chain.apply("Celu", {}, {{"alpha", 1.0f}});
     }},
    {"selu", selu},
    {"gelu", gelu},
    {"silu", silu},
    {"sigmoid", sigmoid},
    {"hard_sigmoid", hard_sigmoid},
    {"hard_silu", [](Chain& chain) { chain.apply("HardSwish"); }},
    {"tanh", [](Chain& chain) { chain.apply("Tanh"); }},
    {"softplus", [](Chain& chain) { chain.apply("Softplus"); }},
    {"softsign", [](Chain& chain) { chain.apply("Softsign"); }},
    {"exponential", [](Chain& chain) { chain.apply("Exp"); }},
    {"mish", mish},
    {"softmax", along_rows<kSoftmax>},
    {"log_softmax", along_rows<kLogSoftmax>},
};

}  // namespace

void activate(Chain& chain, const std::string& activation) {
  for (const Row& row : kActivations)
    if (row.name == activation) return row.translate(chain);
  refuse(chain.layer().where(), "the activation " + activation + " has no translation to ONNX");
}

void activation_layer(Chain& chain) {
  activate(chain, chain.layer().config.at("activation").as_string());
}

// y = x above the threshold, at most max_value; below it slope (x - threshold).
void relu(Chain& chain) {
  const Value& config = chain.layer().config;
  const double slope = config.at("negative_slope").as_double();
  const double threshold = config.at("threshold").as_double();
  if (threshold == 0) {
    if (slope == 0)
      chain.apply("Relu");
    else
      leaky(chain, slope);
  } else {
    const std::string x = chain.value();
    const std::string limit = chain.number("threshold", threshold);
    std::string below = chain.number("zero", 0);
    if (slope != 0)
      below = chain.node("Mul", {chain.node("Sub", {x, limit}), chain.number("negative_slope", slope)});
    chain.set(chain.node("Where", {chain.node("Greater", {x, limit}), x, below}));
  }
  if (const Value& max = config.at("max_value"); !max.is_null())
    chain.apply("Min", {chain.number("max_value", max.as_double())});
}

void leaky_relu(Chain& chain) {
  leaky(chain, chain.layer().config.at("negative_slope").as_double());
}

void elu(Chain& chain) {
  chain.apply("Elu", {}, {{"alpha", static_cast<float>(chain.layer().config.at("alpha").as_double())}});
}

void prelu(Chain& chain) {
  chain.apply("PRelu", {chain.row_constant("alpha", *chain.layer().weight("alpha"))});
}

void softmax(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  const std::size_t axis = RowAxes(layer.config.at("axis").as_int()).of_row(layer.input, layer.where())[0];
  chain.channels_last();
  chain.apply_temperature();
  chain.apply("Softmax", {}, {{"axis", static_cast<std::int64_t>(axis + 1)}});
}

}  // namespace regulus::onnx
