// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "regulus/data/normalization.h"
#include "regulus/saving/test_vector.h"
#include "regulus/train/predictor.h"
#include "regulus/train/sequential.h"

namespace regulus {

/// The files that a model can be written to.
enum class ModelFormat : std::uint8_t {
  kKeras,        ///< .keras: Keras 3's own, everything is kept
  kH5,           ///< .h5: Keras's legacy file, everything is kept
  kWeightsH5,    ///< .weights.h5: weights and optimizer, the model itself must be known
  kSafetensors,  ///< .safetensors: weights by name, everything but the optimizer's state is kept
};
/// By the name's ending. Throws ConfigError for any other.
ModelFormat model_format(const std::string& path);

/// What a model file may hold beside the model. Keras ignores all of it, and drops it when it saves.
struct ModelNotes {
  std::optional<Normalization> normalization = {};  ///< the scaling that the model's inputs want
  std::string data_set = {};                        ///< the name of what it was trained on; may be empty
  std::vector<std::string> class_names = {};        ///< of the outputs; empty or one for each
  /// Of the features, in their order, where the rows came from a table that names them; empty or one for
  /// each.
  std::vector<std::string> column_names = {};
  std::optional<double> temperature = {};  ///< > 0: what the logits are divided by
};

struct SaveOptions {
  /// Write the notes' normalization as a Normalization layer in front, so that Keras, which drops notes,
  /// predicts the same from raw rows. The file's model then takes raw rows and has no normalization of its
  /// own.
  bool bake_normalization = false;
};

struct LoadOptions {
  bool compile = true;  ///< restore optimizer, loss and metrics, as keras.saving.load_model does
};

/// A model and how its file says that it is used. The four functions scale the rows as the notes'
/// normalization says and apply their temperature; `model` itself does neither, so that it can be trained on
/// scaled rows and measured without a temperature.
struct LoadedModel {
  Sequential model;
  ModelNotes notes;
  std::vector<std::string> notices =
      {};  ///< what was read in another way than it was written, a sentence each
  std::optional<TestVector> test_vector = {};  ///< absent where another program has saved the file
  std::string format = {};                     ///< "Keras 3 archive, written by Keras 3.15.1"

  /// The rows as the model wants them: seen through the normalization, if there is one. Throws ShapeError.
  Dataset scaled(const Dataset& data) const;
  /// Sequential::predict of unscaled rows, at the temperature. Throws as that does.
  Tensor predict(const Dataset& data) const;
  /// Sequential::predict_mc of unscaled rows, each sample at the temperature.
  McPrediction predict_mc(const Dataset& data, McOptions options = {}) const;
  /// Sequential::evaluate of unscaled rows. With a temperature loss and metrics are those of the
  /// probabilities at that temperature, without sample weights or callbacks.
  Logs evaluate(const Dataset& data, EvaluateOptions options = {});
  /// A Predictor of unscaled rows, at the temperature; what the options say of both is replaced.
  Predictor predictor(PredictorOptions options = {}) const;
};

/// Writes a model in the format of the name's ending. A file of Keras's is opened by Keras without
/// warnings, and its training goes on there. The old file stays if anything fails. Throws ConfigError for
/// another ending and for a model without weights, ShapeError for a normalization, class or column
/// names of another width, IoError.
void save_model(const std::string& path, const Sequential& model, const ModelNotes& notes = {},
                const SaveOptions& options = {});

/// Reads any of them; which one is told by the content, not by the name. What regulus has saved comes back
/// with equal weights, predictions and Monte-Carlo predictions, and (except from safetensors) goes on
/// training as if it had not been away, bit for bit. What Keras 2 or 3 has saved predicts the same to
/// rounding and goes on training with the optimizer's state, by the formulas of that release; a state that
/// does not fit is left out, said in the notices. A loss, metric or optimizer that regulus lacks costs that
/// one thing, said there too: without its loss the model is not compiled. The file may be hostile: it is
/// data, no code that it names is run and no other file is read; every problem is a DataError that begins
/// with the path, and nothing is allocated for a weight that the file does not hold. Throws IoError if it
/// cannot be read.
LoadedModel load_model(const std::string& path, const LoadOptions& options = {});

/// Gives a built model the weights of any of these files, which must have the same layers. Where the model is
/// compiled with the optimizer whose state the file holds, training goes on from that state. Returns what was
/// not used, a sentence each: the state of another optimizer, or one that does not fit. Throws as load_model;
/// the model is unchanged then.
std::vector<std::string> load_weights(Sequential& model, const std::string& path);

/// The same without a file. `where` begins every error.
std::vector<std::uint8_t> model_to_bytes(const Sequential& model, const ModelNotes& notes = {},
                                         ModelFormat format = ModelFormat::kSafetensors,
                                         const SaveOptions& options = {});
LoadedModel model_from_bytes(std::span<const std::uint8_t> bytes, const std::string& where,
                             const LoadOptions& options = {});

}  // namespace regulus
