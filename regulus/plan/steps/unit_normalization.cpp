// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/unit_normalization.h"

#include <algorithm>
#include <cmath>

#include "regulus/plan/pass/lane_sum.h"

namespace regulus::plan {
namespace {

constexpr double kLargestInverse = 1e12;

}  // namespace

template <class T>
Value UnitNormalizationStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  return out_;
}

template <class T>
double UnitNormalizationStep<T>::inverse_norm(const T* x) const {
  const double square = lane_sum(spec_.length, [x](std::int64_t i) {
    const auto v = static_cast<double>(x[i]);
    return v * v;
  });
  return std::min(1 / std::sqrt(square), kLargestInverse);
}

template <class T>
void UnitNormalizationStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      for (std::int64_t at = 0; at < in_.width; at += spec_.length) {
        const T* x = pass.at(in_.data) + r * in_.stride + at;
        T* __restrict y = pass.at(out_.data) + r * out_.stride + at;
        const auto inverse = static_cast<T>(inverse_norm(x));
        for (std::int64_t i = 0; i < spec_.length; ++i) y[i] = x[i] * inverse;
      }
  });
}

template <class T>
void UnitNormalizationStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  phases.rows(spec_.name + " input gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      for (std::int64_t at = 0; at < in_.width; at += spec_.length)
        input_gradient(pass.at(in_.data) + r * in_.stride + at, pass.at(in_.gradient) + r * in_.stride + at);
    previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
  });
}

// With r the inverse norm: dx = r dy - x r^3 sum(dy x), but where r has reached its limit it is a constant.
template <class T>
void UnitNormalizationStep<T>::input_gradient(const T* x, T* gradient) const {
  const double inverse = inverse_norm(x);
  const double product = lane_sum(spec_.length, [x, gradient](std::int64_t i) {
    return static_cast<double>(gradient[i]) * static_cast<double>(x[i]);
  });
  const bool limited = inverse == kLargestInverse;
  const auto scale = static_cast<T>(inverse);
  // r x is at most 1 and r^2 sum(dy x) about as large as r dy: no factor leaves the range of float.
  const auto along = static_cast<T>(limited ? 0 : -inverse * inverse * product);
  for (std::int64_t i = 0; i < spec_.length; ++i) gradient[i] = scale * gradient[i] + along * (scale * x[i]);
}

template class UnitNormalizationStep<float>;
template class UnitNormalizationStep<double>;

}  // namespace regulus::plan
