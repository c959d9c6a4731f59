// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "regulus/saving/model_file.h"
#include "regulus/train/sequential.h"

namespace regulus {

struct OnnxOptions {
  bool monte_carlo = false;  ///< a `training` input switches Dropout, AlphaDropout, … on in the runtime
  std::optional<double> temperature = {};  ///< logits are divided by it before the final softmax; > 0
};

/// The bytes of an ONNX file (IR 8, opset 17): float32 rows [batch, input_shape…] in, [batch, output_shape…]
/// out, named FIRST_input and LAST after the first and last layer. Equal models give equal bytes. The notes'
/// normalization is computed in the file, which then takes raw features. Penalties, constraints and the notes
/// are in its metadata (onnx/metadata.h).
///
/// Layers that draw are left out, as predict leaves them out. With monte_carlo they stay: a bool input
/// `training`, false where it is not given, lets them draw, a run then being one stochastic pass. The random
/// numbers are the runtime's, of the same distribution as predict_mc's. Layers that draw in every prediction
/// (MCDropout, …) draw whatever `training` says; a model of these alone has no such input.
///
/// Throws ConfigError, naming the layer, for one that has no translation, and for a Monte-Carlo layer without
/// monte_carlo; for a model without weights, or of 2 GiB, which no ONNX file holds; for monte_carlo where no
/// layer draws; for a temperature that is not finite and > 0, or a model that does not end in softmax,
/// log_softmax or sigmoid. ShapeError for a normalization of another width.
std::vector<std::uint8_t> to_onnx(const Sequential& model, const ModelNotes& notes = {},
                                  const OnnxOptions& options = {});

}  // namespace regulus
