// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/convolution.h"

#include <algorithm>

#include "regulus/plan/pieces.h"
#include "regulus/plan/update.h"

namespace regulus::plan {

using kernels::kPanel;

namespace {

constexpr std::int64_t kMostGroups = 16;
/// Elements of a gradient that are added up and learned at a time.
constexpr std::int64_t kTile = 64 * kPanel;

template <class T>
std::int64_t packed_size(const Weight<T>& weight) {
  return weight.num_panels() * weight.panel_size();
}

}  // namespace

template <class T>
ConvolutionStep<T>::ConvolutionStep(const ConvolutionSpec& spec, Compiler<T>& compiler)
    : name_(spec.name),
      at_(spec.window),
      kernel_(compiler.bind(spec.kernel)),
      bias_(compiler.bind(spec.bias)),
      depthwise_(spec.depthwise),
      channels_(depthwise_ ? kernel_->units : at_.channels) {
  if (compiler.training()) compiler.keep_rows_together((compiler.max_rows() + kMostGroups - 1) / kMostGroups);
  const std::int64_t reach_h = (at_.kernel_h - 1) * at_.dilation_h;
  const std::int64_t reach_w = (at_.kernel_w - 1) * at_.dilation_w;
  border_ = {at_.height,
             at_.width,
             at_.channels,
             std::max(at_.height + at_.pad_top, (at_.out_h - 1) * at_.stride_h + reach_h + 1),
             std::max(at_.width + at_.pad_left, (at_.out_w - 1) * at_.stride_w + reach_w + 1),
             at_.pad_top,
             at_.pad_left};
  border_.copies = channels_ / at_.channels;
  forward_pattern_ = pattern(border_.full_width, channels_);
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
  // Without dilation the pixels of a kernel's row are neighbours: one run. Depthwise each is its own.
  const bool neighbours = at_.dilation_w == 1 && !depthwise_;
  Pattern pattern{{}, depthwise_ ? 1 : neighbours ? at_.kernel_w * channels : channels};
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
  group_rows_ = compiler.rows_together();
  const std::int64_t groups = (compiler.max_rows() + group_rows_ - 1) / group_rows_;
  kernel_sums_ = compiler.layout().template reserve<T>(groups * packed_size(*kernel_));
  if (bias_) bias_sums_ = compiler.layout().template reserve<T>(groups * packed_size(*bias_));
  compiler.need_scratch(kTile * kBytes);
  if (in_.gradient != kNowhere) {
    const std::int64_t inputs = at_.kernel_h * at_.kernel_w * (depthwise_ ? 1 : kernel_->units);
    turned_ = compiler.layout().template reserve<T>(kernels::panels(channels_) * inputs * kPanel);
    compiler.need_scratch((spread_.size() + copied_gradient_size()) * kBytes);
  }
  return out_;
}

template <class T>
kernels::Windows ConvolutionStep<T>::windows() const {
  return {forward_pattern_.runs(), at_.out_h, at_.out_w, at_.stride_w * channels_,
          at_.stride_h * border_.full_width * channels_};
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

// The weights are turned first of all, so that no barrier parts the rows' way back.
template <class T>
void ConvolutionStep<T>::add_prologue(PhaseList<T>& phases) const {
  if (turned_ != kNowhere)
    phases.items(
        name_ + " weights turned", kernels::panels(channels_),
        [this](const Pass<T>& pass, runtime::Range panels, std::byte*) { turn_weights(pass, panels); });
  absorbed_.add_prologue(phases);
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
  const auto product = depthwise_ ? pass.kernels->depthwise : pass.kernels->convolution;
  product({windows(), x, kernel_->values, bias_ ? bias_->values : nullptr,
           pass.at(absorbed_.product()) + row * out_.stride, kernel_->units});
  absorbed_.forward(pass, {row, row + 1}, {0, kernels::panels(out_.width)});
}

template <class T>
void ConvolutionStep<T>::add_backward(PhaseList<T>& phases) const {
  phases.rows(
      name_ + " gradient",
      [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
        for (std::int64_t r = rows.begin; r < rows.end; ++r) add_gradient(pass, r);
      },
      flops_per_row());
  if (in_.gradient == kNowhere) return;
  phases.rows(
      name_ + " input gradient",
      [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
        for (std::int64_t r = rows.begin; r < rows.end; ++r) input_gradient(pass, r, scratch);
      },
      flops_per_row());
}

// turned[c / 16][(i, j, n)][c % 16] = W(last i - i, last j - j, c, n); depthwise there is no n.
template <class T>
void ConvolutionStep<T>::turn_weights(const Pass<T>& pass, runtime::Range panels) const {
  const std::int64_t pixels = at_.kernel_h * at_.kernel_w;
  const std::int64_t units = depthwise_ ? 1 : kernel_->units;
  for (std::int64_t panel = panels.begin; panel < panels.end; ++panel) {
    T* to = pass.at(turned_) + panel * pixels * units * kPanel;
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
      for (std::int64_t n = 0; n < units; ++n)
        for (std::int64_t lane = 0; lane < kPanel; ++lane, ++to) {
          const std::int64_t c = panel * kPanel + lane;
          const std::int64_t from = pixels - 1 - pixel;
          *to = c >= channels_ ? T{0}
                : depthwise_
                    ? kernel_->values[kernels::packed_index(pixels, from, c)]
                    : kernel_->values[kernels::packed_index(kernel_->inputs, from * channels_ + c, n)];
        }
  }
}

// A channel that was copied gets the sum of its copies' gradients; they lie behind the spread image.
template <class T>
std::int64_t ConvolutionStep<T>::copied_gradient_size() const {
  return border_.copies > 1 ? at_.height * at_.width * channels_ : 0;
}

template <class T>
void ConvolutionStep<T>::input_gradient(const Pass<T>& pass, std::int64_t row, std::byte* scratch) const {
  const T* dz = pass.at(out_.gradient) + row * out_.stride;
  T* spread = reinterpret_cast<T*>(scratch);
  if (!spread_.trivial()) {
    spread_.run(dz, spread);
    dz = spread;
  }
  T* const dx = pass.at(in_.gradient) + row * in_.stride;
  T* const each = border_.copies > 1 ? spread + spread_.size() : dx;
  const auto product = depthwise_ ? pass.kernels->depthwise : pass.kernels->convolution;
  product(
      {{backward_pattern_.runs(), at_.height, at_.width, kernel_->units, spread_.full_width * kernel_->units},
       dz,
       pass.at(turned_),
       nullptr,
       each,
       channels_});
  for (std::int64_t i = 0; each != dx && i < in_.width; ++i) {
    T sum = each[i * border_.copies];
    for (std::int64_t copy = 1; copy < border_.copies; ++copy) sum += each[i * border_.copies + copy];
    dx[i] = sum;
  }
  std::fill(dx + in_.width, dx + kernels::padded(in_.width), T{0});
  previous_->backward_block(pass, {row, row + 1}, {0, kernels::panels(in_.width)});
}

// The bias is the weight of an input that is 1 everywhere.
template <class T>
void ConvolutionStep<T>::add_gradient(const Pass<T>& pass, std::int64_t row) const {
  constexpr T kOne = 1;
  constexpr std::int64_t kHere = 0;
  const std::int64_t group = row / group_rows_;
  const bool resume = row % group_rows_ > 0;
  const T* dz = pass.at(out_.gradient) + row * out_.stride;
  const std::int64_t panels = kernel_->num_panels();
  T* sums = pass.at(kernel_sums_) + group * packed_size(*kernel_);
  const auto gradient = depthwise_ ? pass.kernels->depthwise_gradient : pass.kernels->convolution_gradient;
  gradient({windows(), bordered(pass, row), dz, kernel_->units, sums, 0, kernel_->inputs, 0, panels, resume});
  if (!bias_) return;
  const kernels::Windows everywhere{{&kHere, 1, 1}, 1, at_.out_h * at_.out_w, 0, 0};
  sums = pass.at(bias_sums_) + group * packed_size(*bias_);
  pass.kernels->convolution_gradient({everywhere, &kOne, dz, kernel_->units, sums, 0, 1, 0, panels, resume});
}

template <class T>
void ConvolutionStep<T>::add_learning(PhaseList<T>& phases) const {
  const std::string name = name_ + " update";
  if (updater_->needs_whole_panels(*kernel_)) {
    phases.items(name, kernel_->num_panels(),
                 [this](const Pass<T>& pass, runtime::Range panels, std::byte* scratch) {
                   learn(pass, panels, {0, kernel_->inputs}, scratch);
                 });
    return;
  }
  phases.items(name, kernel_->num_panels() * kPieces,
               [this](const Pass<T>& pass, runtime::Range pieces, std::byte* scratch) {
                 for_each_piece(pieces, [&](runtime::Range panels, runtime::Range quarters) {
                   learn(pass, panels, share(kernel_->inputs, quarters), scratch);
                 });
               });
}

template <class T>
void ConvolutionStep<T>::add_groups(const Pass<T>& pass, const T* sums, std::int64_t size, std::int64_t at,
                                    std::int64_t count, T* total) const {
  std::copy_n(sums + at, count, total);
  for (std::int64_t row = group_rows_; row < pass.rows(); row += group_rows_) {
    const T* from = sums + row / group_rows_ * size + at;
    for (std::int64_t i = 0; i < count; ++i) total[i] += from[i];
  }
}

template <class T>
void ConvolutionStep<T>::learn(const Pass<T>& pass, runtime::Range panels, runtime::Range inputs,
                               std::byte* scratch) const {
  T* gradient = reinterpret_cast<T*>(scratch);
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    if (inputs.begin == 0) updater_->begin_panel(pass, *kernel_, p);
    const std::int64_t end = p * kernel_->panel_size() + inputs.end * kPanel;
    for (std::int64_t at = p * kernel_->panel_size() + inputs.begin * kPanel; at < end; at += kTile) {
      const std::int64_t count = std::min(kTile, end - at);
      add_groups(pass, pass.at(kernel_sums_), packed_size(*kernel_), at, count, gradient);
      updater_->tile(pass, *kernel_, at, count, gradient);
    }
    if (inputs.end < kernel_->inputs) continue;
    updater_->finish_panel(pass, *kernel_, p);
    if (!bias_) continue;
    updater_->begin_panel(pass, *bias_, p);
    add_groups(pass, pass.at(bias_sums_), packed_size(*bias_), p * kPanel, kPanel, gradient);
    updater_->tile(pass, *bias_, p * kPanel, kPanel, gradient);
    updater_->finish_panel(pass, *bias_, p);
  }
}

template class ConvolutionStep<float>;
template class ConvolutionStep<double>;

}  // namespace regulus::plan
