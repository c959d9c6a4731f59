// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/activation_member.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "regulus/base/json.h"
#include "regulus/saving/keras/config_words.h"
#include "regulus/saving/keras/members.h"

namespace regulus::keras {
namespace {

constexpr std::array<std::string_view, 7> kLayers = {"Activation", "ELU",     "LeakyReLU",      "PReLU",
                                                     "ReLU",       "Softmax", "ThresholdedReLU"};

// Python functions that compute what Keras's of the same name does.
bool is_trusted_module(const std::string& module) {
  return module.empty() || module == "builtins" || is_keras_module(module) ||
         module.starts_with("tensorflow.python.");
}

}  // namespace

bool is_activation_layer(const Value& activation) {
  const std::string name = text_or_empty(activation, "class_name");
  const Value* config = find_member(activation, "config");
  return config != nullptr && config->is_dict() &&
         std::find(kLayers.begin(), kLayers.end(), name) != kLayers.end();
}

Value activation_name(const Value& activation, const std::string& where) {
  // As TensorFlow 2.0 and 2.1 call tf.nn.softmax.
  if (activation == Value("softmax_v2")) return "softmax";
  if (!activation.is_dict()) return activation;
  const std::string class_name = text_or_empty(activation, "class_name");
  const std::string function = text_or_empty(activation, "config");
  const std::string registered = text_or_empty(activation, "registered_name");
  const bool of_keras = is_trusted_module(text_or_empty(activation, "module")) &&
                        (registered.empty() || registered == function) && !function.empty();
  if (of_keras && (class_name == "function" || class_name == "Function")) return function;
  throw_member(where, "an activation of somebody's own cannot be loaded: it would be code",
               function.empty() ? class_name : function, "Use one of Keras's and save the model again.");
}

}  // namespace regulus::keras
