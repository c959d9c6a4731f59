// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/loss.h"

#include <cmath>

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
    pass.kernels->loss[static_cast<int>(spec_.loss)](args);
    if (!pass.halted) return;
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      if (!std::isfinite(row_loss(pass, r))) pass.halted->store(true, std::memory_order_relaxed);
  });
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
