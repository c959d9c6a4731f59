// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/base/value.h"
#include "regulus/plan/weights/parameter.h"

namespace regulus {

/// A penalty added to the loss, once a step, not divided by the batch (activity penalties are).
/// l1: c * sum|w|, gradient c * sign(w), sign(0) = 0. l2: c * sum w^2 (no 1/2), gradient 2 c w.
/// Follows keras.regularizers. The default is none.
class Regularizer {
 public:
  Regularizer() = default;
  /// "l1", "l2" (0.01 each), "l1_l2" (0.01 and 0.01, as Keras documents it), "orthogonal_regularizer"
  /// or a class name. Throws ConfigError; "l1l2" and "L1L2", which Keras silently reads as (0, 0), are
  /// refused.
  Regularizer(const char* identifier) : Regularizer(std::string(identifier)) {}
  Regularizer(const std::string& identifier);

  bool none() const { return class_name_.empty(); }
  const plan::Penalty& penalty() const { return penalty_; }
  /// The penalty's value for an array, computed in double. Throws ShapeError unless the array has rank
  /// 2 where the penalty is orthogonal.
  double operator()(const Tensor& w) const;

  /// "L2", and Keras's config of it; "" and null for none.
  const std::string& class_name() const { return class_name_; }
  Value config() const;
  /// From class_name and Keras's config; members left out are Keras's defaults. Throws ConfigError.
  static Regularizer from_config(const std::string& class_name, const Value& config);

  Regularizer(std::string class_name, plan::Penalty penalty);

 private:
  std::string class_name_;
  plan::Penalty penalty_;
};

/// Each throws ConfigError unless its factors are finite and >= 0.
Regularizer l1(double factor = 0.01);
Regularizer l2(double factor = 0.01);
struct L1L2Factors {
  double l1 = 0.01;
  double l2 = 0.01;
};
Regularizer l1_l2(L1L2Factors factors = {});
struct OrthogonalFactors {
  double factor = 0.01;
  std::string mode = "rows";  ///< rows: a Dense kernel's inputs; columns: its units
};
/// factor * (1/2) sum_{i != j} |G_ij| / (n (n - 1) / 2), G the Gram matrix of the n L2-normalised
/// rows (columns). Rank 2 only. Throws ConfigError for another mode.
Regularizer orthogonal_regularizer(OrthogonalFactors factors = {});

}  // namespace regulus
