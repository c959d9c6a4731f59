// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/data/normalization.h"
#include "regulus/train/sequential.h"

namespace regulus {

/// The model behind a Normalization layer that scales rows as `normalization` does: mean / scale and
/// (std / scale)^2 for each feature. The layers are shared; optimizer, loss, metrics and training state are
/// those of the model. Predictions agree to rounding. Stochastic passes draw other numbers: the layers'
/// positions are others. Throws ShapeError for another number of features, ConfigError for a scale that is
/// not positive and where std / scale is below the 1e-7 that Keras's layer divides by at least, or no float.
/// Requires a built model.
Sequential with_normalization_layer(const Sequential& model, const Normalization& normalization);

}  // namespace regulus
