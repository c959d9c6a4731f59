// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/convolution.h"

#include <algorithm>
#include <numeric>

#include "regulus/plan/pieces.h"
#include "regulus/plan/unit_groups.h"
#include "regulus/plan/update.h"

namespace regulus::plan {

using kernels::kPanel;

namespace {

constexpr std::int64_t kMostGroups = 16;
/// Elements that a band of lines has at least.
constexpr std::int64_t kBand = 4096;
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
      unit_groups_(spec.kernel->unit_groups()),
      channels_(depthwise_ ? kernel_->units : at_.channels) {
  if (compiler.training()) compiler.keep_rows_together((compiler.max_rows() + kMostGroups - 1) / kMostGroups);
}

template <class T>
bool ConvolutionStep<T>::absorb(Step<T>& next, bool fresh_draw) {
  const auto* pool = dynamic_cast<PoolStep<T>*>(&next);
  if (!pool) return absorbed_last() && absorbed_.absorb(next, fresh_draw);
  // The mask's decisions are numbered over the whole image.
  if (pool_ || absorbed_.mask()) return false;
  pool_ = *pool;
  pool_->leave_out_unreached();
  // The largest relu is the relu of the largest, bit for bit, and where that is another pixel, both are 0
  // and let no gradient through. So a quarter of the relus does for windows of 2 x 2.
  pool_first_ = absorbed_.only(kernels::Activation::kRelu) && pool->takes_maxima();
  at_.out_h = pool_->windows().height.inputs;
  at_.out_w = pool_->windows().width.inputs;
  return true;
}

template <class T>
void ConvolutionStep<T>::place_images() {
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
typename ConvolutionStep<T>::Pattern ConvolutionStep<T>::pattern(std::int64_t line_pixels,
                                                                 std::int64_t channels) const {
  // Without dilation the pixels of a kernel's row are neighbours: one run. Depthwise each is its own, and in
  // groups others' channels lie between.
  const bool neighbours = at_.dilation_w == 1 && !depthwise_ && unit_groups_ == 1;
  Pattern pattern{{}, depthwise_ ? 1 : neighbours ? at_.kernel_w * channels : channels / unit_groups_};
  for (std::int64_t i = 0; i < at_.kernel_h; ++i)
    for (std::int64_t j = 0; j < (neighbours ? 1 : at_.kernel_w); ++j)
      pattern.offsets.push_back((i * at_.dilation_h * line_pixels + j * at_.dilation_w) * channels);
  return pattern;
}

template <class T>
Value ConvolutionStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof(T));
  place_images();
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  const std::int64_t width = at_.out_h * at_.out_w * kernel_->units;
  in_scratch_ = pool_ && !compiler.training() && (pool_first_ || !absorbed_.any());
  out_ = in_scratch_ ? Value{width, kernels::row_stride(width)} : compiler.new_value(width, true);
  const Value result = pool_ ? pool_->lay_out(compiler, out_, nullptr) : out_;
  absorbed_.lay_out(compiler, pool_first_ ? result : out_);
  pooled_width_ = result.width;
  if (!compiler.training()) {
    const std::int64_t border = border_.trivial() ? 0 : kernels::padded(border_.size());
    compiler.need_scratch((border + (in_scratch_ ? out_.stride : 0)) * kBytes);
    return result;
  }
  if (!border_.trivial())
    bordered_ = compiler.layout().template reserve<T>(compiler.max_rows() * border_.size());
  group_rows_ = compiler.rows_together();
  const std::int64_t groups = (compiler.max_rows() + group_rows_ - 1) / group_rows_;
  kernel_sums_ = compiler.layout().template reserve<T>(groups * packed_size(*kernel_));
  if (bias_) bias_sums_ = compiler.layout().template reserve<T>(groups * packed_size(*bias_));
  compiler.need_scratch(kTile * kBytes);
  if (in_.gradient != kNowhere) {
    const std::int64_t inputs =
        at_.kernel_h * at_.kernel_w * (depthwise_ ? 1 : kernel_->units / unit_groups_);
    turned_ = compiler.layout().template reserve<T>(turned_panels() * inputs * kPanel);
    compiler.need_scratch((spread_.size() + copied_gradient_size()) * kBytes);
  }
  return result;
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

template <class T>
void ConvolutionStep<T>::add_preparation(PhaseList<T>& phases) const {
  if (turned_ != kNowhere)
    phases.items(
        name_ + " weights turned", turned_panels(),
        [this](const Pass<T>& pass, runtime::Range panels, std::byte*) { turn_weights(pass, panels); });
  absorbed_.add_preparation(phases);
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
    scratch += kernels::padded(border_.size()) * static_cast<std::int64_t>(sizeof(T));
  }
  T* const y = in_scratch_ ? reinterpret_cast<T*>(scratch) : pass.at(out_.data) + row * out_.stride;
  T* const z = in_scratch_ || pool_first_ ? y : pass.at(absorbed_.product()) + row * out_.stride;
  if (!pool_) return forward_lines(pass, row, x, z, {0, at_.out_h});
  const kernels::PoolAxis& pooled = pool_->windows().height;
  const std::int64_t band = lines_in_a_band();
  std::int64_t done = 0;
  for (std::int64_t line = 0; line < pooled.outputs; ++line) {
    while (done < pooled.pixels(line).end) {
      const std::int64_t end = std::min(done + band, at_.out_h);
      forward_lines(pass, row, x, z, {done, end});
      done = end;
    }
    pool_->forward(pass, y, row, {line, line + 1});
  }
  if (pool_first_) absorbed_.forward(pass, {row, row + 1}, {0, kernels::panels(pooled_width_)});
}

template <class T>
void ConvolutionStep<T>::forward_lines(const Pass<T>& pass, std::int64_t row, const T* x, T* z,
                                       runtime::Range lines) const {
  kernels::Windows some = windows();
  some.height = lines.size();
  const std::int64_t begin = lines.begin * at_.out_w * kernel_->units;
  const std::int64_t end = lines.end * at_.out_w * kernel_->units;
  const auto product = depthwise_ ? pass.kernels->depthwise : pass.kernels->convolution;
  run_groups(product,
             {some, x + lines.begin * some.row, kernel_->values, kernel_->panel_size(),
              bias_ ? bias_->values : nullptr, z + begin, at_.out_w * kernel_->units, kernel_->units},
             unit_groups_, channels_);
  if (!pool_first_) absorbed_.forward(pass, {row, row + 1}, {begin / kPanel, kernels::panels(end)});
}

// Lines that go through activation and pooling while the first-level cache holds them. A band ends with a
// panel, and is no less than the weights that it reads anew, by far.
template <class T>
std::int64_t ConvolutionStep<T>::lines_in_a_band() const {
  const std::int64_t line = at_.out_w * kernel_->units;
  const std::int64_t whole = kPanel / std::gcd(kPanel, line);
  const std::int64_t wanted = std::max(kBand, packed_size(*kernel_) / 4);
  return (wanted / line / whole + 1) * whole;
}

template <class T>
void ConvolutionStep<T>::add_backward(PhaseList<T>& phases) const {
  phases.rows(
      name_ + " gradient",
      [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
        for (std::int64_t r = rows.begin; r < rows.end; ++r) {
          if (pool_) pool_->input_gradient(pass, r);
          if (!absorbed_last()) absorbed_.backward(pass, {r, r + 1}, {0, kernels::panels(out_.width)});
        }
        for (runtime::Range group = rows; group.begin < rows.end; group.begin = group.end) {
          group.end = std::min(rows.end, (group.begin / group_rows_ + 1) * group_rows_);
          add_gradient(pass, group);
        }
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

// turned[c / 16][(i, j, n)][c % 16] = W(last i - i, last j - j, c, n), with the channels and units of one
// group after another; depthwise there is no n.
template <class T>
void ConvolutionStep<T>::turn_weights(const Pass<T>& pass, runtime::Range panels) const {
  const std::int64_t pixels = at_.kernel_h * at_.kernel_w;
  const std::int64_t channels = channels_ / unit_groups_;
  const std::int64_t units = depthwise_ ? 1 : kernel_->units / unit_groups_;
  for (std::int64_t panel = panels.begin; panel < panels.end; ++panel) {
    T* to = pass.at(turned_) + panel * pixels * units * kPanel;
    const std::int64_t group = panel / kernels::panels(channels);
    const std::int64_t first = panel % kernels::panels(channels) * kPanel;
    const T* w = kernel_->values + group * (packed_size(*kernel_) / unit_groups_);
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
      for (std::int64_t n = 0; n < units; ++n)
        for (std::int64_t lane = 0; lane < kPanel; ++lane, ++to) {
          const std::int64_t c = first + lane;
          const std::int64_t from = pixels - 1 - pixel;
          *to = c >= channels ? T{0}
                : depthwise_  ? w[kernels::packed_index(pixels, from, c)]
                              : w[kernels::packed_index(kernel_->inputs, from * channels + c, n)];
        }
  }
}

// A channel that was copied gets the sum of its copies' gradients; they lie behind the spread image.
template <class T>
std::int64_t ConvolutionStep<T>::copied_gradient_size() const {
  return border_.copies > 1 ? at_.height * at_.width * channels_ : 0;
}

template <class T>
runtime::Range ConvolutionStep<T>::kernel_rows(std::int64_t line) const {
  const std::int64_t first = spread_.top - line;  // from the line's window to the gradient's first line
  const std::int64_t last = first + (at_.out_h - 1) * at_.stride_h;
  const std::int64_t begin = first > 0 ? (first + at_.dilation_h - 1) / at_.dilation_h : 0;
  const std::int64_t end = last < 0 ? 0 : std::min(last / at_.dilation_h + 1, at_.kernel_h);
  return {std::min(begin, end), end};
}

// Rows of the kernel that meet only the border are left out, and so are the pixels that no window reached.
template <class T>
void ConvolutionStep<T>::input_gradient_lines(const Pass<T>& pass, const T* spread, T* dx) const {
  const std::int64_t row_runs = static_cast<std::int64_t>(backward_pattern_.offsets.size()) / at_.kernel_h;
  const std::int64_t row_inputs = row_runs * backward_pattern_.length;
  const std::int64_t width = std::min(at_.width, spread_.left + (at_.out_w - 1) * at_.stride_w + 1);
  const auto product = depthwise_ ? pass.kernels->depthwise : pass.kernels->convolution;
  for (std::int64_t line = 0, end = 0; line < at_.height; line = end) {
    const runtime::Range rows = kernel_rows(line);
    end = line + 1;
    while (end < at_.height && kernel_rows(end).begin == rows.begin && kernel_rows(end).end == rows.end)
      ++end;
    T* const to = dx + line * at_.width * channels_;
    const std::int64_t written = rows.size() > 0 ? width : 0;
    if (written > 0)
      run_groups(product,
                 {{{backward_pattern_.offsets.data() + rows.begin * row_runs, rows.size() * row_runs,
                    backward_pattern_.length},
                   end - line,
                   width,
                   kernel_->units,
                   spread_.full_width * kernel_->units},
                  spread + line * spread_.full_width * kernel_->units,
                  pass.at(turned_) + rows.begin * row_inputs * kPanel,
                  at_.kernel_h * row_inputs * kPanel,
                  nullptr,
                  to,
                  at_.width * channels_,
                  channels_},
                 unit_groups_, kernel_->units);
    for (std::int64_t i = line; written < at_.width && i < end; ++i)
      std::fill(dx + (i * at_.width + written) * channels_, dx + (i + 1) * at_.width * channels_, T{0});
  }
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
  input_gradient_lines(pass, dz, each);
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
void ConvolutionStep<T>::add_gradient(const Pass<T>& pass, runtime::Range rows) const {
  constexpr T kOne = 1;
  constexpr std::int64_t kHere = 0;
  const std::int64_t group = rows.begin / group_rows_;
  const bool resume = rows.begin % group_rows_ > 0;
  const T* dz = pass.at(out_.gradient) + rows.begin * out_.stride;
  const std::int64_t panels = kernel_->num_panels();
  T* sums = pass.at(kernel_sums_) + group * packed_size(*kernel_);
  const auto gradient = depthwise_ ? pass.kernels->depthwise_gradient : pass.kernels->convolution_gradient;
  const std::int64_t x_image = border_.trivial() ? in_.stride : border_.size();
  run_groups(gradient,
             {windows(), bordered(pass, rows.begin), dz, kernel_->units, sums, 0, kernel_->inputs, 0, panels,
              resume, rows.size(), x_image, out_.stride},
             unit_groups_, channels_);
  if (!bias_) return;
  const kernels::Windows everywhere{{&kHere, 1, 1}, 1, at_.out_h * at_.out_w, 0, 0};
  sums = pass.at(bias_sums_) + group * packed_size(*bias_);
  run_groups(
      pass.kernels->convolution_gradient,
      {everywhere, &kOne, dz, kernel_->units, sums, 0, 1, 0, panels, resume, rows.size(), 0, out_.stride},
      unit_groups_, 0);
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
