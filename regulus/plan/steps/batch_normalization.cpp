// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/batch_normalization.h"

#include <algorithm>
#include <cmath>

#include "regulus/plan/weights/update.h"

namespace regulus::plan {

using kernels::kPanel;

template <class T>
BatchNormalizationStep<T>::BatchNormalizationStep(const BatchNormalizationSpec& spec, Compiler<T>& compiler)
    : spec_(spec),
      gamma_(compiler.bind(spec.gamma)),
      beta_(compiler.bind(spec.beta)),
      moving_mean_(compiler.bind(spec.moving_mean)),
      moving_variance_(compiler.bind(spec.moving_variance)),
      training_(compiler.training()),
      of_batch_(compiler.training() && spec.trainable),
      moves_(compiler.options().update.has_value()) {}

template <class T>
Value BatchNormalizationStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  const bool learns = of_batch_ && (gamma_ || beta_);
  out_ = compiler.new_value(input.width, learns && input.gradient == kNowhere);
  if (input.gradient != kNowhere) out_.gradient = input.gradient;
  lay_out_moments(compiler);
  if (of_batch_) row_sums_ = compiler.layout().template reserve_rows<double>(2 * row_channels());
  return out_;
}

template <class T>
void BatchNormalizationStep<T>::lay_out_moments(Compiler<T>& compiler) {
  per_channel_ = compiler.layout().template reserve<T>(kNumPerChannel * row_channels());
  statistics_ = compiler.layout().template reserve<double>(kNumStatistics * row_channels());
}

template <class T>
runtime::Range BatchNormalizationStep<T>::channels_of(runtime::Range panels) const {
  // A worker without a share is given an empty range at the end.
  return {std::min(panels.begin * kPanel, channels()), std::min(panels.end * kPanel, channels())};
}

template <class T>
double* BatchNormalizationStep<T>::row_sums(const Pass<T>& pass, std::int64_t which, std::int64_t row) const {
  return pass.template at<double>(row_sums_) + (which * pass.room + row) * row_channels();
}

// Every pass anew: another plan may have changed the weights.
template <class T>
void BatchNormalizationStep<T>::add_preparation(PhaseList<T>& phases) const {
  if (of_batch_) return;
  phases.items(
      spec_.name + " moving moments", kernels::panels(channels()),
      [this](const Pass<T>& pass, runtime::Range range, std::byte*) { moving_moments(pass, range); });
}

template <class T>
void BatchNormalizationStep<T>::add_forward(PhaseList<T>& phases) const {
  if (of_batch_) {
    phases.rows(spec_.name + " row moments",
                [this](const Pass<T>& pass, runtime::Range rows, std::byte*) { row_moments(pass, rows); });
    phases.items(
        spec_.name + " batch moments", kernels::panels(channels()),
        [this](const Pass<T>& pass, runtime::Range range, std::byte*) { batch_moments(pass, range); });
  }
  phases.rows(spec_.name + " forward",
              [this](const Pass<T>& pass, runtime::Range rows, std::byte*) { forward(pass, rows); });
}

template <class T>
void BatchNormalizationStep<T>::row_moments(const Pass<T>& pass, runtime::Range rows) const {
  const std::int64_t width = channels();
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const T* row = pass.at(in_.data) + r * in_.stride;
    double* mean = row_sums(pass, 0, r);
    double* squares = row_sums(pass, 1, r);
    std::fill_n(mean, width, 0.0);
    std::fill_n(squares, width, 0.0);
    for (std::int64_t p = 0; p < pixels(); ++p)
      for (std::int64_t c = 0; c < width; ++c) mean[c] += static_cast<double>(row[p * width + c]);
    for (std::int64_t c = 0; c < width; ++c) mean[c] /= static_cast<double>(pixels());
    for (std::int64_t p = 0; p < pixels(); ++p)
      for (std::int64_t c = 0; c < width; ++c) {
        const double d = static_cast<double>(row[p * width + c]) - mean[c];
        squares[c] += d * d;
      }
  }
}

template <class T>
void BatchNormalizationStep<T>::batch_moments(const Pass<T>& pass, runtime::Range panels) const {
  const runtime::Range range = channels_of(panels);
  const auto rows = static_cast<double>(pass.rows());
  const auto per_row = static_cast<double>(pixels());
  double* mean = statistic(pass, kMean);
  double* variance = statistic(pass, kVariance);
  std::fill(mean + range.begin, mean + range.end, 0.0);
  std::fill(variance + range.begin, variance + range.end, 0.0);
  for (std::int64_t r = 0; r < pass.rows(); ++r) {
    const double* of_row = row_sums(pass, 0, r);
    for (std::int64_t c = range.begin; c < range.end; ++c) mean[c] += of_row[c];
  }
  for (std::int64_t c = range.begin; c < range.end; ++c) mean[c] /= rows;
  for (std::int64_t r = 0; r < pass.rows(); ++r) {
    const double* of_row = row_sums(pass, 0, r);
    const double* squares = row_sums(pass, 1, r);
    for (std::int64_t c = range.begin; c < range.end; ++c) {
      const double d = of_row[c] - mean[c];
      variance[c] += squares[c] + per_row * d * d;
    }
  }
  for (std::int64_t c = range.begin; c < range.end; ++c) {
    variance[c] /= rows * per_row;
    prepare(pass, c, mean[c], variance[c]);
  }
}

template <class T>
void BatchNormalizationStep<T>::moving_moments(const Pass<T>& pass, runtime::Range panels) const {
  const runtime::Range range = channels_of(panels);
  for (std::int64_t c = range.begin; c < range.end; ++c)
    prepare(pass, c, static_cast<double>(moving_mean_->values[c]),
            static_cast<double>(moving_variance_->values[c]));
}

// y = (x - center) scale + shift. The difference is small where x is near the mean, and what the
// center's rounding has lost is in the shift: nothing large cancels.
template <class T>
void BatchNormalizationStep<T>::prepare(const Pass<T>& pass, std::int64_t channel, double mean,
                                        double variance) const {
  const double inverse = 1 / std::sqrt(variance + spec_.epsilon);
  const double gamma = gamma_ ? static_cast<double>(gamma_->values[channel]) : 1;
  const double beta = beta_ ? static_cast<double>(beta_->values[channel]) : 0;
  const T center = static_cast<T>(mean);
  statistic(pass, kInverse)[channel] = inverse;
  per_channel(pass, kCenter)[channel] = center;
  per_channel(pass, kScale)[channel] = static_cast<T>(gamma * inverse);
  per_channel(pass, kShift)[channel] =
      static_cast<T>(beta + (static_cast<double>(center) - mean) * inverse * gamma);
}

template <class T>
void BatchNormalizationStep<T>::forward(const Pass<T>& pass, runtime::Range rows) const {
  const std::int64_t at = rows.begin * in_.stride;
  apply(pass, pass.at(in_.data) + at, pass.at(out_.data) + at,
        {rows.size(), kernels::padded(in_.width), in_.stride}, 0, in_.width);
}

template <class T>
void BatchNormalizationStep<T>::apply(const Pass<T>& pass, const T* x, T* y, kernels::Block block,
                                      std::int64_t column, std::int64_t width) const {
  const std::int64_t count = std::min(block.cols, width - column);
  for (std::int64_t r = 0; r < block.rows; ++r, x += block.stride, y += block.stride) {
    std::int64_t first = column % channels();  // channel of element i
    for (std::int64_t i = 0; i < count; first = 0) {
      const std::int64_t some = std::min(channels() - first, count - i);
      const T* __restrict center = per_channel(pass, kCenter) + first;
      const T* __restrict scale = per_channel(pass, kScale) + first;
      const T* __restrict shift = per_channel(pass, kShift) + first;
      for (std::int64_t c = 0; c < some; ++c) y[i + c] = (x[i + c] - center[c]) * scale[c] + shift[c];
      i += some;
    }
  }
}

// With constants for mean and variance the step is element-wise, and backward only a factor.
template <class T>
void BatchNormalizationStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows,
                                               runtime::Range panels) const {
  if (!has_block_backward()) return;
  const std::int64_t begin = panels.begin * kPanel;
  const std::int64_t end = std::min(panels.end * kPanel, in_.width);
  const T* scale = per_channel(pass, kScale);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    T* gradient = pass.at(in_.gradient) + r * in_.stride;
    std::int64_t c = begin % channels();
    for (std::int64_t i = begin; i < end; ++i) {
      gradient[i] *= scale[c];
      if (++c == channels()) c = 0;
    }
  }
  previous_->backward_block(pass, rows, panels);
}

template <class T>
void BatchNormalizationStep<T>::add_backward(PhaseList<T>& phases) const {
  if (!of_batch_ || out_.gradient == kNowhere) return;
  phases.rows(spec_.name + " row gradient sums", [this](const Pass<T>& pass, runtime::Range rows,
                                                        std::byte*) { row_gradient_sums(pass, rows); });
  phases.items(spec_.name + " gradient sums", kernels::panels(channels()),
               [this](const Pass<T>& pass, runtime::Range range, std::byte*) { gradient_sums(pass, range); });
  if (in_.gradient == kNowhere) return;
  phases.rows(spec_.name + " input gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    input_gradient(pass, rows);
    previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
  });
}

template <class T>
void BatchNormalizationStep<T>::row_gradient_sums(const Pass<T>& pass, runtime::Range rows) const {
  const std::int64_t width = channels();
  const double* mean = statistic(pass, kMean);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    double* sum = row_sums(pass, 0, r);
    double* product = row_sums(pass, 1, r);
    std::fill_n(sum, width, 0.0);
    std::fill_n(product, width, 0.0);
    for (std::int64_t p = 0; p < pixels(); ++p) {
      const T* x = pass.at(in_.data) + r * in_.stride + p * width;
      const T* dy = pass.at(out_.gradient) + r * out_.stride + p * width;
      for (std::int64_t c = 0; c < width; ++c) {
        const auto g = static_cast<double>(dy[c]);
        sum[c] += g;
        product[c] += g * (static_cast<double>(x[c]) - mean[c]);
      }
    }
  }
}

// With n = rows * pixels and x^ = (x - mean) r:
// dx = gamma r (dy - sum(dy) / n - x^ sum(dy x^) / n) = scale dy + slope (x - center) + shift.
template <class T>
void BatchNormalizationStep<T>::gradient_sums(const Pass<T>& pass, runtime::Range panels) const {
  const runtime::Range range = channels_of(panels);
  double* sum_dy = statistic(pass, kSumDy);
  double* sum_normalised = statistic(pass, kSumDyNormalised);
  std::fill(sum_dy + range.begin, sum_dy + range.end, 0.0);
  std::fill(sum_normalised + range.begin, sum_normalised + range.end, 0.0);
  for (std::int64_t r = 0; r < pass.rows(); ++r) {
    const double* sum = row_sums(pass, 0, r);
    const double* product = row_sums(pass, 1, r);
    for (std::int64_t c = range.begin; c < range.end; ++c) {
      sum_dy[c] += sum[c];
      sum_normalised[c] += product[c];
    }
  }
  const auto n = static_cast<double>(pass.rows() * pixels());
  for (std::int64_t c = range.begin; c < range.end; ++c) {
    const double inverse = statistic(pass, kInverse)[c];
    sum_normalised[c] *= inverse;
    const double scale = gamma_ ? static_cast<double>(gamma_->values[c]) * inverse : inverse;
    const double slope = -scale * inverse * sum_normalised[c] / n;
    const double lost = static_cast<double>(per_channel(pass, kCenter)[c]) - statistic(pass, kMean)[c];
    per_channel(pass, kGradientSlope)[c] = static_cast<T>(slope);
    per_channel(pass, kGradientShift)[c] = static_cast<T>(slope * lost - scale * sum_dy[c] / n);
  }
}

template <class T>
void BatchNormalizationStep<T>::input_gradient(const Pass<T>& pass, runtime::Range rows) const {
  const std::int64_t width = channels();
  const T* center = per_channel(pass, kCenter);
  const T* scale = per_channel(pass, kScale);
  const T* slope = per_channel(pass, kGradientSlope);
  const T* shift = per_channel(pass, kGradientShift);
  for (std::int64_t r = rows.begin; r < rows.end; ++r)
    for (std::int64_t p = 0; p < pixels(); ++p) {
      const T* x = pass.at(in_.data) + r * in_.stride + p * width;
      T* __restrict gradient = pass.at(in_.gradient) + r * in_.stride + p * width;
      for (std::int64_t c = 0; c < width; ++c)
        gradient[c] = scale[c] * gradient[c] + (slope[c] * (x[c] - center[c]) + shift[c]);
    }
}

template <class T>
void BatchNormalizationStep<T>::add_learning(PhaseList<T>& phases) const {
  if (!of_batch_ || !(gamma_ || beta_ || moves_)) return;
  phases.items(spec_.name + " gradient, update", kernels::panels(channels()),
               [this](const Pass<T>& pass, runtime::Range panels, std::byte*) { learn(pass, panels); });
}

template <class T>
void BatchNormalizationStep<T>::learn(const Pass<T>& pass, runtime::Range panels) const {
  const auto update = [&](Weight<T>* weight, Statistic gradient, std::int64_t panel) {
    if (!weight) return;
    const runtime::Range range = channels_of({panel, panel + 1});
    alignas(kAlignment) T tile[kPanel] = {};
    for (std::int64_t c = range.begin; c < range.end; ++c)
      tile[c - range.begin] = static_cast<T>(statistic(pass, gradient)[c]);
    updater_->begin_panel(pass, *weight, panel);
    updater_->tile(pass, *weight, panel * kPanel, kPanel, tile);
    updater_->finish_panel(pass, *weight, panel);
  };
  for (std::int64_t panel = panels.begin; panel < panels.end; ++panel) {
    update(gamma_, kSumDyNormalised, panel);
    update(beta_, kSumDy, panel);
  }
  if (!moves_) return;
  const auto move = [&](Weight<T>& moving, double batch, std::int64_t c) {
    const auto old = static_cast<double>(moving.values[c]);
    moving.values[c] = static_cast<T>(old * spec_.momentum + batch * (1 - spec_.momentum));
  };
  const runtime::Range range = channels_of(panels);
  for (std::int64_t c = range.begin; c < range.end; ++c) {
    move(*moving_mean_, statistic(pass, kMean)[c], c);
    move(*moving_variance_, statistic(pass, kVariance)[c], c);
  }
}

template class BatchNormalizationStep<float>;
template class BatchNormalizationStep<double>;

}  // namespace regulus::plan
