// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "regulus/base/buffer.h"
#include "regulus/plan/weights/parameter.h"

namespace regulus::plan {

/// The optimizer's arrays for each weight, packed like it. They outlive the plans that use them.
template <class T>
using Slots = std::unordered_map<const Parameter*, std::array<Buffer<T>, kernels::kMaxSlots>>;

/// A parameter as one plan sees it.
template <class T>
struct Weight {
  ParameterPtr parameter;
  T* values = nullptr;  ///< packed; for float the parameter's own storage
  std::array<T*, kernels::kMaxSlots> slots{};
  Buffer<T> gradient;             ///< packed; empty unless the plan keeps gradients
  Buffer<T> orthogonal_gradient;  ///< packed; empty unless there is an orthogonal penalty
  Buffer<double> penalty_sums;    ///< {sum |w|, sum w^2} of each panel, before the update
  double orthogonal_penalty = 0;
  double squared_norm = 0;  ///< of the gradient, when clipping by norm
  std::int64_t inputs = 0;
  std::int64_t units = 0;

  std::int64_t num_panels() const { return parameter->num_panels(); }
  std::int64_t panel_size() const { return inputs * kernels::kPanel; }
  /// The penalty's value from penalty_sums, panels in ascending order.
  double penalty() const;
};

/// The value of a weight's penalty as it is now; touches nothing. For evaluation, where no update runs.
template <class T>
double penalty_now(const Weight<T>& weight);

/// The weights of one plan, each parameter once.
template <class T>
class WeightSet {
 public:
  Weight<T>* bind(const ParameterPtr& parameter);
  bool contains(const ParameterPtr& parameter) const { return find(parameter) != nullptr; }
  /// Those that an optimizer changes.
  const std::vector<std::unique_ptr<Weight<T>>>& all() const { return weights_; }
  /// Those that no optimizer sees, such as moving averages.
  const std::vector<std::unique_ptr<Weight<T>>>& states() const { return states_; }

 private:
  using Weights = std::vector<std::unique_ptr<Weight<T>>>;
  Weight<T>* find(const ParameterPtr& parameter) const;

  Weights weights_;
  Weights states_;                 // not trainable
  std::vector<Buffer<T>> copies_;  // of the values, when T is not float
};

}  // namespace regulus::plan
