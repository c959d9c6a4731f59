// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/layer_normalization.h"

#include <algorithm>
#include <cmath>

#include "regulus/plan/pass/lane_sum.h"
#include "regulus/plan/weights/update.h"

namespace regulus::plan {

using kernels::kPanel;

template <class T>
LayerNormalizationStep<T>::LayerNormalizationStep(const LayerNormalizationSpec& spec, Compiler<T>& compiler)
    : spec_(spec), gamma_(compiler.bind(spec.gamma)), beta_(compiler.bind(spec.beta)) {}

template <class T>
Value LayerNormalizationStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  const bool any_learns = learns(gamma_) || learns(beta_);
  out_ = compiler.new_value(input.width, any_learns && input.gradient == kNowhere);
  if (input.gradient != kNowhere) out_.gradient = input.gradient;
  if (!compiler.training()) return out_;
  moments_ = compiler.layout().template reserve_rows<Moments>(groups());
  if (any_learns)
    row_sums_ = compiler.layout().template reserve_rows<double>(kNumRowSums * kernels::padded(spec_.length));
  return out_;
}

template <class T>
typename LayerNormalizationStep<T>::Moments LayerNormalizationStep<T>::moments_of(const T* x) const {
  const auto n = static_cast<double>(spec_.length);
  const double mean = lane_sum(spec_.length, [x](std::int64_t i) { return static_cast<double>(x[i]); }) / n;
  const double variance = lane_sum(spec_.length,
                                   [x, mean](std::int64_t i) {
                                     const double d = static_cast<double>(x[i]) - mean;
                                     return d * d;
                                   }) /
                          n;
  return {mean, 1 / std::sqrt(variance + spec_.epsilon)};
}

// y = (x - center) inverse + shift. The difference is small where x is near the mean, and what the center's
// rounding has lost is in the shift: nothing large cancels.
template <class T>
void LayerNormalizationStep<T>::normalize(const T* x, const Moments& m, T* __restrict y) const {
  const T center = spec_.centered ? static_cast<T>(m.mean) : T{0};
  const auto inverse = static_cast<T>(m.inverse);
  const T shift = spec_.centered ? static_cast<T>((static_cast<double>(center) - m.mean) * m.inverse) : T{0};
  const std::int64_t n = spec_.length;
  for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - center) * inverse + shift;
  if (gamma_)
    for (std::int64_t i = 0; i < n; ++i) y[i] *= gamma_->values[i];
  if (beta_)
    for (std::int64_t i = 0; i < n; ++i) y[i] += beta_->values[i];
}

template <class T>
void LayerNormalizationStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      for (std::int64_t g = 0; g < groups(); ++g) {
        const T* x = pass.at(in_.data) + r * in_.stride + g * spec_.length;
        const Moments m = moments_of(x);
        normalize(x, m, pass.at(out_.data) + r * out_.stride + g * spec_.length);
        if (moments_ != kNowhere) moments(pass, r)[g] = m;
      }
  });
}

template <class T>
void LayerNormalizationStep<T>::add_backward(PhaseList<T>& phases) const {
  if (out_.gradient == kNowhere) return;
  phases.rows(spec_.name + " input gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      if (row_sums_ != kNowhere) add_row_sums(pass, r);  // before dx takes dy's place
      if (in_.gradient == kNowhere) continue;
      for (std::int64_t g = 0; g < groups(); ++g) {
        T* gradient = pass.at(in_.gradient) + r * in_.stride + g * spec_.length;
        input_gradient(pass.at(in_.data) + r * in_.stride + g * spec_.length, moments(pass, r)[g], gradient);
      }
    }
    if (in_.gradient != kNowhere) previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
  });
}

// With g = gamma dy, d = x - mean and r the inverse: dx = r g - d r^3 sum(g d) / n - r sum(g) / n. Not
// centered, y is r x: dx = r g - d r^3 sum(g x) / n.
template <class T>
void LayerNormalizationStep<T>::input_gradient(const T* x, const Moments& m, T* gradient) const {
  const std::int64_t n = spec_.length;
  if (gamma_)
    for (std::int64_t i = 0; i < n; ++i) gradient[i] *= gamma_->values[i];
  const double sum = lane_sum(n, [gradient](std::int64_t i) { return static_cast<double>(gradient[i]); });
  const double product = lane_sum(n, [gradient, x, &m](std::int64_t i) {
    return static_cast<double>(gradient[i]) * (static_cast<double>(x[i]) - m.mean);
  });
  const double cubed = m.inverse * m.inverse * m.inverse / static_cast<double>(n);
  const double slope = -cubed * (spec_.centered ? product : product + m.mean * sum);
  const double level = spec_.centered ? -m.inverse * sum / static_cast<double>(n) : 0;
  const auto center = static_cast<T>(m.mean);
  const auto scale = static_cast<T>(m.inverse);
  const auto by_distance = static_cast<T>(slope);
  const auto shift = static_cast<T>(level + slope * (static_cast<double>(center) - m.mean));
  for (std::int64_t i = 0; i < n; ++i)
    gradient[i] = scale * gradient[i] + (by_distance * (x[i] - center) + shift);
}

template <class T>
void LayerNormalizationStep<T>::add_row_sums(const Pass<T>& pass, std::int64_t row) const {
  const std::int64_t n = spec_.length;
  double* __restrict of_gamma = row_sums(pass, kGamma, row);
  double* __restrict of_beta = row_sums(pass, kBeta, row);
  std::fill_n(of_gamma, n, 0.0);
  std::fill_n(of_beta, n, 0.0);
  for (std::int64_t g = 0; g < groups(); ++g) {
    const T* x = pass.at(in_.data) + row * in_.stride + g * n;
    const T* dy = pass.at(out_.gradient) + row * out_.stride + g * n;
    const Moments m = moments(pass, row)[g];
    const double center = spec_.centered ? m.mean : 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const auto d = static_cast<double>(dy[i]);
      of_gamma[i] += d * ((static_cast<double>(x[i]) - center) * m.inverse);
      of_beta[i] += d;
    }
  }
}

template <class T>
void LayerNormalizationStep<T>::add_learning(PhaseList<T>& phases) const {
  if (!learns(gamma_) && !learns(beta_)) return;
  phases.items(spec_.name + " gradient, update", kernels::panels(spec_.length),
               [this](const Pass<T>& pass, runtime::Range panels, std::byte*) {
                 for (std::int64_t p = panels.begin; p < panels.end; ++p) {
                   if (learns(gamma_)) learn(pass, *gamma_, kGamma, p);
                   if (learns(beta_)) learn(pass, *beta_, kBeta, p);
                 }
               });
}

template <class T>
void LayerNormalizationStep<T>::learn(const Pass<T>& pass, Weight<T>& weight, RowSum which,
                                      std::int64_t panel) const {
  const std::int64_t begin = panel * kPanel;
  const std::int64_t count = std::min(kPanel, spec_.length - begin);
  double sums[kPanel] = {};
  for (std::int64_t r = 0; r < pass.rows(); ++r) {
    const double* of_row = row_sums(pass, which, r) + begin;
    for (std::int64_t i = 0; i < count; ++i) sums[i] += of_row[i];
  }
  alignas(kAlignment) T tile[kPanel];
  std::transform(sums, sums + kPanel, tile, [](double sum) { return static_cast<T>(sum); });
  updater_->begin_panel(pass, weight, panel);
  updater_->tile(pass, weight, begin, kPanel, tile);
  updater_->finish_panel(pass, weight, panel);
}

template class LayerNormalizationStep<float>;
template class LayerNormalizationStep<double>;

}  // namespace regulus::plan
