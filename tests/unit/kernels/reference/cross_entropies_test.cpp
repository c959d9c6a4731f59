// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "unit/kernels/golden_loss.h"

namespace regulus {
namespace {

using kernels::Loss;
using testing::LossCase;
using testing::LossResult;
using testing::Output;

constexpr Loss kSparse = Loss::kSparseCategoricalCrossentropy;
constexpr Loss kCategorical = Loss::kCategoricalCrossentropy;
constexpr Loss kBinary = Loss::kBinaryCrossentropy;

TEST(CrossEntropies, SparseCategoricalIsThatOfKeras) {
  testing::check_golden_losses<float>("SparseCategoricalCrossentropy", kSparse);
}

TEST(CrossEntropies, CategoricalIsThatOfKeras) {
  testing::check_golden_losses<float>("CategoricalCrossentropy", kCategorical);
}

TEST(CrossEntropies, BinaryIsThatOfKeras) {
  testing::check_golden_losses<float>("BinaryCrossentropy", kBinary);
}

TEST(CrossEntropies, GradientsAreTheDerivatives) {
  for (const bool probabilities : {false, true})
    for (const double smoothing : {0.0, 0.1, 1.0})
      for (const std::int64_t units : {2, 5, 17}) {
        testing::check_gradient(testing::random_loss(kSparse, units, probabilities, smoothing));
        testing::check_gradient(testing::random_loss(kBinary, units, probabilities, smoothing));
        // From logits Keras's gradient p - y is the derivative only if the targets sum to 1.
        LossCase<double> c = testing::random_loss(kCategorical, units, probabilities, smoothing);
        for (std::size_t i = 0; i < c.targets.size(); i += static_cast<std::size_t>(units)) {
          std::fill_n(c.targets.begin() + static_cast<std::ptrdiff_t>(i), units, 0.0f);
          c.targets[i] = 0.25f;
          c.targets[i + 1] = 0.75f;
        }
        testing::check_gradient(c);
      }
}

// Keras 3.15 has no label smoothing for integer labels; ours is that of their one-hot targets.
TEST(CrossEntropies, SparseLabelSmoothingIsThatOfOneHotTargets) {
  LossCase<double> sparse = testing::random_loss(kSparse, 5, false, 0.2);
  LossCase<double> dense = sparse;
  dense.loss = kCategorical;
  dense.targets.assign(15, 0.0f);
  for (std::size_t i = 0; i < 3; ++i)
    dense.targets[i * 5 + static_cast<std::size_t>(sparse.labels[i])] = 1.0f;
  const LossResult<double> a = run_loss(kernels::reference_table<double>(), sparse);
  const LossResult<double> b = run_loss(kernels::reference_table<double>(), dense);
  testing::expect_same_bits(a.row_loss, b.row_loss, "loss");
  testing::expect_same_bits(a.gradient, b.gradient, "gradient");
}

TEST(CrossEntropies, OutputIsTheProbabilities) {
  for (const Loss loss : {kSparse, kCategorical, kBinary}) {
    LossCase<double> c = testing::random_loss(loss, 5, false, 0.0);
    const std::int64_t stride = kernels::padded(c.units);
    const LossResult<double> apart = run_loss(kernels::reference_table<double>(), c, Output::kApart);
    const LossResult<double> here = run_loss(kernels::reference_table<double>(), c, Output::kInPlace);
    testing::expect_same_bits(here.gradient, apart.gradient, "gradient");
    testing::expect_same_bits(here.row_loss, apart.row_loss, "loss");
    for (std::int64_t r = 0; r < c.rows; ++r) {
      double sum = 0;
      for (std::int64_t i = 0; i < c.units; ++i) {
        const double z = c.prediction[static_cast<std::size_t>(r * c.units + i)];
        const double p = apart.output[r * stride + i];
        if (loss == kBinary) {
          EXPECT_NEAR(p, 1 / (1 + std::exp(-z)), 1e-15);  // two roundings
        }
        EXPECT_EQ(here.output[r * stride + i], p);
        sum += p;
      }
      if (loss != kBinary) {
        EXPECT_NEAR(sum, 1, 1e-15);  // five roundings
      }
      for (std::int64_t i = c.units; i < stride; ++i) EXPECT_EQ(apart.output[r * stride + i], 0);
    }
  }
}

TEST(CrossEntropies, PaddingOfThePredictionDoesNotMatter) {
  for (const Loss loss : {kSparse, kCategorical, kBinary})
    for (const bool probabilities : {false, true}) {
      const LossCase<double> c = testing::random_loss(loss, 5, probabilities, 0.1);
      const auto& table = kernels::reference_table<double>();
      const LossResult<double> a = run_loss(table, c, Output::kNone, true, 0.0);
      const LossResult<double> b = run_loss(table, c, Output::kNone, true, 1e30);
      testing::expect_same_bits(a.row_loss, b.row_loss, "loss");
      testing::expect_same_bits(a.gradient, b.gradient, "gradient");
    }
}

TEST(CrossEntropies, AClassThatIsNotWantedMayBeImpossible) {
  LossCase<float> c{kSparse, 1,  3,   true, 0, {0, -std::numeric_limits<float>::infinity(), 0},
                    {2},     {}, {0}, {1}};
  const LossResult<float> result = run_loss(kernels::reference_table<float>(), c);
  EXPECT_FLOAT_EQ(result.row_loss[0], std::log(2.0f));
  EXPECT_EQ(result.gradient[1], 0);
  c.labels[0] = 1;
  EXPECT_EQ(run_loss(kernels::reference_table<float>(), c).row_loss[0],
            std::numeric_limits<float>::infinity());
}

// e^-80 is a normal number, but its product with a weight might not be one.
TEST(CrossEntropies, AGradientThatIsNothingToAnyWeightIsZero) {
  LossCase<float> c{};
  c.loss = kSparse;
  c.rows = 1;
  c.units = 3;
  c.from_logits = true;
  c.prediction = {80, 0, 30};
  c.labels = {0};
  c.index = {0};
  c.row_scale = {1};
  const LossResult<float> found = run_loss(kernels::reference_table<float>(), c);
  EXPECT_EQ(found.gradient[1], 0.0f);
  EXPECT_NEAR(found.gradient[2] / std::exp(-50.0f), 1, 1e-6);  // 2 ulp of float
}

}  // namespace
}  // namespace regulus
