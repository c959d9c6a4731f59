// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/losses.h"
#include "regulus/kernels/reference/families.h"
#include "regulus/kernels/reference/row_sums.h"
#include "regulus/kernels/reference/scalar.h"

namespace regulus::kernels::reference {
namespace {

template <class T, Loss loss>
void regression(const LossArgs<T>& args) {
  using V = Scalar<T>;
  const V units(static_cast<double>(args.units));
  for (std::int64_t r = 0; r < args.rows; ++r) {
    const T* x = args.prediction + r * args.stride;
    const float* y = args.targets + std::int64_t{args.index[r]} * args.units;
    const auto error = [x, y](std::int64_t i) { return V(x[i]) - V(y[i]); };
    const T sum =
        row_sum<T>(args.units, [error](T s, std::int64_t i) { return error_sum<loss>(V(s), error(i)).v; });
    args.row_loss[r] = (V(sum) / units).v;
    if (args.gradient == nullptr) continue;
    T* gradient = args.gradient + r * args.stride;
    const V scale = V(args.row_scale[r]) / units;
    for (std::int64_t i = 0; i < args.units; ++i) gradient[i] = (error_gradient<loss>(error(i)) * scale).v;
    for (std::int64_t i = args.units; i < padded(args.units); ++i) gradient[i] = 0;
  }
}

}  // namespace

template <class T>
void add_regression_losses(Table<T>& table) {
  table.loss[static_cast<int>(Loss::kMeanSquaredError)] = regression<T, Loss::kMeanSquaredError>;
  table.loss[static_cast<int>(Loss::kMeanAbsoluteError)] = regression<T, Loss::kMeanAbsoluteError>;
}
template void add_regression_losses<float>(Table<float>& table);
template void add_regression_losses<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
