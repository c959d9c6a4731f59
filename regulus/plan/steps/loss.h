// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// The end of the chain: each row's loss and, in training, the gradient of
/// sum over rows of weight * loss / rows. Keras's "sum_over_batch_size".
template <class T>
class LossStep final : public Step<T> {
 public:
  /// write_probabilities: the prediction is the logits of a softmax or sigmoid that was peeled off;
  /// what it would have given becomes the output.
  LossStep(const LossSpec& spec, bool write_probabilities)
      : spec_(spec), write_probabilities_(write_probabilities) {}

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;
  /// Mean over the batch of weight * loss, rows added in ascending order in double.
  double mean_loss(const Pass<T>& pass) const;
  /// Weighted loss of one row of the last pass.
  double row_loss(const Pass<T>& pass, std::int64_t row) const;

 private:
  void own_loss(const Pass<T>& pass, runtime::Range rows) const;

  LossSpec spec_;
  bool write_probabilities_;
  Value in_;
  Value out_;
  Offset row_loss_ = kNowhere;
  Offset row_scale_ = kNowhere;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
