// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/activations.h"

#include <array>

#include "regulus/nn/identifier.h"
#include "regulus/plan/steps/activation.h"
#include "regulus/plan/steps/softmax.h"

namespace regulus {
namespace {

using Kind = kernels::Activation;

struct Elementwise {
  std::string_view name;
  Kind kind;
  double alpha;  // the slope or scale that Keras's function has by default
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
};

constexpr Alias kAliases[] = {{"swish", "silu"}, {"hard_swish", "hard_silu"}};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kElementwise) + 2> names{};
  std::size_t n = 0;
  for (const Elementwise& row : kElementwise) names[n++] = row.name;
  names[n++] = "softmax";
  names[n] = "log_softmax";
  return names;
}();

}  // namespace

Activation::Activation(const std::string& identifier)
    : name_(resolve_identifier("Activation", identifier, kNames, kAliases)) {}

void Activation::lower(plan::Graph& graph, const std::string& layer_name) const {
  if (is_linear()) return;
  if (works_on_rows()) {
    graph.add<plan::SoftmaxStep>(plan::SoftmaxSpec{layer_name, name_ == "log_softmax"});
    return;
  }
  for (const Elementwise& row : kElementwise)
    if (row.name == name_)
      graph.add<plan::ActivationStep>(plan::ActivationSpec{layer_name, row.kind, row.alpha});
}

}  // namespace regulus
