// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "regulus/train/sequential.h"

namespace regulus {

/// What a model said of a few rows when it was saved: a loaded model that says the same is the same.
/// The rows are a pure function of their shape (uniform in [0, 1), drawn with a key of their own), so only
/// the first outputs of each are kept.
struct TestVector {
  std::vector<float> prediction;     ///< of Sequential::predict; empty if a layer draws in every prediction
  std::vector<float> one_mc_sample;  ///< of predict_mc with one sample; empty if nothing draws

  /// Absent where an output is not finite, for open lengths that want more than 512, and for a model whose
  /// prediction would take more than some 512 MB or seconds: most files' bytes cannot ask for that.
  /// Requires a built model.
  static std::optional<TestVector> of(const Sequential& model);
  /// Throws DataError that begins with `where`.
  static TestVector from_config(const Value& config, const std::string& where);
  Value config() const;

  /// The largest difference |found - kept| / max(1, |kept|) of what the model says now: 0 for equal bits.
  double difference(const Sequential& model) const;
};

}  // namespace regulus
