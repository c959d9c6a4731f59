// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/release.h"

#include <string>

namespace regulus::keras {
namespace {

constexpr std::string_view kHardSigmoid = "hard_sigmoid";

bool has_hard_sigmoid(const Layer& layer) {
  const Value config = layer.config();
  const Value* activation = config.find("activation");
  return activation != nullptr && activation->is_string() && activation->as_string() == kHardSigmoid;
}

}  // namespace

void note_release(KerasModel& model, std::string_view keras_version) {
  if (!keras_version.starts_with("1.") && !keras_version.starts_with("2.")) return;
  std::string names;
  for (const LayerPtr& layer : model.description.layers)
    if (has_hard_sigmoid(*layer)) names += (names.empty() ? "\"" : ", \"") + layer->name() + "\"";
  if (names.empty()) return;
  model.notices.push_back("hard_sigmoid (" + names +
                          ") is Keras 3's, clip(x / 6 + 0.5, 0, 1), as Keras 3 reads this file; Keras " +
                          std::string(keras_version) +
                          ", which wrote it, computed clip(0.2 x + 0.5, 0, 1): predictions differ.");
}

}  // namespace regulus::keras
