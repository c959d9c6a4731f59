// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/convolution.h"

#include <algorithm>
#include <numeric>

#include "regulus/plan/convolution/unit_groups.h"

namespace regulus::plan {

using kernels::kPanel;

namespace {

/// Elements that a band of lines has at least.
constexpr std::int64_t kBand = 4096;

template <class Body>
void for_each_block(runtime::Range rows, std::int64_t most, Body body) {
  for (std::int64_t begin = rows.begin; begin < rows.end; begin += most)
    body(runtime::Range{begin, std::min(begin + most, rows.end)});
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
  if (compiler.training()) ConvolutionLearning<T>::prepare(compiler);
}

template <class T>
bool ConvolutionStep<T>::absorb(Step<T>& next, bool fresh_draw) {
  const auto* pool = dynamic_cast<PoolStep<T>*>(&next);
  if (!pool) return absorbed_last() && absorbed_.absorb(next, fresh_draw);
  // The mask's decisions are numbered over the whole image.
  if (pool_ || absorbed_.mask()) return false;
  // A global pooling has all pixels on one line, and behind a Reshape the image is another.
  const kernels::Pooling& image = pool->windows();
  if (image.height.inputs != at_.out_h || image.width.inputs != at_.out_w || image.channels != kernel_->units)
    return false;
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
  const std::int64_t width = at_.out_h * at_.out_w * kernel_->units;
  in_scratch_ = pool_ && !compiler.training() && (pool_first_ || !absorbed_.any());
  out_ = in_scratch_ ? Value{width, kernels::row_stride(width)} : compiler.new_value(width, true);
  const Value result = pool_ ? pool_->lay_out(compiler, out_, nullptr) : out_;
  absorbed_.lay_out(compiler, pool_first_ ? result : out_);
  if (!compiler.training()) {
    const std::int64_t together = pool_ ? 1 : std::min(images_.together(), compiler.max_rows());
    const std::int64_t border = images_.border.trivial() ? 0 : together * images_.border.size();
    compiler.need_scratch(product_of(sum_of(kernels::padded(border), in_scratch_ ? out_.stride : 0), kBytes));
    return result;
  }
  if (!images_.border.trivial())
    bordered_ = compiler.layout().template reserve_rows<T>(images_.border.size());
  const bool placed = bordered_ != kNowhere;
  learning_.lay_out(compiler, {kernel_, bias_, &images_, unit_groups_, depthwise_},
                    {placed ? bordered_ : in_.data, placed ? images_.border.size() : in_.stride},
                    {out_.gradient, out_.stride});
  if (in_.gradient != kNowhere) {
    turned_ = compiler.layout().template reserve<T>(turned_panels() * turned_panel_size());
    const std::int64_t spread = spread_size(std::min(images_.together(), compiler.max_rows()));
    compiler.need_scratch(product_of(sum_of(spread, copied_gradient_size()), kBytes));
  }
  return result;
}

template <class T>
double ConvolutionStep<T>::flops_per_row() const {
  return 2.0 * static_cast<double>(at_.out_h * at_.out_w) *
         static_cast<double>(kernel_->inputs * kernel_->units);
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
        const std::int64_t together = pool_ ? 1 : images_.together();
        for_each_block(rows, together, [&](runtime::Range some) { forward(pass, some, scratch); });
      },
      flops_per_row());
}

template <class T>
void ConvolutionStep<T>::forward(const Pass<T>& pass, runtime::Range rows, std::byte* scratch) const {
  const T* x = pass.at(in_.data) + rows.begin * in_.stride;
  T* own = reinterpret_cast<T*>(scratch);
  if (!images_.border.trivial()) {
    const std::int64_t size = images_.border.size();
    T* const placed = bordered_ == kNowhere ? own : pass.at(bordered_) + rows.begin * size;
    for (std::int64_t i = 0; i < rows.size(); ++i) images_.border.run(x + i * in_.stride, placed + i * size);
    x = placed;
    own += kernels::padded(rows.size() * size);
  }
  if (pool_) return forward_and_pool(pass, rows.begin, x, own);
  forward_lines(pass, rows, x, pass.at(absorbed_.product()) + rows.begin * out_.stride, {0, at_.out_h});
}

template <class T>
void ConvolutionStep<T>::forward_and_pool(const Pass<T>& pass, std::int64_t row, const T* x, T* own) const {
  T* const y = in_scratch_ ? own : pass.at(out_.data) + row * out_.stride;
  T* const z = in_scratch_ || pool_first_ ? y : pass.at(absorbed_.product()) + row * out_.stride;
  const kernels::PoolAxis& pooled = pool_->windows().height;
  const std::int64_t band = lines_in_a_band();
  std::int64_t done = 0;
  for (std::int64_t line = 0; line < pooled.outputs; ++line) {
    while (done < pooled.pixels(line).end) {
      const std::int64_t end = std::min(done + band, at_.out_h);
      forward_lines(pass, {row, row + 1}, x, z, {done, end});
      done = end;
    }
    pool_->forward(pass, y, row, {line, line + 1});
  }
  if (pool_first_) absorbed_.forward(pass, {row, row + 1}, {0, kernels::panels(pool_->windows().out_size())});
}

template <class T>
void ConvolutionStep<T>::forward_lines(const Pass<T>& pass, runtime::Range rows, const T* x, T* z,
                                       runtime::Range lines) const {
  const auto product = depthwise_ ? pass.kernels->depthwise : pass.kernels->convolution;
  images_.forward.run<T>({.x = x,
                          .w = kernel_->values,
                          .w_stride = kernel_->panel_size(),
                          .bias = bias_ ? bias_->values : nullptr,
                          .y = z,
                          .units = kernel_->units,
                          .y_step = kernel_->units,
                          .images = rows.size(),
                          .x_image = images_.border.trivial() ? in_.stride : images_.border.size(),
                          .y_image = out_.stride},
                         lines,
                         [&](const auto& part) { run_groups(product, part, unit_groups_, channels_); });
  const std::int64_t begin = lines.begin * at_.out_w * kernel_->units;
  const std::int64_t end = lines.end * at_.out_w * kernel_->units;
  if (!pool_first_) absorbed_.forward(pass, rows, {begin / kPanel, kernels::panels(end)});
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
  if (learning_.by_image() || pool_ || !absorbed_last())
    phases.rows(
        name_ + " gradient",
        [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
          for (std::int64_t r = rows.begin; r < rows.end; ++r) {
            if (pool_) pool_->input_gradient(pass, r);
            if (!absorbed_last()) absorbed_.backward(pass, {r, r + 1}, {0, kernels::panels(out_.width)});
          }
          if (learning_.by_image()) learning_.add(pass, rows);
        },
        learning_.by_image() ? flops_per_row() : 0);
  if (in_.gradient == kNowhere) return;
  phases.rows(
      name_ + " input gradient",
      [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
        for_each_block(rows, images_.together(),
                       [&](runtime::Range some) { input_gradient(pass, some, scratch); });
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
    T* to = pass.at(turned_) + panel * turned_panel_size();
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

/// Of the spread gradients of some images.
template <class T>
std::int64_t ConvolutionStep<T>::spread_size(std::int64_t images) const {
  return images_.spread.trivial() ? 0 : product_of(images, images_.spread.size());
}

template <class T>
void ConvolutionStep<T>::input_gradient(const Pass<T>& pass, runtime::Range rows, std::byte* scratch) const {
  const T* dz = pass.at(out_.gradient) + rows.begin * out_.stride;
  T* const spread = reinterpret_cast<T*>(scratch);
  const bool in_place = images_.spread.trivial();
  for (std::int64_t i = 0; !in_place && i < rows.size(); ++i)
    images_.spread.run(dz + i * out_.stride, spread + i * images_.spread.size());
  T* const dx = pass.at(in_.gradient) + rows.begin * in_.stride;
  T* const each = images_.border.copies > 1 ? spread + spread_size(1) : dx;
  const auto product = depthwise_ ? pass.kernels->depthwise : pass.kernels->convolution;
  images_.backward.run<T>({.x = in_place ? dz : spread,
                           .w = pass.at(turned_),
                           .w_stride = turned_panel_size(),
                           .y = each,
                           .units = channels_,
                           .y_step = channels_,
                           .images = rows.size(),
                           .x_image = in_place ? out_.stride : images_.spread.size(),
                           .y_image = in_.stride},
                          {0, at_.height},
                          [&](const auto& part) { run_groups(product, part, unit_groups_, kernel_->units); });
  for (std::int64_t i = 0; each != dx && i < in_.width; ++i) {
    T sum = each[i * images_.border.copies];
    for (std::int64_t copy = 1; copy < images_.border.copies; ++copy)
      sum += each[i * images_.border.copies + copy];
    dx[i] = sum;
  }
  for (std::int64_t i = 0; i < rows.size(); ++i)
    std::fill(dx + i * in_.stride + in_.width, dx + i * in_.stride + kernels::padded(in_.width), T{0});
  previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
}

template <class T>
void ConvolutionStep<T>::add_learning(PhaseList<T>& phases) const {
  learning_.add_phases(phases, name_, flops_per_row());
}

template class ConvolutionStep<float>;
template class ConvolutionStep<double>;

}  // namespace regulus::plan
