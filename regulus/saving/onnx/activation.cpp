// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numbers>

#include "regulus/kernels/activation.h"
#include "regulus/nn/registry.h"
#include "regulus/nn/row_axes.h"
#include "regulus/saving/onnx/table.h"
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

// Of the channels, wherever they are now.
std::int64_t last_axis(const Chain& chain) {
  return chain.is_channels_first() ? 1 : -1;
}

template <const char* op>
void along_channels(Chain& chain) {
  chain.apply_temperature();
  chain.apply(op, {}, {{"axis", last_axis(chain)}});
}

void hard_tanh(Chain& chain) {
  chain.apply("Clip", {chain.number("min", -1), chain.number("max", 1)});
}

// Numbers within [-0.5, 0.5] become 0, all others move by the bias towards it.
void shrink(Chain& chain, float bias) {
  chain.apply("Shrink", {}, {{"bias", bias}, {"lambd", 0.5f}});
}

void tanh_shrink(Chain& chain) {
  const std::string x = chain.value();
  chain.set(chain.node("Sub", {x, chain.node("Tanh", {x})}));
}

void squareplus(Chain& chain) {
  const std::string x = chain.value();
  const std::string square = chain.node("Add", {chain.node("Mul", {x, x}), chain.number("b", 4)});
  const std::string sum = chain.node("Add", {x, chain.node("Sqrt", {square})});
  chain.set(chain.node("Mul", {sum, chain.number("half", 0.5)}));
}

void log_sigmoid(Chain& chain) {
  chain.apply("Neg");
  chain.apply("Softplus");
  chain.apply("Neg");
}

void sparse_sigmoid(Chain& chain) {
  chain.apply("HardSigmoid", {}, {{"alpha", 0.5f}, {"beta", 0.5f}});
}

void sparse_plus(Chain& chain) {
  const std::string x = chain.value();
  sparse_sigmoid(chain);
  const std::string bend = chain.node("Mul", {chain.value(), chain.value()});
  chain.set(chain.node("Where", {chain.node("Less", {x, chain.number("one", 1)}), bend, x}));
}

// The halves of the channels: a sigmoid(b).
void glu(Chain& chain) {
  const std::string x = chain.value();
  const std::int64_t half = chain.layer().output.back();
  const std::string axes = chain.integers("axes", {last_axis(chain)});
  const std::string middle = chain.integers("half", {half});
  const std::string a = chain.node("Slice", {x, chain.integers("begin", {0}), middle, axes});
  const std::string b = chain.node("Slice", {x, middle, chain.integers("end", {2 * half}), axes});
  chain.set(chain.node("Mul", {a, chain.node("Sigmoid", {b})}));
}

// As the plan's step, but ranks are counted by comparing all pairs: ONNX's TopK has two outputs. For z_i the
// others are those that stand before it: the larger ones, and equal ones with a smaller place.
void sparsemax(Chain& chain) {
  const std::string z = chain.channels_last();
  const std::int64_t length = chain.layer().output.back();
  Tensor before(Shape{length, length});
  for (std::int64_t i = 0; i < length; ++i)
    for (std::int64_t j = 0; j <= i; ++j) before.data()[i * length + j] = 1;
  const std::string last = chain.integers("last", {-1});
  const std::string zero = chain.number("zero", 0);
  const std::string one = chain.number("one", 1);
  const std::string others = chain.node("Unsqueeze", {z, chain.integers("before_last", {-2})});
  const std::string self = chain.node("Unsqueeze", {z, last});
  const std::string early = chain.node("Greater", {chain.constant("before", before), zero});
  const std::string ties = chain.node("And", {chain.node("Equal", {others, self}), early});
  const std::string larger = chain.node("Or", {chain.node("Greater", {others, self}), ties});
  const auto sum = [&](const std::string& values, std::int64_t keep) {
    return chain.node("ReduceSum", {values, last}, {{"keepdims", keep}});
  };
  const std::string sums = sum(chain.node("Where", {larger, others, zero}), 0);
  const std::string ranks = sum(chain.node("Where", {larger, one, zero}), 0);
  const std::string mean = chain.node("Div", {chain.node("Sub", {sums, one}), ranks});
  const std::string kept = chain.node("Greater", {z, mean});
  const std::string total = sum(chain.node("Where", {kept, sums, zero}), 1);
  const std::string count = sum(chain.node("Where", {kept, one, zero}), 1);
  const std::string threshold = chain.node("Div", {chain.node("Sub", {total, one}), count});
  chain.set(chain.node("Relu", {chain.node("Sub", {z, threshold})}));
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
    {"hard_tanh", hard_tanh},
    {"hard_shrink", [](Chain& chain) { shrink(chain, 0); }},
    {"soft_shrink", [](Chain& chain) { shrink(chain, 0.5f); }},
    {"tanh_shrink", tanh_shrink},
    {"squareplus", squareplus},
    {"log_sigmoid", log_sigmoid},
    {"sparse_plus", sparse_plus},
    {"sparse_sigmoid", sparse_sigmoid},
    {"softmax", along_channels<kSoftmax>},
    {"log_softmax", along_channels<kLogSoftmax>},
    {"sparsemax", sparsemax},
    {"glu", glu},
};

}  // namespace

void activate(Chain& chain, const Value& activation) {
  if (activation.is_dict()) {
    const SourceLayer& outer = chain.layer();
    const LayerPtr layer =
        layer_from_config(activation.at("class_name").as_string(), activation.at("config"));
    layer->set_name(outer.name + "/" + layer->name());
    layer->build({outer.output, random::Key(0), 0});  // it has no weights
    const SourceLayer inner(*layer, outer.output);
    chain.begin(inner);
    translate(chain);
    return chain.begin(outer);
  }
  for (const Row& row : kActivations)
    if (row.name == activation.as_string()) return row.translate(chain);
  refuse(chain.layer().where(), "the activation " + activation.as_string() + " has no translation to ONNX");
}

void activation_layer(Chain& chain) {
  activate(chain, chain.layer().config.at("activation"));
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
  ConfigReader reader(layer.where(), layer.config);
  const auto axes = RowAxes::read(reader, "axis", -1).of_row(layer.input, layer.where());
  chain.channels_last();
  chain.apply_temperature();
  if (axes.size() == 1) {
    chain.apply("Softmax", {}, {{"axis", static_cast<std::int64_t>(axes[0] + 1)}});
    return;
  }
  Integers counted;
  for (const std::size_t axis : axes) counted.push_back(static_cast<std::int64_t>(axis + 1));
  const std::string largest = chain.node("ReduceMax", {chain.value()}, {{"axes", counted}, {"keepdims", 1}});
  const std::string powers = chain.node("Exp", {chain.node("Sub", {chain.value(), largest})});
  const std::string sum =
      chain.node("ReduceSum", {powers, chain.integers("axes", counted)}, {{"keepdims", 1}});
  chain.set(chain.node("Div", {powers, sum}));
}

}  // namespace regulus::onnx
