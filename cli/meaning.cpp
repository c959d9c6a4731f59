// SPDX-License-Identifier: Apache-2.0
#include "cli/meaning.h"

#include <algorithm>
#include <string_view>

namespace regulus::cli {
namespace {

using Kind = kernels::Loss;

// Layers that pass on what they are given, in prediction.
bool passes_on(const Layer& layer) {
  const std::string_view name = layer.class_name();
  return layer.stochastic() || name == "Flatten" || name == "Reshape" || name == "ActivityRegularization";
}

// "softmax", "sigmoid", … of the last layer that computes something.
std::string last_activation(const Sequential& model) {
  const auto& layers = model.layers();
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    const std::string_view name = (*layer)->class_name();
    if (name == "Softmax") return "softmax";
    if (passes_on(**layer)) {
      const Value config = (*layer)->config();
      if (config.find("activation") == nullptr) continue;  // a Dense that drops weights has one
    }
    const Value config = (*layer)->config();
    const Value* activation = config.find("activation");
    return activation != nullptr && activation->is_string() ? activation->as_string() : "";
  }
  return "";
}

bool one_position(const Sequential& model) {
  const Shape shape = model.output_shape();
  return shape.rank() > 0 && !shape.is_open() && shape.back() == shape.size();
}

Meaning classes(std::int64_t count, bool logits) {
  return {.outputs = Outputs::kClasses, .logits = logits, .doubt = {}, .classes = count};
}

Meaning binary(bool logits) {
  return {.outputs = Outputs::kBinary, .logits = logits, .doubt = {}, .classes = 2};
}

// Without softmax or sigmoid the loss has to tell.
Meaning of_loss(const Loss& loss, std::int64_t units) {
  const bool logits = loss.spec().from_logits;
  switch (loss.spec().loss) {
    case Kind::kSparseCategoricalCrossentropy:
    case Kind::kCategoricalCrossentropy:
      return {.outputs = Outputs::kClasses, .logits = logits, .divided = !logits, .classes = units};
    case Kind::kBinaryCrossentropy:
      return units == 1 ? binary(logits) : Meaning{.outputs = Outputs::kLabels, .logits = logits};
    default:
      return {};
  }
}

}  // namespace

bool gives_classes(const Sequential& model) {
  return one_position(model) && last_activation(model) == "softmax";
}

bool draws(const Sequential& model) {
  return std::any_of(model.layers().begin(), model.layers().end(),
                     [](const LayerPtr& layer) { return layer->stochastic(); });
}

Meaning meaning_of(const Sequential& model, const std::optional<Loss>& loss) {
  if (!one_position(model)) return {.outputs = Outputs::kArray};
  const std::int64_t units = model.output_shape().size();
  const std::string activation = last_activation(model);
  const bool regression =
      loss && (loss->spec().loss == Kind::kMeanSquaredError || loss->spec().loss == Kind::kMeanAbsoluteError);
  if (activation == "softmax" && units > 1) {
    Meaning meaning = classes(units, false);
    if (loss && loss->spec().from_logits)
      meaning.doubt =
          "the model ends in a softmax though its loss says from_logits: the softmax's outputs are "
          "taken for the probabilities.";
    return meaning;
  }
  if (activation == "sigmoid" && units == 1 && !regression) return binary(false);
  if (loss) return of_loss(*loss, units);
  if (activation == "sigmoid") return {.outputs = Outputs::kLabels};
  if (units == 1)
    return {.outputs = Outputs::kNumbers,
            .doubt =
                "the model ends without a sigmoid and its file names no loss: its output is taken for a "
                "regression's."};
  return {.outputs = Outputs::kScores,
          .doubt =
              "the model ends without a softmax and its file names no loss: whether its outputs are "
              "logits cannot be known, so the largest counts and no probability is scored.",
          .classes = units};
}

}  // namespace regulus::cli
