// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/base/tensor.h"
#include "regulus/base/value.h"
#include "regulus/plan/spec.h"

namespace regulus {

/// What training minimises: the mean over rows of a loss of each row. From a Keras identifier
/// ("sparse_categorical_crossentropy", "mse", …) or a function of `losses`.
/// When the model ends in softmax (sigmoid) and the loss is its cross-entropy, value and gradient
/// are computed from the logits, as Keras does on TensorFlow.
class Loss {
 public:
  Loss(const char* identifier) : Loss(std::string(identifier)) {}
  /// Throws ConfigError with the nearest known name.
  Loss(const std::string& identifier);
  Loss(std::string class_name, plan::LossSpec spec);

  const std::string& class_name() const { return class_name_; }
  const plan::LossSpec& spec() const { return spec_; }
  Value config() const;
  /// From class_name and Keras's config; of the reductions only sum_over_batch_size, by any of
  /// its names. Throws ConfigError.
  static Loss from_config(const std::string& class_name, const Value& config);

  /// True if targets are integer labels rather than arrays.
  bool takes_labels() const {
    return !is_own() && spec_.loss == kernels::Loss::kSparseCategoricalCrossentropy;
  }
  /// True of losses::Function: a file holds its name alone, and whoever loads the model must give it again.
  bool is_own() const { return spec_.own != nullptr; }
  /// The value for given predictions [rows, units], averaged over rows: 0 for none. For use without a
  /// model. Labels may have shape [rows] or [rows, 1]; other targets that of the predictions. Throws
  /// ShapeError, and DataError for labels that are not whole numbers in [0, units).
  double operator()(const Tensor& y_true, const Tensor& y_pred) const;

 private:
  double own_mean(const Tensor& y_true, const Tensor& y_pred) const;

  std::string class_name_;
  plan::LossSpec spec_;
};

namespace losses {

struct CrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0.0;  ///< in [0, 1], else ConfigError; y (1-s) + s/K, binary y (1-s) + s/2
};
/// Labels [rows]; -log p[label]. Probabilities are clipped to [1e-7, 1-1e-7] and renormalised.
/// Keras 3.15 has no label_smoothing here; it is that of the one-hot targets.
Loss SparseCategoricalCrossentropy(CrossentropyOptions options = {});
/// Targets [rows, K]; -sum y log p.
Loss CategoricalCrossentropy(CrossentropyOptions options = {});
/// Targets [rows, K] in [0, 1]; mean over K of -y log p - (1-y) log(1-p).
Loss BinaryCrossentropy(CrossentropyOptions options = {});
/// mean over K of (y - p)^2.
Loss MeanSquaredError();
/// mean over K of |y - p|; gradient sign(p - y) / K with sign(0) = 0.
Loss MeanAbsoluteError();
/// A loss of one's own, named for logs and files: function(y_true, y_pred, gradient) returns the loss of one
/// row and, unless gradient is empty, writes d loss / d y_pred there. y_true is the row's targets, of any
/// number, or its label as the one value. It is called by several threads at once and must give the same for
/// the same row; what it throws, fit throws. Throws ConfigError for an empty function, an empty name or one
/// of Keras's.
///
///     losses::Function("squared", [](auto y, auto p, auto g) {
///       if (!g.empty()) g[0] = 2 * (p[0] - y[0]);
///       return static_cast<double>((p[0] - y[0]) * (p[0] - y[0]));
///     })
Loss Function(const std::string& name, plan::RowLossFunction function);

}  // namespace losses
}  // namespace regulus
