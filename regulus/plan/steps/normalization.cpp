// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/normalization.h"

#include <algorithm>
#include <cmath>

namespace regulus::plan {
namespace {

constexpr double kSmallestDeviation = 1e-7;  // keras.config.epsilon()

}  // namespace

template <class T>
NormalizationStep<T>::NormalizationStep(const NormalizationSpec& spec, Compiler<T>& compiler)
    : spec_(spec), mean_(compiler.bind(spec.mean)), variance_(compiler.bind(spec.variance)) {}

template <class T>
Value NormalizationStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  centers_ = compiler.layout().template reserve<T>(input.stride);
  deviations_ = compiler.layout().template reserve<T>(input.stride);
  return out_;
}

template <class T>
runtime::Range NormalizationStep<T>::features_of(runtime::Range panels) const {
  // A worker without a share is given an empty range at the end.
  return {std::min(panels.begin * kernels::kPanel, in_.width),
          std::min(panels.end * kernels::kPanel, in_.width)};
}

template <class T>
void NormalizationStep<T>::add_preparation(PhaseList<T>& phases) const {
  // Every pass anew: the layer may have been adapted, or given other weights.
  phases.items(spec_.name + " moments", kernels::panels(in_.width),
               [this](const Pass<T>& pass, runtime::Range panels, std::byte*) { prepare(pass, panels); });
}

template <class T>
void NormalizationStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward",
              [this](const Pass<T>& pass, runtime::Range rows, std::byte*) { forward(pass, rows); });
}

template <class T>
void NormalizationStep<T>::prepare(const Pass<T>& pass, runtime::Range panels) const {
  const runtime::Range features = features_of(panels);
  T* centers = pass.at(centers_);
  T* deviations = pass.at(deviations_);
  spec_.place.for_each_run(
      features.begin, features.end,
      [&](std::int64_t feature, std::int64_t count, std::int64_t place, std::int64_t stride) {
        for (std::int64_t i = 0; i < count; ++i, place += stride) {
          centers[feature + i] = mean_->values[place];
          deviations[feature + i] =
              std::max(std::sqrt(variance_->values[place]), static_cast<T>(kSmallestDeviation));
        }
      });
}

template <class T>
void NormalizationStep<T>::forward(const Pass<T>& pass, runtime::Range rows) const {
  const T* centers = pass.at(centers_);
  const T* deviations = pass.at(deviations_);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const T* x = pass.at(in_.data) + r * in_.stride;
    T* __restrict y = pass.at(out_.data) + r * out_.stride;
    if (spec_.invert)
      for (std::int64_t i = 0; i < in_.width; ++i) y[i] = centers[i] + x[i] * deviations[i];
    else
      for (std::int64_t i = 0; i < in_.width; ++i) y[i] = (x[i] - centers[i]) / deviations[i];
  }
}

template <class T>
void NormalizationStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows,
                                          runtime::Range panels) const {
  if (in_.gradient == kNowhere) return;
  const runtime::Range features = features_of(panels);
  const T* deviations = pass.at(deviations_);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    T* gradient = pass.at(in_.gradient) + r * in_.stride;
    for (std::int64_t i = features.begin; i < features.end; ++i)
      gradient[i] = spec_.invert ? gradient[i] * deviations[i] : gradient[i] / deviations[i];
  }
  previous_->backward_block(pass, rows, panels);
}

template class NormalizationStep<float>;
template class NormalizationStep<double>;

}  // namespace regulus::plan
