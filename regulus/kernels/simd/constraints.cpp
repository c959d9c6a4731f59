// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/weights.h"
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

template <ConstraintKind kind>
void constrain_norms(float* w, std::int64_t inputs, const ConstraintArgs<float>& args) {
  const NormBounds<Lanes> bounds{Lanes::all(args.min_value), Lanes::all(args.max_value),
                                 Lanes::all(args.rate)};
  Lanes sum(0);
  for (std::int64_t k = 0; k < inputs; ++k) {
    const Lanes x = Lanes::load(w + k * kPanel);
    sum = fma(x, x, sum);
  }
  const Lanes norm = sqrt(sum);
  for (std::int64_t k = 0; k < inputs; ++k)
    constrained<kind>(Lanes::load(w + k * kPanel), norm, bounds).store(w + k * kPanel);
}

void constrain_panel(float* w, std::int64_t inputs, ConstraintArgs<float> args) {
  switch (args.kind) {
    case ConstraintKind::kNone:
      return;
    case ConstraintKind::kMaxNorm:
      return constrain_norms<ConstraintKind::kMaxNorm>(w, inputs, args);
    case ConstraintKind::kMinMaxNorm:
      return constrain_norms<ConstraintKind::kMinMaxNorm>(w, inputs, args);
    case ConstraintKind::kUnitNorm:
      return constrain_norms<ConstraintKind::kUnitNorm>(w, inputs, args);
    case ConstraintKind::kNonNeg:
      for (std::int64_t i = 0; i < inputs * kPanel; i += kPanel) {
        const Lanes x = Lanes::load(w + i);
        select(x <= Lanes(0), Lanes(0), x).store(w + i);
      }
      return;
  }
}

}  // namespace

void add_constraints(Table<float>& table) {
  table.constrain_panel = constrain_panel;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
