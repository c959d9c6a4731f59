// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/convolution/learning.h"

#include <algorithm>

#include "regulus/plan/convolution/unit_groups.h"
#include "regulus/plan/pass/pieces.h"

namespace regulus::plan {

using kernels::kPanel;

namespace {

/// Elements of a gradient that are added up and learned at a time.
constexpr std::int64_t kTile = 64 * kPanel;
/// Elements of a batch, inputs and gradients, that a second-level cache holds: the parts of the weights read
/// them again and again.
constexpr std::int64_t kMostNear = 512 * 1024;

constexpr std::int64_t kHere = 0;

}  // namespace

template <class T>
void ConvolutionLearning<T>::lay_out(Compiler<T>& compiler, const Weights& weights, Images x, Images dz) {
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof(T));
  weights_ = weights;
  x_ = x;
  dz_ = dz;
  updater_ = compiler.updater();
  const Weight<T>& kernel = *weights_.kernel;
  const std::int64_t batch = product_of(compiler.max_rows(), x.stride + dz.stride);
  const std::int64_t groups = (compiler.max_rows() - 1) / compiler.rows_together() + 1;
  by_image_ = weights_.depthwise || weights_.unit_groups > 1 || batch > kMostNear ||
              2 * groups * kernel.parameter->packed_size() < batch;
  if (by_image_) {
    kernel_sums_.lay_out(compiler, kernel);
    if (weights_.bias) bias_sums_.lay_out(compiler, *weights_.bias);
    compiler.need_scratch(kTile * kBytes);
  } else {
    const std::int64_t runs =
        updater_->needs_whole_panels(kernel) ? weights_.images->pattern.runs().count : 1;
    compiler.need_scratch(kPair * runs * weights_.images->pattern.length * kPanel * kBytes);
  }
}

template <class T>
kernels::ConvolutionGradientArgs<T> ConvolutionLearning<T>::gradient_args(const Pass<T>& pass,
                                                                          runtime::Range rows) const {
  return {.windows = weights_.images->windows(),
          .x = pass.at(x_.at) + rows.begin * x_.stride,
          .dz = pass.at(dz_.at) + rows.begin * dz_.stride,
          .boxes = weights_.images->boxes(),
          .units = weights_.kernel->units,
          .g = nullptr,
          .resume = false,
          .images = rows.size(),
          .x_image = x_.stride,
          .dz_image = dz_.stride,
          .dz_step = weights_.kernel->units};
}

// The bias is the weight of an input that is 1 everywhere.
template <class T>
kernels::ConvolutionGradientArgs<T> ConvolutionLearning<T>::bias_gradient_args(const Pass<T>& pass,
                                                                               runtime::Range rows) const {
  static constexpr T kOne = 1;
  kernels::ConvolutionGradientArgs<T> args = gradient_args(pass, rows);
  args.windows = {{&kHere, 1, 1}, 1, args.windows.height * args.windows.width, 0, 0};
  args.x = &kOne;
  args.x_image = 0;
  args.boxes = nullptr;
  return args;
}

template <class T>
void ConvolutionLearning<T>::add(const Pass<T>& pass, runtime::Range rows) const {
  const std::int64_t together = kernel_sums_.group_rows();
  for (runtime::Range group = rows; group.begin < rows.end; group.begin = group.end) {
    group.end = std::min(rows.end, (group.begin / together + 1) * together);
    add_group(pass, group);
  }
}

template <class T>
void ConvolutionLearning<T>::add_group(const Pass<T>& pass, runtime::Range rows) const {
  kernels::ConvolutionGradientArgs<T> args = gradient_args(pass, rows);
  args.g = kernel_sums_.of(pass, rows.begin);
  args.resume = rows.begin % kernel_sums_.group_rows() > 0;
  run_groups(weights_.depthwise ? pass.kernels->depthwise_gradient : pass.kernels->convolution_gradient, args,
             weights_.unit_groups, weights_.images->channels);
  if (!weights_.bias) return;
  kernels::ConvolutionGradientArgs<T> bias = bias_gradient_args(pass, rows);
  bias.g = bias_sums_.of(pass, rows.begin);
  bias.resume = args.resume;
  run_groups(pass.kernels->convolution_gradient, bias, weights_.unit_groups, 0);
}

template <class T>
void ConvolutionLearning<T>::add_phases(PhaseList<T>& phases, const std::string& step,
                                        double flops_per_row) const {
  const bool whole_panels = updater_->needs_whole_panels(*weights_.kernel);
  if (!by_image_) {
    const std::int64_t parts = whole_panels ? 1 : weights_.images->pattern.runs().count;
    phases.items(
        step + " gradient, update", pairs() * parts,
        [this, parts](const Pass<T>& pass, runtime::Range items, std::byte* scratch) {
          const std::int64_t runs = weights_.images->pattern.runs().count / parts;
          for (std::int64_t i = items.begin; i < items.end; ++i) {
            const std::int64_t first = i % parts * runs;
            learn_batch(pass, pair(i / parts), {first, first + runs}, reinterpret_cast<T*>(scratch));
          }
        },
        flops_per_row);
    return;
  }
  const std::string name = step + " update";
  if (whole_panels) {
    phases.items(name, weights_.kernel->num_panels(),
                 [this](const Pass<T>& pass, runtime::Range panels, std::byte* scratch) {
                   learn_sums(pass, panels, {0, weights_.kernel->inputs}, scratch);
                 });
    return;
  }
  phases.items(name, weights_.kernel->num_panels() * kPieces,
               [this](const Pass<T>& pass, runtime::Range pieces, std::byte* scratch) {
                 for_each_piece(pieces, [&](runtime::Range panels, runtime::Range quarters) {
                   learn_sums(pass, panels, share(weights_.kernel->inputs, quarters), scratch);
                 });
               });
}

template <class T>
void ConvolutionLearning<T>::learn_sums(const Pass<T>& pass, runtime::Range panels, runtime::Range inputs,
                                        std::byte* scratch) const {
  Weight<T>& kernel = *weights_.kernel;
  T* gradient = reinterpret_cast<T*>(scratch);
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    if (inputs.begin == 0) updater_->begin_panel(pass, kernel, p);
    const std::int64_t end = p * kernel.panel_size() + inputs.end * kPanel;
    for (std::int64_t at = p * kernel.panel_size() + inputs.begin * kPanel; at < end; at += kTile) {
      const std::int64_t count = std::min(kTile, end - at);
      kernel_sums_.total(pass, at, count, gradient);
      updater_->tile(pass, kernel, at, count, gradient);
    }
    if (inputs.end < kernel.inputs) continue;
    updater_->finish_panel(pass, kernel, p);
    if (!weights_.bias) continue;
    bias_sums_.total(pass, p * kPanel, kPanel, gradient);
    learn_bias(pass, {p, p + 1}, gradient);
  }
}

template <class T>
void ConvolutionLearning<T>::learn_batch(const Pass<T>& pass, runtime::Range panels, runtime::Range runs,
                                         T* gradient) const {
  Weight<T>& kernel = *weights_.kernel;
  const kernels::Runs all = weights_.images->pattern.runs();
  if (runs.begin == 0)
    for (std::int64_t p = panels.begin; p < panels.end; ++p) updater_->begin_panel(pass, kernel, p);

  const auto of_panels = [&](kernels::ConvolutionGradientArgs<T> args) {
    args.dz += panels.begin * kPanel;
    args.units = std::min(kernel.units, panels.end * kPanel) - panels.begin * kPanel;
    args.g = gradient;
    pass.kernels->convolution_gradient(args);
  };
  kernels::ConvolutionGradientArgs<T> args = gradient_args(pass, {0, pass.rows()});
  args.windows.runs = {all.offset + runs.begin, runs.size(), all.length};
  if (args.boxes != nullptr) args.boxes += runs.begin;
  of_panels(args);
  const std::int64_t count = runs.size() * all.length * kPanel;
  for (std::int64_t p = panels.begin; p < panels.end; ++p)
    updater_->tile(pass, kernel, p * kernel.panel_size() + runs.begin * all.length * kPanel, count,
                   gradient + (p - panels.begin) * count);
  if (runs.end < all.count) return;
  for (std::int64_t p = panels.begin; p < panels.end; ++p) updater_->finish_panel(pass, kernel, p);
  if (!weights_.bias) return;
  of_panels(bias_gradient_args(pass, {0, pass.rows()}));
  learn_bias(pass, panels, gradient);
}

template <class T>
void ConvolutionLearning<T>::learn_bias(const Pass<T>& pass, runtime::Range panels, T* gradient) const {
  for (std::int64_t p = panels.begin; p < panels.end; ++p, gradient += kPanel) {
    updater_->begin_panel(pass, *weights_.bias, p);
    updater_->tile(pass, *weights_.bias, p * kPanel, kPanel, gradient);
    updater_->finish_panel(pass, *weights_.bias, p);
  }
}

template class ConvolutionLearning<float>;
template class ConvolutionLearning<double>;

}  // namespace regulus::plan
