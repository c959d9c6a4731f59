// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "regulus/base/value.h"
#include "regulus/plan/weights/parameter.h"

namespace regulus {

/// What a weight must satisfy after each update. n = sqrt(sum of w^2 over `axis`, kept), epsilon = 1e-7.
/// `axis` names the axes summed over: 0 on a Dense kernel [in, units] means one norm for each unit.
/// Follows keras.constraints. The default is none.
class Constraint {
 public:
  Constraint() = default;
  /// "max_norm", "min_max_norm", "unit_norm", "non_neg" or a class name. Throws ConfigError.
  Constraint(const char* identifier) : Constraint(std::string(identifier)) {}
  Constraint(const std::string& identifier);

  bool none() const { return class_name_.empty(); }
  const plan::Constraint& spec() const { return spec_; }
  /// The spec for a weight of that rank, negative axes counted from its end. Throws ConfigError for
  /// an axis that it lacks.
  plan::Constraint spec_for(std::size_t rank) const;
  /// The constrained array, the same bits as in training. Throws ConfigError for an axis
  /// that it lacks.
  Tensor operator()(const Tensor& w) const;

  const std::string& class_name() const { return class_name_; }
  Value config() const;
  /// From class_name and Keras's config. Throws ConfigError.
  static Constraint from_config(const std::string& class_name, const Value& config);

  Constraint(std::string class_name, plan::Constraint spec);

 private:
  std::string class_name_;
  plan::Constraint spec_;
};

/// The axes of a norm: `.axis = 0` or `.axis = {0, 1}`; -1 is the last. Every function below throws
/// ConfigError for an axis that is given twice, or for none.
struct Axes : std::vector<int> {
  Axes(int axis) : std::vector<int>{axis} {}
  Axes(std::initializer_list<int> axes) : std::vector<int>(axes) {}
};

struct NormOptions {
  Axes axis = 0;
};
struct MinMaxNormOptions {
  double min_value = 0.0;
  double max_value = 1.0;
  double rate = 1.0;
  Axes axis = 0;
};
/// w * clip(n, 0, max_value) / (epsilon + n). Throws ConfigError unless max_value >= 0 and finite.
Constraint max_norm(double max_value = 2.0, NormOptions options = {});
/// w * (rate * clip(n, min, max) + (1 - rate) * n) / (epsilon + n). Throws ConfigError unless
/// 0 <= min_value <= max_value, finite, and rate is in [0, 1].
Constraint min_max_norm(MinMaxNormOptions options = {});
/// w / (epsilon + n).
Constraint unit_norm(NormOptions options = {});
/// max(w, 0).
Constraint non_neg();

}  // namespace regulus
