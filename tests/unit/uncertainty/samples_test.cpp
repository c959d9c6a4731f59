// SPDX-License-Identifier: Apache-2.0
#include "regulus/uncertainty/samples.h"

#include <cmath>
#include <limits>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

// Two rows of three classes in four samples; the numbers below are NumPy's, in double.
const Tensor kSamples(Shape{4, 2, 3},
                      {0.7f, 0.2f,  0.1f,  0.25f, 0.5f, 0.25f, 0.5f, 0.5f,  0.0f,  0.1f,  0.3f,  0.6f,
                       0.9f, 0.05f, 0.05f, 0.2f,  0.6f, 0.2f,  0.4f, 0.35f, 0.25f, 0.05f, 0.15f, 0.8f});

void expect_near(const std::vector<double>& found, const std::vector<double>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-7);  // float samples
}

TEST(Samples, MeasureWhatIsInDoubt) {
  expect_near(entropy(mean(kSamples)), {0.87903143, 1.00857106});
  expect_near(expected_entropy(kSamples), {0.74247276, 0.87520162});
  expect_near(mutual_information(kSamples), {0.13655866, 0.13336944});
  expect_near(mutual_information(mean(kSamples), kSamples), {0.13655866, 0.13336944});
  expect_near(variation_ratio(kSamples), {0.0, 0.5});
  expect_near(margin(mean(kSamples)), {0.35, 0.075});
}

TEST(Samples, AreZeroWhereAllIsCertain) {
  const Tensor certain(Shape{3, 1, 2}, {1, 0, 1, 0, 1, 0});
  EXPECT_EQ(entropy(mean(certain)), std::vector<double>{0});
  EXPECT_EQ(expected_entropy(certain), std::vector<double>{0});
  EXPECT_EQ(mutual_information(certain), std::vector<double>{0});
  EXPECT_EQ(variation_ratio(certain), std::vector<double>{0});
  EXPECT_EQ(margin(mean(certain)), std::vector<double>{1});
  EXPECT_EQ(margin(Tensor(Shape{1, 1}, {1})), std::vector<double>{1});
}

TEST(Samples, SayNaNWhereThereIsOne) {
  Tensor samples = kSamples;
  samples.data()[0] = std::numeric_limits<float>::quiet_NaN();
  for (const auto& values : {entropy(mean(samples)), expected_entropy(samples), mutual_information(samples),
                             variation_ratio(samples), margin(mean(samples))}) {
    EXPECT_TRUE(std::isnan(values[0]));
    EXPECT_FALSE(std::isnan(values[1]));
  }
}

TEST(Samples, WantTheirShape) {
  expect_error<ShapeError>([] { entropy(kSamples); },
                           "entropy: wrong shape (expected (rows, classes), found (4, 2, 3)).");
  expect_error<ShapeError>([] { variation_ratio(mean(kSamples)); },
                           "variation_ratio: wrong shape (expected (samples, rows, classes), found (2, 3)).");
  expect_error<ShapeError>(
      [] {
        expected_entropy(Tensor(Shape{0, 2, 3}));
      },
      "expected_entropy: wrong shape (expected (samples, rows, classes), found (0, 2, 3)).");
  expect_error<ShapeError>(
      [] {
        mutual_information(Tensor(Shape{1, 3}), kSamples);
      },
      "mutual_information: the mean does not fit the samples (expected (2, 3), found (1, 3)).");
  EXPECT_TRUE(entropy(Tensor(Shape{0, 3})).empty());
  EXPECT_TRUE(mutual_information(Tensor(Shape{2, 0, 3})).empty());
}

}  // namespace
}  // namespace regulus
