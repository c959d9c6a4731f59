// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/activity_penalty.h"

#include <algorithm>
#include <cmath>

#include "regulus/plan/weights/orthogonal.h"

namespace regulus::plan {

template <class T>
Value ActivityPenaltyStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  row_penalty_ = compiler.layout().template reserve_rows<double>(1);
  if (couples_rows()) {
    coupled_penalty_ = compiler.layout().template reserve<double>(1);
    vectors_ = compiler.layout().template reserve_rows<T>(input.width);
    gradient_ = compiler.layout().template reserve_rows<T>(input.width);
  }
  return input;
}

template <class T>
void ActivityPenaltyStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " activity penalty", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const Penalty& p = spec_.penalty;
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      double sum = 0;
      for (std::int64_t i = 0; i < in_.width; ++i) {
        const auto v = static_cast<double>(x[i]);
        sum += p.l1 * std::fabs(v) + p.l2 * v * v;
      }
      pass.template at<double>(row_penalty_)[r] = sum;
      if (pass.halted && !std::isfinite(sum)) pass.halted->store(true, std::memory_order_relaxed);
    }
  });
  if (!couples_rows()) return;
  phases.items(spec_.name + " orthogonal activity penalty", 1,
               [this](const Pass<T>& pass, runtime::Range range, std::byte*) {
                 if (range.size() == 0) return;
                 const bool columns = spec_.penalty.orthogonal_columns;
                 const std::int64_t count = columns ? in_.width : pass.rows();
                 const std::int64_t length = columns ? pass.rows() : in_.width;
                 T* vectors = pass.at(vectors_);
                 for (std::int64_t i = 0; i < count; ++i)
                   for (std::int64_t c = 0; c < length; ++c)
                     vectors[i * length + c] =
                         pass.at(in_.data)[columns ? c * in_.stride + i : i * in_.stride + c];
                 *pass.template at<double>(coupled_penalty_) =
                     orthogonal_penalty(vectors, count, length, pass.at(gradient_));
               });
}

template <class T>
void ActivityPenaltyStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows,
                                            runtime::Range panels) const {
  const Penalty& p = spec_.penalty;
  const double share = 1.0 / static_cast<double>(pass.rows());
  const std::int64_t begin = panels.begin * kernels::kPanel;
  const std::int64_t end = std::min(panels.end * kernels::kPanel, in_.width);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const T* x = pass.at(in_.data) + r * in_.stride;
    T* gradient = pass.at(in_.gradient) + r * in_.stride;
    for (std::int64_t i = begin; i < end; ++i) {
      const auto v = static_cast<double>(x[i]);
      double g = p.l1 * ((v > 0) - (v < 0)) + 2 * p.l2 * v;
      if (p.orthogonal != 0)
        g += p.orthogonal * static_cast<double>(pass.at(
                                gradient_)[p.orthogonal_columns ? i * pass.rows() + r : r * in_.width + i]);
      gradient[i] += static_cast<T>(share * g);
    }
  }
  previous_->backward_block(pass, rows, panels);
}

template <class T>
double ActivityPenaltyStep<T>::activity_penalty(const Pass<T>& pass) const {
  double sum = 0;
  for (std::int64_t r = 0; r < pass.rows(); ++r) sum += pass.template at<double>(row_penalty_)[r];
  if (couples_rows()) sum += spec_.penalty.orthogonal * *pass.template at<double>(coupled_penalty_);
  return sum / static_cast<double>(pass.rows());
}

template class ActivityPenaltyStep<float>;
template class ActivityPenaltyStep<double>;

}  // namespace regulus::plan
