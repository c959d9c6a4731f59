// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel. In training mean and variance
/// are those of the batch, and the learning phase, which a halted step does not reach, moves the moving
/// ones towards them. Elsewhere, and if the layer is not trainable, the moving ones are used and stay. Out
/// of training a step with weights in front takes it over.
///
/// Sums are in double and in one order: over a row's pixels, each row by itself, then over the rows. A
/// row's sum of squares is taken about the row's own mean, so a large mean costs no accuracy.
template <class T>
class BatchNormalizationStep final : public Step<T> {
 public:
  BatchNormalizationStep(const BatchNormalizationSpec& spec, Compiler<T>& compiler);

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_preparation(PhaseList<T>& phases) const override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;
  void add_learning(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return !of_batch_ && in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;
  bool couples_rows() const override { return of_batch_; }

  /// A factor and a summand for each channel, and no way back.
  bool only_moves_numbers() const { return !training_; }
  /// Memory of the moments; the rest of lay_out is for a step that stands alone.
  void lay_out_moments(Compiler<T>& compiler);
  /// y = the normalised x, for a block of rows from `column` on, which are `width` wide. In place allowed.
  void apply(const Pass<T>& pass, const T* x, T* y, kernels::Block block, std::int64_t column,
             std::int64_t width) const;

  const Weight<T>& moving_mean() const { return *moving_mean_; }
  const Weight<T>& moving_variance() const { return *moving_variance_; }

 private:
  void row_moments(const Pass<T>& pass, runtime::Range rows) const;
  void batch_moments(const Pass<T>& pass, runtime::Range panels) const;
  void moving_moments(const Pass<T>& pass, runtime::Range panels) const;
  void forward(const Pass<T>& pass, runtime::Range rows) const;
  void row_gradient_sums(const Pass<T>& pass, runtime::Range rows) const;
  void gradient_sums(const Pass<T>& pass, runtime::Range panels) const;
  void input_gradient(const Pass<T>& pass, runtime::Range rows) const;
  void learn(const Pass<T>& pass, runtime::Range panels) const;
  void prepare(const Pass<T>& pass, std::int64_t channel, double mean, double variance) const;

  std::int64_t channels() const { return moving_mean_->units; }
  std::int64_t row_channels() const { return kernels::padded(channels()); }
  std::int64_t pixels() const { return in_.width / channels(); }
  runtime::Range channels_of(runtime::Range panels) const;
  double* row_sums(const Pass<T>& pass, std::int64_t which, std::int64_t row) const;

  // Of each channel: y = (x - center) scale + shift and
  // dx = scale dy + slope (x - center) + gradient shift.
  enum PerChannel { kCenter, kScale, kShift, kGradientSlope, kGradientShift, kNumPerChannel };
  T* per_channel(const Pass<T>& pass, PerChannel which) const {
    return pass.at(per_channel_) + which * row_channels();
  }
  enum Statistic { kMean, kVariance, kInverse, kSumDy, kSumDyNormalised, kNumStatistics };
  double* statistic(const Pass<T>& pass, Statistic which) const {
    return pass.template at<double>(statistics_) + which * row_channels();
  }

  BatchNormalizationSpec spec_;
  Weight<T>* gamma_;  // may be null
  Weight<T>* beta_;   // may be null
  Weight<T>* moving_mean_;
  Weight<T>* moving_variance_;
  bool training_;
  bool of_batch_;       // mean and variance are the batch's
  bool moves_ = false;  // there is an update, which moves the moving statistics too
  const Updater<T>* updater_ = nullptr;
  const Step<T>* previous_ = nullptr;
  Value in_;
  Value out_;
  Offset per_channel_ = kNowhere;  // T [kNumPerChannel][row_channels]
  Offset statistics_ = kNowhere;   // double [kNumStatistics][row_channels]
  Offset row_sums_ = kNowhere;     // double [2][rows][row_channels]
};

}  // namespace regulus::plan
