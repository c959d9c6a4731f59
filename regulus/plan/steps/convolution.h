// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "regulus/plan/absorbed.h"
#include "regulus/plan/convolution/images.h"
#include "regulus/plan/convolution/learning.h"
#include "regulus/plan/steps/pool.h"

namespace regulus::plan {

/// A convolution as a matrix product whose windows are read in place, with what it has absorbed
/// (absorbed.h), and a pooling. Pixels that no pooling window reaches are not computed. All but
/// the weights' learning (convolution_learning.h) works image by image, so that an image stays in a cache.
/// Groups of units (unit_groups.h) are products one after another.
template <class T>
class ConvolutionStep final : public Step<T> {
 public:
  ConvolutionStep(const ConvolutionSpec& spec, Compiler<T>& compiler);

  bool stochastic() const override { return absorbed_.stochastic(); }
  bool absorb(Step<T>& next, bool fresh_draw) override;
  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_preparation(PhaseList<T>& phases) const override;
  void add_prologue(PhaseList<T>& phases) const override { absorbed_.add_prologue(phases); }
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;
  void add_learning(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return absorbed_last() && absorbed_.any(); }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override {
    if (absorbed_last()) absorbed_.backward(pass, rows, panels);
  }

 private:
  bool absorbed_last() const { return !pool_ || pool_first_; }
  void forward(const Pass<T>& pass, runtime::Range rows, std::byte* scratch) const;
  void forward_and_pool(const Pass<T>& pass, std::int64_t row, const T* x, T* own) const;
  void forward_lines(const Pass<T>& pass, runtime::Range rows, const T* x, T* z, runtime::Range lines) const;
  std::int64_t lines_in_a_band() const;
  std::int64_t turned_panels() const { return unit_groups_ * kernels::panels(channels_ / unit_groups_); }
  std::int64_t turned_panel_size() const {
    return at_.kernel_h * at_.kernel_w * (depthwise_ ? 1 : kernel_->units / unit_groups_) * kernels::kPanel;
  }
  void turn_weights(const Pass<T>& pass, runtime::Range panels) const;
  std::int64_t copied_gradient_size() const;
  std::int64_t spread_size(std::int64_t images) const;
  void input_gradient(const Pass<T>& pass, runtime::Range rows, std::byte* scratch) const;
  double flops_per_row() const;

  std::string name_;
  WindowSpec at_;
  Weight<T>* kernel_;
  Weight<T>* bias_;  // may be null
  bool depthwise_;
  std::int64_t unit_groups_;
  std::int64_t channels_;  // of the bordered image: the input's, or as many as units
  Absorbed<T> absorbed_;
  std::optional<PoolStep<T>> pool_;
  bool pool_first_ = false;  // what is absorbed works on the pooling's output, else on the product
  const Step<T>* previous_ = nullptr;
  Value in_;
  Value out_;  // of the product; in a worker's scratch if nobody needs it behind the pooling
  bool in_scratch_ = false;
  ConvolutionImages images_;
  Offset bordered_ = kNowhere;
  ConvolutionLearning<T> learning_;
  Offset turned_ = kNowhere;  // the weights that the output's gradient meets
};

}  // namespace regulus::plan
