// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/base/value.h"
#include "regulus/saving/description.h"
#include "regulus/saving/keras/config_words.h"

namespace regulus::keras {

/// A model as Keras's config names it.
struct KerasModel {
  ModelDescription description;
  std::vector<std::string> class_names;  ///< of the layers as the file names them
  bool input_layer_counts = false;       ///< a Functional model, whose input is one of its layers
  std::vector<std::string> notices;      ///< what the reader should know, a sentence each
};

/// Reads {"class_name": "Sequential" or "Functional", "config": …}, of Keras 3 or 2. A Functional model
/// must be a plain chain of layers; a Dropout or AlphaDropout that it calls with training=True is the
/// Monte-Carlo layer. Class names are looked up in regulus's one table; a Dropout or
/// AlphaDropout class of somebody's own whose name begins with MC is the Monte-Carlo layer of that name,
/// said in the notices; every other class of somebody's own, and every module but Keras's, is refused.
/// Throws ConfigError.
KerasModel read_model(const Value& config, Numbers numbers = Numbers::kRounded, const Limits& limits = {});

/// The same of a model, as Keras 3 writes it. Layers that Keras lacks are written as what they do in
/// Keras's prediction (MCDropout as Dropout, DropConnect as Dense); what they are stands beside their
/// config under "regulus", where Keras looks for nothing. Requires a built model.
Value model_config(const Sequential& model);

/// The model as read_model() would describe it once model_config() has written it.
KerasModel as_keras(const Sequential& model);

/// Class names that the layers of model_config() have in it.
std::vector<std::string> stored_class_names(const Sequential& model);

/// Compiles as Keras's compile_config says. Loss functions, metrics and optimizers that regulus lacks
/// leave the model as it is: the sentence that says so. Empty if all went well
/// or the config is, which is what Keras stores of a model without one.
std::string compile_from(Sequential& model, const Value& config, Numbers numbers = Numbers::kRounded);

/// The compile_config of a compiled model as Keras 3 writes it.
Value compile_config(const Sequential& model);

}  // namespace regulus::keras
