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

/// Elements that a band of lines has at least.
constexpr std::int64_t kBand = 4096;
/// Elements of a gradient that are added up and learned at a time.
constexpr std::int64_t kTile = 64 * kPanel;

bool same(runtime::Range a, runtime::Range b) {
  return a.begin == b.begin && a.end == b.end;
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
  if (compiler.training()) GroupSums<T>::keep_groups_together(compiler);
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
Value ConvolutionStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof(T));
  images_ = {at_, channels_, kernel_->units, depthwise_, unit_groups_};
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  const std::int64_t width = at_.out_h * at_.out_w * kernel_->units;
  in_scratch_ = pool_ && !compiler.training() && (pool_first_ || !absorbed_.any());
  out_ = in_scratch_ ? Value{width, kernels::row_stride(width)} : compiler.new_value(width, true);
  const Value result = pool_ ? pool_->lay_out(compiler, out_, nullptr) : out_;
  absorbed_.lay_out(compiler, pool_first_ ? result : out_);
  if (!compiler.training()) {
    const std::int64_t border = images_.border.trivial() ? 0 : kernels::padded(images_.border.size());
    compiler.need_scratch((border + (in_scratch_ ? out_.stride : 0)) * kBytes);
    return result;
  }
  if (!images_.border.trivial())
    bordered_ = compiler.layout().template reserve<T>(compiler.max_rows() * images_.border.size());
  kernel_sums_.lay_out(compiler, *kernel_);
  if (bias_) bias_sums_.lay_out(compiler, *bias_);
  compiler.need_scratch(kTile * kBytes);
  if (in_.gradient != kNowhere) {
    const std::int64_t inputs =
        at_.kernel_h * at_.kernel_w * (depthwise_ ? 1 : kernel_->units / unit_groups_);
    turned_ = compiler.layout().template reserve<T>(turned_panels() * inputs * kPanel);
    compiler.need_scratch((images_.spread.size() + copied_gradient_size()) * kBytes);
  }
  return result;
}

template <class T>
double ConvolutionStep<T>::flops_per_row() const {
  return 2.0 * static_cast<double>(at_.out_h * at_.out_w) *
         static_cast<double>(kernel_->inputs * kernel_->units);
}

template <class T>
const T* ConvolutionStep<T>::bordered(const Pass<T>& pass, std::int64_t row) const {
  if (images_.border.trivial()) return pass.at(in_.data) + row * in_.stride;
  return pass.at(bordered_) + row * images_.border.size();
}

template <class T>
T* ConvolutionStep<T>::place_for_border(const Pass<T>& pass, std::int64_t row, std::byte* scratch) const {
  if (bordered_ == kNowhere) return reinterpret_cast<T*>(scratch);
  return pass.at(bordered_) + row * images_.border.size();
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
  if (!images_.border.trivial()) {
    T* to = place_for_border(pass, row, scratch);
    images_.border.run(x, to);
    x = to;
    scratch += kernels::padded(images_.border.size()) * static_cast<std::int64_t>(sizeof(T));
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
  if (pool_first_) absorbed_.forward(pass, {row, row + 1}, {0, kernels::panels(pool_->windows().out_size())});
}

template <class T>
void ConvolutionStep<T>::forward_lines(const Pass<T>& pass, std::int64_t row, const T* x, T* z,
                                       runtime::Range lines) const {
  kernels::Windows some = images_.windows();
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
  const std::int64_t wanted = std::max(kBand, kernel_->parameter->packed_size() / 4);
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
          group.end =
              std::min(rows.end, (group.begin / kernel_sums_.group_rows() + 1) * kernel_sums_.group_rows());
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
    const T* w = kernel_->values + group * (kernel_->parameter->packed_size() / unit_groups_);
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
  return images_.border.copies > 1 ? at_.height * at_.width * channels_ : 0;
}

// Rows of the kernel that meet only the border are left out, and so are the pixels that no window reached.
template <class T>
void ConvolutionStep<T>::input_gradient_lines(const Pass<T>& pass, const T* spread, T* dx) const {
  const std::int64_t row_inputs = images_.row_inputs() * kPanel;
  const std::int64_t dx_line = at_.width * channels_;
  const auto product = depthwise_ ? pass.kernels->depthwise : pass.kernels->convolution;
  for (std::int64_t line = 0, end = 0; line < at_.height; line = end) {
    const runtime::Range rows = images_.kernel_rows(line);
    end = line + 1;
    while (end < at_.height && same(images_.kernel_rows(end), rows)) ++end;
    const std::int64_t written = rows.size() > 0 ? images_.gradient_width() : 0;
    if (written > 0)
      run_groups(product,
                 {images_.backward_windows(rows, end - line),
                  spread + line * images_.spread.full_width * kernel_->units,
                  pass.at(turned_) + rows.begin * row_inputs, at_.kernel_h * row_inputs, nullptr,
                  dx + line * dx_line, dx_line, channels_},
                 unit_groups_, kernel_->units);
    for (std::int64_t i = line; written < at_.width && i < end; ++i)
      std::fill(dx + i * dx_line + written * channels_, dx + (i + 1) * dx_line, T{0});
  }
}

template <class T>
void ConvolutionStep<T>::input_gradient(const Pass<T>& pass, std::int64_t row, std::byte* scratch) const {
  const T* dz = pass.at(out_.gradient) + row * out_.stride;
  T* spread = reinterpret_cast<T*>(scratch);
  if (!images_.spread.trivial()) {
    images_.spread.run(dz, spread);
    dz = spread;
  }
  T* const dx = pass.at(in_.gradient) + row * in_.stride;
  T* const each = images_.border.copies > 1 ? spread + images_.spread.size() : dx;
  input_gradient_lines(pass, dz, each);
  for (std::int64_t i = 0; each != dx && i < in_.width; ++i) {
    T sum = each[i * images_.border.copies];
    for (std::int64_t copy = 1; copy < images_.border.copies; ++copy)
      sum += each[i * images_.border.copies + copy];
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
  const bool resume = rows.begin % kernel_sums_.group_rows() > 0;
  const T* dz = pass.at(out_.gradient) + rows.begin * out_.stride;
  const std::int64_t panels = kernel_->num_panels();
  T* sums = kernel_sums_.of(pass, rows.begin);
  const auto gradient = depthwise_ ? pass.kernels->depthwise_gradient : pass.kernels->convolution_gradient;
  const std::int64_t x_image = images_.border.trivial() ? in_.stride : images_.border.size();
  run_groups(gradient,
             {images_.windows(), bordered(pass, rows.begin), dz, kernel_->units, sums, 0, kernel_->inputs, 0,
              panels, resume, rows.size(), x_image, out_.stride},
             unit_groups_, channels_);
  if (!bias_) return;
  const kernels::Windows everywhere{{&kHere, 1, 1}, 1, at_.out_h * at_.out_w, 0, 0};
  sums = bias_sums_.of(pass, rows.begin);
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
void ConvolutionStep<T>::learn(const Pass<T>& pass, runtime::Range panels, runtime::Range inputs,
                               std::byte* scratch) const {
  T* gradient = reinterpret_cast<T*>(scratch);
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    if (inputs.begin == 0) updater_->begin_panel(pass, *kernel_, p);
    const std::int64_t end = p * kernel_->panel_size() + inputs.end * kPanel;
    for (std::int64_t at = p * kernel_->panel_size() + inputs.begin * kPanel; at < end; at += kTile) {
      const std::int64_t count = std::min(kTile, end - at);
      kernel_sums_.total(pass, at, count, gradient);
      updater_->tile(pass, *kernel_, at, count, gradient);
    }
    if (inputs.end < kernel_->inputs) continue;
    updater_->finish_panel(pass, *kernel_, p);
    if (!bias_) continue;
    updater_->begin_panel(pass, *bias_, p);
    bias_sums_.total(pass, p * kPanel, kPanel, gradient);
    updater_->tile(pass, *bias_, p * kPanel, kPanel, gradient);
    updater_->finish_panel(pass, *bias_, p);
  }
}

template class ConvolutionStep<float>;
template class ConvolutionStep<double>;

}  // namespace regulus::plan
