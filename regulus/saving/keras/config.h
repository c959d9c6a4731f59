// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/base/value.h"
#include "regulus/saving/description.h"
#include "regulus/saving/keras/config_words.h"

namespace regulus::keras {

/// Where a file keeps the weights of a layer.
struct StoredLayer {
  std::vector<std::string>
      groups;             ///< the names that lead to it, those of the models it is in first: "dense"
  std::string part = {};  ///< "activation" for a layer that is another's activation
  std::size_t top = 0;    ///< the number of the file's own layer that it is, or is in
};

/// A model as Keras's config names it.
struct KerasModel {
  ModelDescription description;
  std::vector<StoredLayer> stored;   ///< one for each layer
  std::vector<std::string> notices;  ///< what the reader should know, a sentence each
};

/// Reads {"class_name": "Sequential" or "Functional", "config": …}, of any Keras from 2.0 on. A Functional
/// model must be a plain chain of layers; a layer that drops or adds noise and is called with training=True
/// is the Monte-Carlo layer. Models inside the model give their layers one by one; an activation that is a
/// layer stands behind its layer. Names that are taken get the inner model's in front. Class names are looked
/// up in regulus's one table; a dropout class of somebody's own whose name begins with MC or MonteCarlo is
/// the Monte-Carlo layer, whatever else its config has; every other class of somebody's own, and every module
/// but Keras's, is refused. `first_length`: of the file's first weight, the length of rows of one axis where
/// the config does not know it. What is read in another way than it was written is said in the notices.
/// Throws ConfigError, which names the layer and its class in the file.
KerasModel read_model(const Value& config, Numbers numbers = Numbers::kRounded,
                      std::optional<std::int64_t> first_length = {}, const Limits& limits = {});

/// The same of a model, as Keras 3 writes it. Layers that Keras lacks are written as what they do in
/// Keras's prediction (MCDropout as Dropout, DropConnect as Dense); what they are stands beside their
/// config under "regulus", where Keras looks for nothing. Requires a built model.
Value model_config(const Sequential& model);

/// The model as read_model() would describe it once model_config() has written it.
KerasModel as_keras(const Sequential& model);

/// Class names that the layers of model_config() have in it.
std::vector<std::string> stored_class_names(const Sequential& model);

/// What became of a compile_config.
struct Compiled {
  std::vector<std::string> notices = {};  ///< what the file says and is not done, a sentence each
  bool optimizer = false;                 ///< the optimizer is the file's: its state can be read
};
/// Compiles as Keras's compile_config says, of any release: names, objects, and lists and dicts of one
/// output. What regulus lacks costs that one thing: a metric is left out, an optimizer becomes Keras's
/// default, "rmsprop"; without its loss the model is not compiled. Nothing is done where the config is empty,
/// which is what Keras stores of a model without one.
Compiled compile_from(Sequential& model, const Value& config, Numbers numbers = Numbers::kRounded);

/// The compile_config of a compiled model as Keras 3 writes it.
Value compile_config(const Sequential& model);

}  // namespace regulus::keras
