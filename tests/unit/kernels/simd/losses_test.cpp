// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "unit/kernels/loss_case.h"

namespace regulus {
namespace {

using kernels::Loss;
using testing::Fill;
using testing::label;
using testing::LossCase;
using testing::LossResult;
using testing::Output;

constexpr std::int64_t kDataRows = 11;

LossCase<float> make_case(Loss loss, std::int64_t rows, std::int64_t units, bool from_logits, float smoothing,
                          Fill fill) {
  LossCase<float> c{loss, rows, units, from_logits, smoothing, {}, {}, {}, {}, {}};
  for (std::int64_t i = 0; i < rows * units; ++i) {
    const float x = testing::number_at(1, i, fill);
    // Probabilities: exact zeros and ones are among them, and so are numbers outside [0, 1].
    c.prediction.push_back(from_logits ? 3 * x : fill == Fill::kSpecial ? x : std::fabs(x) / 3);
  }
  for (std::int64_t i = 0; i < kDataRows; ++i) c.labels.push_back(static_cast<std::int32_t>(i * 7 % units));
  for (std::int64_t i = 0; i < kDataRows * units; ++i) {
    const float y = testing::number_at(2, i, fill);
    c.targets.push_back(i % 3 == 0 ? 0.0f : i % 3 == 1 ? 1.0f : y);
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    c.index.push_back(static_cast<std::uint32_t>((r * 3 + 2) % kDataRows));
    c.row_scale.push_back(testing::number_at(3, r, fill));
  }
  return c;
}

void compare(const LossCase<float>& c, Output output, bool wants_gradient) {
  const auto run = [&](const kernels::Table<float>& table) {
    return testing::run_loss(table, c, output, wants_gradient);
  };
  const LossResult<float> wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    const LossResult<float> found = run(table);
    const std::string what =
        label(isa, "loss", static_cast<int>(c.loss), "rows", c.rows, "units", c.units, "logits",
              c.from_logits, "smoothing", c.label_smoothing, "output", static_cast<int>(output));
    testing::expect_same_bits(found.row_loss, wanted.row_loss, what + "row loss");
    testing::expect_same_bits(found.gradient, wanted.gradient, what + "gradient");
    testing::expect_same_bits(found.output, wanted.output, what + "output");
  });
}

void check_losses(std::int64_t rows, std::int64_t units, Fill fill) {
  for (int loss = 0; loss < kernels::kNumLosses; ++loss)
    for (const bool from_logits : {false, true})
      for (const float smoothing : {0.0f, 0.1f}) {
        const LossCase<float> c =
            make_case(static_cast<Loss>(loss), rows, units, from_logits, smoothing, fill);
        for (const Output output : {Output::kNone, Output::kApart, Output::kInPlace})
          compare(c, output, true);
        compare(c, Output::kNone, false);
      }
}

TEST(SimdLosses, EveryKindOptionAndWidth) {
  for (std::int64_t units = 1; units <= 50; ++units) check_losses(3, units, Fill::kOrdinary);
  check_losses(2, 300, Fill::kOrdinary);
}

TEST(SimdLosses, EveryRowCount) {
  for (std::int64_t rows = 0; rows <= 33; ++rows) check_losses(rows, 10, Fill::kOrdinary);
}

TEST(SimdLosses, SpecialNumbers) {
  for (const std::int64_t units : {1, 2, 10, 16, 17, 100}) check_losses(33, units, Fill::kSpecial);
}

}  // namespace
}  // namespace regulus
