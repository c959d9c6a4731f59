// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/prelu.h"

#include <algorithm>

#include "regulus/plan/weights/update.h"

namespace regulus::plan {

using kernels::kPanel;

template <class T>
PReluStep<T>::PReluStep(const PReluSpec& spec, Compiler<T>& compiler)
    : spec_(spec), alpha_(compiler.bind(spec.alpha)) {}

template <class T>
Value PReluStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  out_ = compiler.new_value(input.width, true);
  alphas_ = compiler.layout().template reserve<T>(alpha_->inputs * alpha_->units);
  if (compiler.training())
    compiler.need_scratch(alpha_->panel_size() * static_cast<std::int64_t>(sizeof(double) + sizeof(T)));
  return out_;
}

template <class T>
void PReluStep<T>::add_preparation(PhaseList<T>& phases) const {
  // Every pass anew: another plan may have changed the weights.
  phases.items(spec_.name + " alphas", alpha_->num_panels(),
               [this](const Pass<T>& pass, runtime::Range panels, std::byte*) { unpack(pass, panels); });
}

template <class T>
void PReluStep<T>::unpack(const Pass<T>& pass, runtime::Range panels) const {
  T* alphas = pass.at(alphas_);
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    const std::int64_t lanes = std::min(kPanel, alpha_->units - p * kPanel);
    for (std::int64_t k = 0; k < alpha_->inputs; ++k)
      std::copy_n(alpha_->values + p * alpha_->panel_size() + k * kPanel, lanes,
                  alphas + k * alpha_->units + p * kPanel);
  }
}

template <class T>
void PReluStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const T* alphas = pass.at(alphas_);
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      T* y = pass.at(out_.data) + r * out_.stride;
      spec_.alpha_of.for_each_run(
          [&](std::int64_t feature, std::int64_t count, std::int64_t number, std::int64_t stride) {
            for (std::int64_t i = feature; i < feature + count; ++i, number += stride)
              y[i] = x[i] > 0 ? x[i] : alphas[number] * x[i];
          });
    }
  });
}

// The slope at 0 is 0, as in Keras, which adds the relus of x and -x.
template <class T>
void PReluStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const {
  if (in_.gradient == kNowhere) return;
  const T* alphas = pass.at(alphas_);
  const std::int64_t begin = panels.begin * kPanel;
  const std::int64_t end = std::min(panels.end * kPanel, in_.width);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const T* x = pass.at(in_.data) + r * in_.stride;
    const T* dy = pass.at(out_.gradient) + r * out_.stride;
    T* dx = pass.at(in_.gradient) + r * in_.stride;
    spec_.alpha_of.for_each_run(
        begin, end, [&](std::int64_t feature, std::int64_t count, std::int64_t number, std::int64_t stride) {
          for (std::int64_t i = feature; i < feature + count; ++i, number += stride) {
            const T slope = x[i] > 0 ? T{1} : x[i] < 0 ? alphas[number] : T{0};
            dx[i] = slope * dy[i];
          }
        });
    std::fill(dx + end, dx + panels.end * kPanel, T{0});
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

// Of a run, what belongs to the panel: line by line of the alphas, and of each line the panel's lanes.
template <class T>
void PReluStep<T>::add(const T* x, const T* dy, std::int64_t panel, double* sums) const {
  const auto add_one = [&](std::int64_t i, std::int64_t number) {
    if (!(x[i] > 0))
      sums[number / alpha_->units * kPanel + number % alpha_->units % kPanel] +=
          static_cast<double>(dy[i]) * static_cast<double>(x[i]);
  };
  spec_.alpha_of.for_each_run(
      [&](std::int64_t feature, std::int64_t count, std::int64_t number, std::int64_t stride) {
        const std::int64_t end = feature + count;
        for (std::int64_t i = feature; i < end;) {
          // Features whose alphas are of one line: a part of the run, or all that share one.
          const std::int64_t line = stride == 0 ? end - i : (rest_of_line(number) + stride - 1) / stride;
          const std::int64_t line_end = std::min(end, i + line);
          const std::int64_t unit = number % alpha_->units;
          const auto steps_to = [&](std::int64_t lane) {
            return lane <= unit ? std::int64_t{0} : (lane - unit + stride - 1) / stride;
          };
          std::int64_t from = i;
          std::int64_t to = line_end;
          if (stride == 0) {
            if (unit / kPanel != panel) to = from;
          } else {
            from = std::min(line_end, i + steps_to(panel * kPanel));
            to = std::min(line_end, i + steps_to((panel + 1) * kPanel));
          }
          for (std::int64_t each = from; each < to; ++each) add_one(each, number + (each - i) * stride);
          number += (line_end - i) * stride;
          i = line_end;
        }
      });
}

// Every alpha's sum runs over the rows and, within one, over the features that share it: in double,
// because these may be all pixels of a batch.
template <class T>
void PReluStep<T>::learn(const Pass<T>& pass, std::int64_t panel, std::byte* scratch) const {
  const std::int64_t size = alpha_->panel_size();
  auto* sums = reinterpret_cast<double*>(scratch);
  T* gradient = reinterpret_cast<T*>(sums + size);
  std::fill_n(sums, size, 0.0);
  for (std::int64_t r = 0; r < pass.rows(); ++r)
    add(pass.at(in_.data) + r * in_.stride, pass.at(out_.gradient) + r * out_.stride, panel, sums);
  std::transform(sums, sums + size, gradient, [](double sum) { return static_cast<T>(sum); });
  updater_->begin_panel(pass, *alpha_, panel);
  updater_->tile(pass, *alpha_, panel * size, size, gradient);
  updater_->finish_panel(pass, *alpha_, panel);
}

template class PReluStep<float>;
template class PReluStep<double>;

}  // namespace regulus::plan
