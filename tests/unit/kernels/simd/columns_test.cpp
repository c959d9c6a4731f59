// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using testing::Fill;
using testing::Guarded;
using testing::label;
using testing::numbers;

struct Case {
  std::int64_t rows, inputs, units;
  bool base;
  Fill fill;
};

constexpr std::int64_t kBaseLines = 11;

void check(const Case& c) {
  const Guarded<float> x = numbers(1, c.inputs * c.rows, c.fill);
  const Guarded<float> w = numbers(2, c.units * c.inputs, c.fill);
  const Guarded<float> shift = numbers(3, c.units, c.fill);
  const Guarded<float> base = numbers(4, kBaseLines * c.rows, c.fill);
  std::vector<std::int32_t> base_line;
  for (std::int64_t n = 0; n < c.units; ++n)
    base_line.push_back(static_cast<std::int32_t>(n * 7 % kBaseLines));
  const auto run = [&](const kernels::Table<float>& table) {
    Guarded<float> y(c.units * c.rows);
    table.column_matmul({x.data(), w.data(), shift.data(), c.base ? base.data() : nullptr, base_line.data(),
                         y.data(), c.rows, c.inputs, c.units});
    return y;
  };
  const Guarded<float> wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    testing::expect_same_bits(run(table), wanted,
                              label(isa, "rows", c.rows, "inputs", c.inputs, "units", c.units));
  });
}

TEST(SimdColumnMatmul, EveryRowCountAndWidth) {
  for (std::int64_t rows = 0; rows <= 128; rows += 16)
    for (const std::int64_t units : {0, 4, 8, 12, 20, 32})
      for (const std::int64_t inputs : {0, 1, 2, 17})
        for (const bool base : {false, true}) check({rows, inputs, units, base, Fill::kOrdinary});
}

TEST(SimdColumnMatmul, LongChains) {
  for (const std::int64_t inputs : {157, 784})
    for (const std::int64_t rows : {16, 48}) check({rows, inputs, 20, true, Fill::kOrdinary});
}

TEST(SimdColumnMatmul, SpecialNumbers) {
  for (const bool base : {false, true})
    for (const std::int64_t inputs : {1, 3, 40}) check({48, inputs, 12, base, Fill::kSpecial});
}

void check_softmax(std::int64_t units, std::int64_t rows, Fill fill) {
  const Guarded<float> z = numbers(1, units * rows, fill);
  for (const auto kernel :
       {&kernels::Table<float>::column_softmax, &kernels::Table<float>::column_log_softmax}) {
    const auto run = [&](const kernels::Table<float>& table, bool in_place) {
      Guarded<float> y = in_place ? z : Guarded<float>(units * rows);
      (table.*kernel)(in_place ? y.data() : z.data(), y.data(), units, rows);
      return y;
    };
    const Guarded<float> wanted = run(kernels::reference_table<float>(), false);
    testing::expect_same_bits(run(kernels::reference_table<float>(), true), wanted, "reference in place");
    testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
      testing::expect_same_bits(run(table, false), wanted, label(isa, "units", units, "rows", rows));
      testing::expect_same_bits(run(table, true), wanted, label(isa, "in place", units, rows));
    });
  }
}

TEST(SimdColumnSoftmax, EveryWidthAndRowCount) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const std::int64_t units : {1, 2, 10, 33, 100})
      for (const std::int64_t rows : {0, 16, 32, 48}) check_softmax(units, rows, fill);
}

}  // namespace
}  // namespace regulus
