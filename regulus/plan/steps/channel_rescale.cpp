// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/channel_rescale.h"

#include <algorithm>

namespace regulus::plan {
namespace {

// One for each channel: the only one serves all.
template <class T>
std::vector<T> stretched(const std::vector<double>& numbers, std::size_t channels) {
  std::vector<T> all(channels, static_cast<T>(numbers[0]));
  if (numbers.size() > 1)
    std::transform(numbers.begin(), numbers.end(), all.begin(),
                   [](double number) { return static_cast<T>(number); });
  return all;
}

}  // namespace

template <class T>
ChannelRescaleStep<T>::ChannelRescaleStep(const ChannelRescaleSpec& spec, Compiler<T>&)
    : name_(spec.name),
      scale_(stretched<T>(spec.scale, std::max(spec.scale.size(), spec.offset.size()))),
      offset_(stretched<T>(spec.offset, scale_.size())) {}

template <class T>
Value ChannelRescaleStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  return out_;
}

template <class T>
void ChannelRescaleStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(name_ + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      T* y = pass.at(out_.data) + r * out_.stride;
      std::size_t channel = 0;
      for (std::int64_t i = 0; i < in_.width; ++i) {
        y[i] = x[i] * scale_[channel] + offset_[channel];
        if (++channel == scale_.size()) channel = 0;
      }
    }
  });
}

template <class T>
void ChannelRescaleStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows,
                                           runtime::Range panels) const {
  const std::int64_t begin = panels.begin * kernels::kPanel;
  const std::int64_t end = std::min(panels.end * kernels::kPanel, in_.width);
  const auto channels = static_cast<std::int64_t>(scale_.size());
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    T* gradient = pass.at(in_.gradient) + r * in_.stride;
    for (std::int64_t i = begin; i < end; ++i) gradient[i] *= scale_[static_cast<std::size_t>(i % channels)];
  }
  previous_->backward_block(pass, rows, panels);
}

template class ChannelRescaleStep<float>;
template class ChannelRescaleStep<double>;

}  // namespace regulus::plan
