// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// y = x where x > 0, else alpha x, with alpha learned. The output has a gradient of its own, because
/// alpha's is made of it.
template <class T>
class PReluStep final : public Step<T> {
 public:
  PReluStep(const PReluSpec& spec, Compiler<T>& compiler);

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_preparation(PhaseList<T>& phases) const override;
  void add_forward(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;
  void add_learning(PhaseList<T>& phases) const override;

 private:
  void unpack(const Pass<T>& pass, runtime::Range panels) const;
  /// The numbers of alphas from `number` on up to the end of its line: a line is of one input.
  std::int64_t rest_of_line(std::int64_t number) const { return alpha_->units - number % alpha_->units; }
  /// Adds a row's shares of the gradients of one panel of alphas.
  void add(const T* x, const T* dy, std::int64_t panel, double* sums) const;
  void learn(const Pass<T>& pass, std::int64_t panel, std::byte* scratch) const;

  PReluSpec spec_;
  Weight<T>* alpha_;
  const Updater<T>* updater_ = nullptr;
  const Step<T>* previous_ = nullptr;
  Value in_;
  Value out_;
  Offset alphas_ = kNowhere;  // T, row-major
};

}  // namespace regulus::plan
