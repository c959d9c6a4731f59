// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/table.h"

#include <gtest/gtest.h>

#include <cstring>

namespace regulus {
namespace {

using kernels::kPanel;
using kernels::Table;

// All members behind isa are pointers to kernels: none may be null.
template <class T>
bool complete(const Table<T>& table) {
  const auto* bytes = reinterpret_cast<const char*>(&table);
  const auto begin = reinterpret_cast<const char*>(&table.matmul) - bytes;
  for (auto at = begin; at < static_cast<std::ptrdiff_t>(sizeof(table)); at += sizeof(void*)) {
    void* entry = nullptr;
    std::memcpy(&entry, bytes + at, sizeof(entry));
    if (entry == nullptr) return false;
  }
  return true;
}

TEST(Table, NoKernelIsMissing) {
  EXPECT_TRUE(complete(kernels::reference_table<double>()));
  for (const runtime::Isa isa : runtime::available_isas())
    EXPECT_TRUE(complete(kernels::table_for(isa))) << runtime::name(isa);
}

TEST(Table, SumTree) {
  // Powers of two far apart show which numbers were added first.
  double lanes[kPanel] = {};
  lanes[0] = 0x1p60;
  lanes[8] = -0x1p60;  // meets lane 0 at once
  lanes[1] = 1;
  EXPECT_EQ(kernels::sum_tree(lanes), 1);
  lanes[8] = 0;
  lanes[7] = -0x1p60;  // meets lane 0 last, when 1 is already lost in it
  EXPECT_EQ(kernels::sum_tree(lanes), 0);
}

}  // namespace
}  // namespace regulus
