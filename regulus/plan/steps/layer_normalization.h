// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance those of `length` neighbours of
/// a row: of all of it, or of each pixel. A group needs nothing of the others, so the step works row by row.
///
/// Moments are in double, the variance about the mean. The gradients of gamma and beta are summed over a
/// row's groups while the row is worked on, and over the rows when the weights learn: in one order.
template <class T>
class LayerNormalizationStep final : public Step<T> {
 public:
  LayerNormalizationStep(const LayerNormalizationSpec& spec, Compiler<T>& compiler);

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;
  void add_learning(PhaseList<T>& phases) const override;

 private:
  struct Moments {
    double mean;
    double inverse;  // 1 / sqrt(variance + epsilon)
  };
  // Of the rows' gradients: [rows][padded(length)].
  enum RowSum { kGamma, kBeta, kNumRowSums };

  Moments moments_of(const T* x) const;
  void normalize(const T* x, const Moments& moments, T* y) const;
  /// In place: dy of a group becomes its dx.
  void input_gradient(const T* x, const Moments& moments, T* gradient) const;
  void add_row_sums(const Pass<T>& pass, std::int64_t row) const;
  void learn(const Pass<T>& pass, Weight<T>& weight, RowSum which, std::int64_t panel) const;

  static bool learns(const Weight<T>* weight) { return weight && weight->parameter->trainable(); }
  std::int64_t groups() const { return in_.width / spec_.length; }
  Moments* moments(const Pass<T>& pass, std::int64_t row) const {
    return pass.template at<Moments>(moments_) + row * groups();
  }
  double* row_sums(const Pass<T>& pass, RowSum which, std::int64_t row) const {
    return pass.template at<double>(row_sums_) + (which * pass.room + row) * kernels::padded(spec_.length);
  }

  LayerNormalizationSpec spec_;
  Weight<T>* gamma_;  // may be null
  Weight<T>* beta_;   // may be null
  const Updater<T>* updater_ = nullptr;
  const Step<T>* previous_ = nullptr;
  Value in_;
  Value out_;
  Offset moments_ = kNowhere;   // Moments [rows][groups], in training
  Offset row_sums_ = kNowhere;  // double [kNumRowSums][rows][padded(length)], if a weight learns
};

}  // namespace regulus::plan
