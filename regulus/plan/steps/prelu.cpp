// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/prelu.h"

#include <algorithm>

#include "regulus/plan/update.h"

namespace regulus::plan {

template <class T>
PReluStep<T>::PReluStep(const PReluSpec& spec, Compiler<T>& compiler)
    : spec_(spec),
      alpha_(compiler.bind(spec.alpha)),
      features_(static_cast<std::size_t>(alpha_->num_panels())) {
  for (std::size_t i = 0; i < spec_.place.size(); ++i)
    features_[static_cast<std::size_t>(spec_.place[i] / alpha_->panel_size())].push_back(
        static_cast<std::int32_t>(i));
}

template <class T>
Value PReluStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  out_ = compiler.new_value(input.width, true);
  if (compiler.training())
    compiler.need_scratch(alpha_->panel_size() * static_cast<std::int64_t>(sizeof(double) + sizeof(T)));
  return out_;
}

template <class T>
void PReluStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      T* y = pass.at(out_.data) + r * out_.stride;
      for (const std::int32_t place : spec_.place) {
        *y++ = *x > 0 ? *x : alpha_->values[place] * *x;
        ++x;
      }
    }
  });
}

// The slope at 0 is 0, as in Keras, which adds the relus of x and -x.
template <class T>
void PReluStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const {
  if (in_.gradient == kNowhere) return;
  const std::int64_t begin = panels.begin * kernels::kPanel;
  const std::int64_t end = std::min(panels.end * kernels::kPanel, in_.width);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const T* x = pass.at(in_.data) + r * in_.stride;
    const T* dy = pass.at(out_.gradient) + r * out_.stride;
    T* dx = pass.at(in_.gradient) + r * in_.stride;
    for (std::int64_t i = begin; i < end; ++i) {
      const T slope = x[i] > 0   ? T{1}
                      : x[i] < 0 ? alpha_->values[spec_.place[static_cast<std::size_t>(i)]]
                                 : T{0};
      dx[i] = slope * dy[i];
    }
    std::fill(dx + end, dx + panels.end * kernels::kPanel, T{0});
  }
  previous_->backward_block(pass, rows, panels);
}

template <class T>
void PReluStep<T>::add_learning(PhaseList<T>& phases) const {
  phases.items(spec_.name + " gradient, update", alpha_->num_panels(),
               [this](const Pass<T>& pass, runtime::Range panels, std::byte* scratch) {
                 for (std::int64_t p = panels.begin; p < panels.end; ++p) learn(pass, p, scratch);
               });
}

// Every alpha's sum runs over the rows and, within one, over the features that share it: in double,
// because these may be all pixels of a batch.
template <class T>
void PReluStep<T>::learn(const Pass<T>& pass, std::int64_t panel, std::byte* scratch) const {
  const std::int64_t size = alpha_->panel_size();
  const std::int64_t at = panel * size;
  auto* sums = reinterpret_cast<double*>(scratch);
  T* gradient = reinterpret_cast<T*>(sums + size);
  std::fill_n(sums, size, 0.0);
  for (std::int64_t r = 0; r < pass.rows(); ++r) {
    const T* x = pass.at(in_.data) + r * in_.stride;
    const T* dy = pass.at(out_.gradient) + r * out_.stride;
    for (const std::int32_t i : features_[static_cast<std::size_t>(panel)])
      if (!(x[i] > 0))
        sums[spec_.place[static_cast<std::size_t>(i)] - at] +=
            static_cast<double>(dy[i]) * static_cast<double>(x[i]);
  }
  std::transform(sums, sums + size, gradient, [](double sum) { return static_cast<T>(sum); });
  updater_->begin_panel(pass, *alpha_, panel);
  updater_->tile(pass, *alpha_, at, size, gradient);
  updater_->finish_panel(pass, *alpha_, panel);
}

template class PReluStep<float>;
template class PReluStep<double>;

}  // namespace regulus::plan
