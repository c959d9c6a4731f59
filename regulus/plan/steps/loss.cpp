// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/loss.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <type_traits>
#include <vector>

namespace regulus::plan {
namespace {

float weight(const Batch& batch, std::int64_t row) {
  return batch.sample_weight ? batch.sample_weight[batch.index[row]] : 1.0f;
}

}  // namespace

template <class T>
Value LossStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = write_probabilities_ ? compiler.new_value(input.width, false) : input;
  row_loss_ = compiler.layout().template reserve_rows<T>(1);
  row_scale_ = compiler.layout().template reserve_rows<T>(1);
  return out_;
}

template <class T>
void LossStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows("loss", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    if (rows.size() == 0) return;
    T* scale = pass.at(row_scale_);
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      scale[r] = static_cast<T>(weight(pass.batch, r)) / static_cast<T>(pass.rows());
    const std::int64_t at = rows.begin * in_.stride;
    kernels::LossArgs<T> args{};
    args.prediction = pass.at(in_.data) + at;
    args.output = write_probabilities_ ? pass.at(out_.data) + at : nullptr;
    args.gradient = in_.gradient != kNowhere ? pass.at(in_.gradient) + at : nullptr;
    args.row_loss = pass.at(row_loss_) + rows.begin;
    args.row_scale = scale + rows.begin;
    args.index = pass.batch.index + rows.begin;
    args.labels = pass.batch.labels;
    args.targets = pass.batch.targets;
    args.rows = rows.size();
    args.units = in_.width;
    args.stride = in_.stride;
    args.label_smoothing = static_cast<T>(spec_.label_smoothing);
    args.from_logits = spec_.from_logits;
    if (spec_.own)
      own_loss(pass, rows);
    else
      pass.kernels->loss[static_cast<int>(spec_.loss)](args);
    if (!pass.halted) return;
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      if (!std::isfinite(row_loss(pass, r))) pass.halted->store(true, std::memory_order_relaxed);
  });
}

// The user's function sees single precision, also in a plan of another.
template <class T>
void LossStep<T>::own_loss(const Pass<T>& pass, runtime::Range rows) const {
  const Batch& batch = pass.batch;
  const auto width = static_cast<std::size_t>(in_.width);
  std::vector<float> copies(std::is_same_v<T, float> ? 0 : 2 * width);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const auto at = static_cast<std::int64_t>(batch.index[r]);
    const float label = batch.labels ? static_cast<float>(batch.labels[at]) : 0;
    const std::span<const float> y_true = batch.labels
                                              ? std::span(&label, 1)
                                              : std::span(batch.targets + at * batch.target_units,
                                                          static_cast<std::size_t>(batch.target_units));
    const T* prediction = pass.at(in_.data) + r * in_.stride;
    T* const gradient = in_.gradient != kNowhere ? pass.at(in_.gradient) + r * in_.stride : nullptr;
    double loss = 0;
    if constexpr (std::is_same_v<T, float>) {
      loss = (*spec_.own)(y_true, {prediction, width}, {gradient, gradient ? width : 0});
    } else {
      std::copy_n(prediction, width, copies.begin());
      const std::span<float> of_row = std::span(copies).last(width);
      loss = (*spec_.own)(y_true, std::span(copies).first(width), gradient ? of_row : std::span<float>());
      if (gradient) std::copy_n(of_row.begin(), width, gradient);
    }
    pass.at(row_loss_)[r] = static_cast<T>(loss);
    if (!gradient) continue;
    for (std::int64_t u = 0; u < in_.width; ++u) gradient[u] *= pass.at(row_scale_)[r];
    std::fill(gradient + in_.width, gradient + in_.stride, T{0});
  }
}

template <class T>
void LossStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere || !previous_->has_block_backward()) return;
  phases.rows("loss gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
  });
}

template <class T>
double LossStep<T>::row_loss(const Pass<T>& pass, std::int64_t row) const {
  return static_cast<double>(weight(pass.batch, row)) * static_cast<double>(pass.at(row_loss_)[row]);
}

template <class T>
double LossStep<T>::mean_loss(const Pass<T>& pass) const {
  double sum = 0;
  for (std::int64_t r = 0; r < pass.rows(); ++r) sum += row_loss(pass, r);
  return sum / static_cast<double>(pass.rows());
}

template class LossStep<float>;
template class LossStep<double>;

}  // namespace regulus::plan
