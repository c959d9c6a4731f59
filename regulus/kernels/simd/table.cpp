// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"
#include "regulus/kernels/simd/tables.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

constexpr runtime::Isa kIsa = kWidth == 16  ? runtime::Isa::kAvx512
                              : kWidth == 8 ? runtime::Isa::kAvx2
                                            : runtime::Isa::kNeon;

Table<float> make_table() noexcept {
  Table<float> table{};
  table.isa = kIsa;
  add_matmul(table);
  add_gradients(table);
  add_input_gradient(table);
  add_activations(table);
  add_softmax(table);
  add_draw_mask(table);
  add_masks(table);
  add_gather(table);
  add_pool(table);
  add_penalties(table);
  add_updates(table);
  add_constraints(table);
  add_cross_entropies(table);
  add_regression_losses(table);
  add_moments(table);
  add_columns(table);
  add_convolution(table);
  add_convolution_gradient(table);
  add_depthwise(table);
  return table;
}

}  // namespace

const Table<float>& table() {
  static const Table<float> table = make_table();
  return table;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
