// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "regulus/plan/absorbed.h"
#include "regulus/plan/weights/kernel_mask.h"

namespace regulus::plan {

/// y = x W + b, W with some elements dropped if the spec says so, and what it has absorbed
/// (absorbed.h). Forward and weight gradient are split over panels of output units, so that the worker that
/// updates a panel is the one that reads it in the next step.
template <class T>
class DenseStep final : public Step<T> {
 public:
  DenseStep(const DenseSpec& spec, Compiler<T>& compiler);

  bool stochastic() const override { return kernel_mask_ || absorbed_.stochastic(); }
  bool absorb(Step<T>& next, bool fresh_draw) override { return absorbed_.absorb(next, fresh_draw); }
  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_preparation(PhaseList<T>& phases) const override { absorbed_.add_preparation(phases); }
  void add_prologue(PhaseList<T>& phases) const override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;
  void add_learning(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return absorbed_.any(); }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override {
    absorbed_.backward(pass, rows, panels);
  }

  const Weight<T>& kernel() const { return *kernel_; }
  bool drops_weights() const { return kernel_mask_.has_value(); }
  const Weight<T>* bias() const { return bias_; }
  bool normalizes() const { return absorbed_.normalizes(); }
  const std::optional<ActivationSpec>& activation() const { return absorbed_.activation(); }
  const std::optional<Mask<T>>& mask() const { return absorbed_.mask(); }

 private:
  void forward(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const;
  void input_gradient(const Pass<T>& pass, runtime::Range rows, runtime::Range panels,
                      std::byte* scratch) const;
  void learn(const Pass<T>& pass, runtime::Range panels, runtime::Range inputs, std::byte* scratch) const;
  void learn_bias(const Pass<T>& pass, std::int64_t panel, T* tile) const;

  const T* kernel_of(const Pass<T>& pass) const {
    return kernel_mask_ ? kernel_mask_->kernel(pass) : kernel_->values;
  }

  // One panel cannot be shared out: such a layer, a classifier's last, works row by row, without a
  // barrier between it and the loss. Each worker then reads all its weights.
  bool narrow() const { return kernel_->num_panels() == 1 && kernel_->inputs <= kWidestNarrow; }
  static constexpr std::int64_t kWidestNarrow = 1024;

  // Of one of the three matrix products, all equally long.
  double flops_per_row() const { return 2.0 * static_cast<double>(kernel_->inputs * kernel_->units); }

  std::string name_;
  Weight<T>* kernel_;
  Weight<T>* bias_;                           // may be null
  std::optional<KernelMask<T>> kernel_mask_;  // if it draws in this plan
  Absorbed<T> absorbed_;
  const Updater<T>* updater_ = nullptr;
  const Step<T>* previous_ = nullptr;
  Value in_;
  Value out_;
};

}  // namespace regulus::plan
