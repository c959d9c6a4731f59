// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/kernels/table.h"
#include "regulus/runtime/isa.h"

namespace regulus {
namespace {

using kernels::Table;

TEST(Dispatch, EachInstructionSetHasATableOfItsOwn) {
  for (const runtime::Isa isa : runtime::available_isas()) {
    const Table<float>& table = kernels::table_for(isa);
    EXPECT_EQ(table.isa, isa);
    EXPECT_EQ(&table, &kernels::table_for(isa));
  }
}

TEST(Dispatch, ScalarIsTheReference) {
  EXPECT_EQ(&kernels::table_for(runtime::Isa::kScalar), &kernels::reference_table<float>());
}

TEST(Dispatch, FloatRunsOnTheActiveInstructionSetDoubleOnTheReference) {
  EXPECT_EQ(kernels::active_table<float>().isa, runtime::active_isa());
  EXPECT_EQ(&kernels::active_table<double>(), &kernels::reference_table<double>());
}

TEST(Dispatch, NoKernelIsSharedBetweenInstructionSets) {
  const auto& isas = runtime::available_isas();
  for (std::size_t i = 1; i < isas.size(); ++i) {
    EXPECT_NE(kernels::table_for(isas[i]).matmul, kernels::table_for(isas[i - 1]).matmul);
    EXPECT_NE(kernels::table_for(isas[i]).draw_mask, kernels::table_for(isas[i - 1]).draw_mask);
  }
}

}  // namespace
}  // namespace regulus
