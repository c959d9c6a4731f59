// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/row_loss.h"

#include <algorithm>

#include "regulus/kernels/table.h"

namespace regulus {

RowLoss::RowLoss(const plan::LossSpec& spec, std::int64_t units)
    : spec_(spec), units_(units), prediction_(static_cast<std::size_t>(kernels::padded(units))) {}

double RowLoss::operator()(const float* prediction, std::int32_t label, const float* targets) {
  std::copy_n(prediction, units_, prediction_.data());
  constexpr float kOne = 1;
  constexpr std::uint32_t kFirst = 0;
  float loss = 0;
  kernels::LossArgs<float> args{};
  args.prediction = prediction_.data();
  args.row_loss = &loss;
  args.row_scale = &kOne;
  args.index = &kFirst;
  args.labels = targets ? nullptr : &label;
  args.targets = targets;
  args.rows = 1;
  args.units = units_;
  args.stride = kernels::padded(units_);
  args.label_smoothing = static_cast<float>(spec_.label_smoothing);
  args.from_logits = spec_.from_logits;
  kernels::active_table<float>().loss[static_cast<int>(spec_.loss)](args);
  return static_cast<double>(loss);
}

}  // namespace regulus
