// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/loss_row.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

template <Loss loss>
void regression(const LossArgs<float>& args) {
  const Lanes units(static_cast<double>(args.units));
  for (std::int64_t r = 0; r < args.rows; ++r) {
    const LossRow row(args, r, Lanes(0));
    const auto error = [&row](std::int64_t at) { return row.x(at) - row.dense(at); };
    const Lanes sum =
        row_sum(args.units, [&](Lanes s, std::int64_t at) { return error_sum<loss>(s, error(at)); });
    args.row_loss[r] = (sum / units).first();
    const Lanes scale = row.scale() / units;
    row.write_gradient([&](std::int64_t at) { return error_gradient<loss>(error(at)) * scale; });
  }
}

}  // namespace

void add_regression_losses(Table<float>& table) {
  table.loss[static_cast<int>(Loss::kMeanSquaredError)] = regression<Loss::kMeanSquaredError>;
  table.loss[static_cast<int>(Loss::kMeanAbsoluteError)] = regression<Loss::kMeanAbsoluteError>;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
