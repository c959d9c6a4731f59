// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "regulus/plan/pass/mask.h"
#include "regulus/plan/step.h"
#include "regulus/plan/steps/batch_normalization.h"

namespace regulus::plan {

/// What a step with weights has taken over from the steps behind it: a batch normalisation with moving
/// moments, an activation, a mask, in this order. It is applied to each block of the step's product while
/// that is in the cache.
template <class T>
class Absorbed {
 public:
  /// As Step::absorb.
  bool absorb(Step<T>& next, bool fresh_draw);
  /// `out`: the step's output.
  void lay_out(Compiler<T>& compiler, const Value& out);
  void add_preparation(PhaseList<T>& phases) const;
  void add_prologue(PhaseList<T>& phases) const;

  /// Where the product z goes: the output's rows, unless the activation's derivative needs what would be
  /// overwritten there.
  Offset product() const { return saved_; }
  /// Turns the block's z into the output.
  void forward(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const;
  /// Turns the block's output gradient into that of z, in place.
  void backward(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const;

  bool any() const { return normalization_ || activation_ || mask_; }
  /// Just this activation.
  bool only(kernels::Activation activation) const {
    return activation_ && activation_->activation == activation && !normalization_ && !mask_;
  }
  bool stochastic() const { return mask_.has_value(); }
  bool normalizes() const { return normalization_.has_value(); }
  const std::optional<ActivationSpec>& activation() const { return activation_; }
  const std::optional<Mask<T>>& mask() const { return mask_; }

 private:
  std::optional<BatchNormalizationStep<T>> normalization_;
  std::optional<ActivationSpec> activation_;
  std::optional<Mask<T>> mask_;
  Value out_;
  Offset saved_ = kNowhere;  // what the activation's derivative needs: y, or z
};

}  // namespace regulus::plan
