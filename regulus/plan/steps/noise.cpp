// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/noise.h"

#include <algorithm>

#include "regulus/plan/pass/mask.h"
#include "regulus/random/normals.h"

namespace regulus::plan {

template <class T>
Value NoiseStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  noise_ = out_.data;
  if (spec_.multiplies && compiler.training())
    noise_ = compiler.layout().template reserve_rows<T>(in_.stride);
  compiler.need_scratch(in_.width * static_cast<std::int64_t>(sizeof(double)));
  return out_;
}

template <class T>
void NoiseStep<T>::draw(const Pass<T>& pass, std::uint32_t row_id, T* noise, double* normals) const {
  const random::Key key = spec_.seed ? random::Key(*spec_.seed) : pass.key;
  random::draw_normals({key, row_id, pass.draw, random::stream(random::Purpose::kNoise, spec_.stream)},
                       {normals, static_cast<std::size_t>(in_.width)});
  const double mean = spec_.multiplies ? 1 : 0;
  std::transform(normals, normals + in_.width, noise,
                 [&](double z) { return static_cast<T>(mean + spec_.stddev * z); });
}

template <class T>
void NoiseStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const std::int64_t at = r * in_.stride;
      const T* x = pass.at(in_.data) + at;
      T* noise = pass.at(noise_) + at;
      T* y = pass.at(out_.data) + at;
      draw(pass, pass.shared_masks ? Mask<T>::kSharedRow : pass.batch.row_ids[r], noise,
           reinterpret_cast<double*>(scratch));
      for (std::int64_t i = 0; i < in_.width; ++i)
        y[i] = spec_.multiplies ? x[i] * noise[i] : x[i] + noise[i];
    }
  });
}

template <class T>
void NoiseStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const {
  if (spec_.multiplies) {
    const std::int64_t begin = panels.begin * kernels::kPanel;
    const std::int64_t end = std::min(panels.end * kernels::kPanel, in_.width);
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* noise = pass.at(noise_) + r * in_.stride;
      T* gradient = pass.at(in_.gradient) + r * in_.stride;
      for (std::int64_t i = begin; i < end; ++i) gradient[i] *= noise[i];
    }
  }
  previous_->backward_block(pass, rows, panels);
}

template class NoiseStep<float>;
template class NoiseStep<double>;

}  // namespace regulus::plan
