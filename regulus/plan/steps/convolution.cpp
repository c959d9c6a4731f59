// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/convolution.h"

#include <algorithm>

#include "regulus/plan/pieces.h"
#include "regulus/plan/update.h"

namespace regulus::plan {

using kernels::kPanel;

template <class T>
ConvolutionStep<T>::ConvolutionStep(const ConvolutionSpec& spec, Compiler<T>& compiler)
    : name_(spec.name),
      at_(spec.window),
      kernel_(compiler.bind(spec.kernel)),
      bias_(compiler.bind(spec.bias)) {
  const std::int64_t reach_h = (at_.kernel_h - 1) * at_.dilation_h;
  const std::int64_t reach_w = (at_.kernel_w - 1) * at_.dilation_w;
  border_ = {at_.height,
             at_.width,
             at_.channels,
             std::max(at_.height + at_.pad_top, (at_.out_h - 1) * at_.stride_h + reach_h + 1),
             std::max(at_.width + at_.pad_left, (at_.out_w - 1) * at_.stride_w + reach_w + 1),
             at_.pad_top,
             at_.pad_left};
  forward_pattern_ = pattern(border_.full_width, at_.channels);
  // An input pixel is met by the windows from `reach` before it on: their gradients in ascending order are
  // a window of the gradient's image, over the kernel turned round.
  spread_ = {at_.out_h,
             at_.out_w,
             kernel_->units,
             at_.height + reach_h,
             at_.width + reach_w,
             reach_h - at_.pad_top,
             reach_w - at_.pad_left,
             at_.stride_h,
             at_.stride_w};
  backward_pattern_ = pattern(spread_.full_width, kernel_->units);
}

template <class T>
typename ConvolutionStep<T>::Pattern ConvolutionStep<T>::pattern(std::int64_t row_pixels,
                                                                 std::int64_t channels) const {
  // Without dilation the pixels of a kernel's row are neighbours: one run.
  const bool neighbours = at_.dilation_w == 1;
  Pattern pattern{{}, neighbours ? at_.kernel_w * channels : channels};
  for (std::int64_t i = 0; i < at_.kernel_h; ++i)
    for (std::int64_t j = 0; j < (neighbours ? 1 : at_.kernel_w); ++j)
      pattern.offsets.push_back((i * at_.dilation_h * row_pixels + j * at_.dilation_w) * channels);
  return pattern;
}

template <class T>
Value ConvolutionStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof(T));
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  out_ = compiler.new_value(at_.out_h * at_.out_w * kernel_->units, true);
  absorbed_.lay_out(compiler, out_);
  if (!compiler.training()) {
    if (!border_.trivial()) compiler.need_scratch(border_.size() * kBytes);
    return out_;
  }
  if (!border_.trivial())
    bordered_ = compiler.layout().template reserve<T>(compiler.max_rows() * border_.size());
  if (in_.gradient != kNowhere) {
    turned_ = compiler.layout().template reserve<T>(kernels::panels(at_.channels) * at_.kernel_h *
                                                    at_.kernel_w * kernel_->units * kPanel);
    compiler.need_scratch(spread_.size() * kBytes);
  }
  compiler.need_scratch(kernel_->num_panels() * kernel_->panel_size() * kBytes);
  return out_;
}

template <class T>
kernels::Windows ConvolutionStep<T>::windows() const {
  return {forward_pattern_.runs(), at_.out_h, at_.out_w, at_.stride_w * at_.channels,
          at_.stride_h * border_.full_width * at_.channels};
}

template <class T>
double ConvolutionStep<T>::flops_per_row() const {
  return 2.0 * static_cast<double>(at_.out_h * at_.out_w) *
         static_cast<double>(kernel_->inputs * kernel_->units);
}

template <class T>
const T* ConvolutionStep<T>::bordered(const Pass<T>& pass, std::int64_t row) const {
  if (border_.trivial()) return pass.at(in_.data) + row * in_.stride;
  return pass.at(bordered_) + row * border_.size();
}

template <class T>
T* ConvolutionStep<T>::place_for_border(const Pass<T>& pass, std::int64_t row, std::byte* scratch) const {
  if (bordered_ == kNowhere) return reinterpret_cast<T*>(scratch);
  return pass.at(bordered_) + row * border_.size();
}

template <class T>
void ConvolutionStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(
      name_ + " forward",
      [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
        for (std::int64_t r = rows.begin; r < rows.end; ++r) forward(pass, r, scratch);
      },
      flops_per_row());
}

template <class T>
void ConvolutionStep<T>::forward(const Pass<T>& pass, std::int64_t row, std::byte* scratch) const {
  const T* x = pass.at(in_.data) + row * in_.stride;
  if (!border_.trivial()) {
    T* to = place_for_border(pass, row, scratch);
    border_.run(x, to);
    x = to;
  }
  pass.kernels->convolution({windows(), x, kernel_->values, bias_ ? bias_->values : nullptr,
                             pass.at(absorbed_.product()) + row * out_.stride, kernel_->units});
  absorbed_.forward(pass, {row, row + 1}, {0, kernels::panels(out_.width)});
}

template <class T>
void ConvolutionStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  phases.items(
      name_ + " weights turned", kernels::panels(at_.channels),
      [this](const Pass<T>& pass, runtime::Range panels, std::byte*) { turn_weights(pass, panels); });
  phases.rows(
      name_ + " input gradient",
      [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
        for (std::int64_t r = rows.begin; r < rows.end; ++r) input_gradient(pass, r, scratch);
      },
      flops_per_row());
}

// turned[c / 16][(i, j, n)][c % 16] = W(last i - i, last j - j, c, n).
template <class T>
void ConvolutionStep<T>::turn_weights(const Pass<T>& pass, runtime::Range panels) const {
  const std::int64_t pixels = at_.kernel_h * at_.kernel_w;
  const std::int64_t units = kernel_->units;
  for (std::int64_t panel = panels.begin; panel < panels.end; ++panel) {
    T* to = pass.at(turned_) + panel * pixels * units * kPanel;
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
      for (std::int64_t n = 0; n < units; ++n)
        for (std::int64_t lane = 0; lane < kPanel; ++lane, ++to) {
          const std::int64_t c = panel * kPanel + lane;
          const std::int64_t k = (pixels - 1 - pixel) * at_.channels + c;
          *to = c < at_.channels ? kernel_->values[kernels::packed_index(kernel_->inputs, k, n)] : T{0};
        }
  }
}

template <class T>
void ConvolutionStep<T>::input_gradient(const Pass<T>& pass, std::int64_t row, std::byte* scratch) const {
  const T* dz = pass.at(out_.gradient) + row * out_.stride;
  if (!spread_.trivial()) {
    T* to = reinterpret_cast<T*>(scratch);
    spread_.run(dz, to);
    dz = to;
  }
  T* dx = pass.at(in_.gradient) + row * in_.stride;
  pass.kernels->convolution(
      {{backward_pattern_.runs(), at_.height, at_.width, kernel_->units, spread_.full_width * kernel_->units},
       dz,
       pass.at(turned_),
       nullptr,
       dx,
       at_.channels});
  std::fill(dx + in_.width, dx + kernels::padded(in_.width), T{0});
  previous_->backward_block(pass, {row, row + 1}, {0, kernels::panels(in_.width)});
}

template <class T>
void ConvolutionStep<T>::add_learning(PhaseList<T>& phases) const {
  const std::string name = name_ + " gradient, update";
  if (updater_->needs_whole_panels(*kernel_)) {
    phases.items(
        name, kernel_->num_panels(),
        [this](const Pass<T>& pass, runtime::Range panels, std::byte* scratch) {
          learn(pass, panels, {0, kernel_->inputs}, scratch);
        },
        flops_per_row());
    return;
  }
  phases.items(
      name, kernel_->num_panels() * kPieces,
      [this](const Pass<T>& pass, runtime::Range pieces, std::byte* scratch) {
        for_each_piece(pieces, [&](runtime::Range panels, runtime::Range quarters) {
          learn(pass, panels, share(kernel_->inputs, quarters), scratch);
        });
      },
      flops_per_row());
}

template <class T>
void ConvolutionStep<T>::learn(const Pass<T>& pass, runtime::Range panels, runtime::Range inputs,
                               std::byte* scratch) const {
  if (inputs.begin == 0)
    for (std::int64_t p = panels.begin; p < panels.end; ++p) updater_->begin_panel(pass, *kernel_, p);
  T* gradient = reinterpret_cast<T*>(scratch);
  kernels::ConvolutionGradientArgs<T> args{windows(),    nullptr,    nullptr,      kernel_->units, gradient,
                                           inputs.begin, inputs.end, panels.begin, panels.end,     false};
  for (std::int64_t row = 0; row < pass.rows(); ++row) {
    args.x = bordered(pass, row);
    args.dz = pass.at(out_.gradient) + row * out_.stride;
    args.resume = row > 0;
    pass.kernels->convolution_gradient(args);
  }
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    const std::int64_t at = p * kernel_->panel_size() + inputs.begin * kPanel;
    updater_->tile(pass, *kernel_, at, inputs.size() * kPanel, gradient + at);
  }
  if (inputs.end < kernel_->inputs) return;
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    updater_->finish_panel(pass, *kernel_, p);
    if (bias_) learn_bias(pass, p, gradient);
  }
}

// The bias is the weight of an input that is 1 everywhere.
template <class T>
void ConvolutionStep<T>::learn_bias(const Pass<T>& pass, std::int64_t panel, T* gradient) const {
  constexpr T kOne = 1;
  constexpr std::int64_t kHere = 0;
  kernels::ConvolutionGradientArgs<T> args{{{&kHere, 1, 1}, 1, at_.out_h * at_.out_w, 0, 0},
                                           &kOne,
                                           nullptr,
                                           kernel_->units,
                                           gradient,
                                           0,
                                           1,
                                           panel,
                                           panel + 1,
                                           false};
  for (std::int64_t row = 0; row < pass.rows(); ++row) {
    args.dz = pass.at(out_.gradient) + row * out_.stride;
    args.resume = row > 0;
    pass.kernels->convolution_gradient(args);
  }
  updater_->begin_panel(pass, *bias_, panel);
  updater_->tile(pass, *bias_, panel * kPanel, kPanel, gradient + panel * kPanel);
  updater_->finish_panel(pass, *bias_, panel);
}

template class ConvolutionStep<float>;
template class ConvolutionStep<double>;

}  // namespace regulus::plan
