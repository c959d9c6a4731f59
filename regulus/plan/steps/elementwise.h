// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// y = f(x), element by element, for functions whose arguments no kernel knows: a plain loop, by
/// operations that have the same bits on every machine.
template <class T, class F>
class ElementwiseStep final : public Step<T> {
 public:
  template <class Spec>
  ElementwiseStep(const Spec& spec, Compiler<T>&) : name_(spec.name), function_(spec) {}

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;

 private:
  std::string name_;
  F function_;
  Value in_;
  Value out_;
  const Step<T>* previous_ = nullptr;
};

template <class T>
class Rescale {
 public:
  explicit Rescale(const RescaleSpec& spec)
      : scale_(static_cast<T>(spec.scale)), offset_(static_cast<T>(spec.offset)) {}
  T value(T x) const { return x * scale_ + offset_; }
  T slope(T) const { return scale_; }

 private:
  T scale_;
  T offset_;
};

/// The slope at the threshold is 0, at the maximum 1, as TensorFlow's are.
template <class T>
class ClippedRelu {
 public:
  explicit ClippedRelu(const ClippedReluSpec& spec)
      : max_(static_cast<T>(spec.max_value)),
        negative_slope_(static_cast<T>(spec.negative_slope)),
        threshold_(static_cast<T>(spec.threshold)) {}
  // A NaN is let through.
  T value(T x) const {
    if (x <= threshold_) return negative_slope_ == 0 ? T{0} : negative_slope_ * (x - threshold_);
    return x > max_ ? max_ : x;
  }
  T slope(T x) const {
    if (x <= threshold_) return x < threshold_ ? negative_slope_ : T{0};
    return x > max_ ? T{0} : T{1};
  }

 private:
  T max_;
  T negative_slope_;
  T threshold_;
};

template <class T>
using RescaleStep = ElementwiseStep<T, Rescale<T>>;
template <class T>
using ClippedReluStep = ElementwiseStep<T, ClippedRelu<T>>;

}  // namespace regulus::plan
