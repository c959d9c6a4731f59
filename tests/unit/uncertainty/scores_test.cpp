// SPDX-License-Identifier: Apache-2.0
#include "regulus/uncertainty/scores.h"

#include <vector>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

const Tensor kProbabilities(Shape{5, 3}, {0.9f, 0.1f, 0.0f, 0.3f, 0.4f, 0.3f, 0.2f, 0.2f, 0.6f, 0.05f, 0.9f,
                                          0.05f, 0.0f, 0.0f, 1.0f});
const std::vector<std::int32_t> kLabels = {0, 2, 2, 0, 2};

// By the definitions, in NumPy.
void expect_scores(const Scores& found) {
  EXPECT_DOUBLE_EQ(found.accuracy, 0.6);
  EXPECT_NEAR(found.nll, 0.9631782434607488, 1e-7);  // float probabilities
  EXPECT_NEAR(found.brier, 0.543, 1e-7);
  EXPECT_NEAR(found.ece, 0.32, 1e-7);
}

TEST(Scores, AreThoseOfTheirDefinitions) {
  expect_scores(score(kProbabilities, kLabels));
  ScoreSums sums;
  EXPECT_EQ(sums.scores().nll, 0);
  sums.add(kProbabilities.slice(0, 2), std::span(kLabels).first(2));
  sums.add(kProbabilities.slice(2, 5), std::span(kLabels).last(3));
  EXPECT_EQ(sums.rows(), 5);
  expect_scores(sums.scores());
}

TEST(Scores, RefuseWhatDoesNotFit) {
  expect_error<DataError>(
      [] {
        score(kProbabilities, std::vector<std::int32_t>{0, 1, 3, 0, 0});
      },
      "scores: the label of row 2 is out of range (expected 0 to 2, found 3).");
  expect_error<DataError>(
      [] {
        score(kProbabilities, std::vector<std::int32_t>{0, -1, 3, 0, 0});
      },
      "scores: the label of row 1 is out of range (expected 0 to 2, found -1).");
  expect_error<ShapeError>([] { score(kProbabilities, std::vector<std::int32_t>{0}); },
                           "scores: wrong number of labels (expected 5, found 1).");
  expect_error<ShapeError>([] { score(Tensor(Shape{5}), kLabels); },
                           "scores: predictions must have two axes (expected (rows, outputs), found (5,)).");
}

// scikit-learn's r2_score, root_mean_squared_error and mean_absolute_error, by their definitions in NumPy.
TEST(RegressionScores, AreThoseOfTheirDefinitions) {
  const Tensor predictions(Shape{4, 2}, {1, 2, 2, 2, 4, 5, 3, 3});
  const std::vector<float> targets = {1.5f, 2, 2, 1, 3, 4, 3.5f, 8};
  RegressionSums sums;
  sums.add(predictions.slice(0, 1), std::span(targets).first(2));
  sums.add(predictions.slice(1, 4), std::span(targets).last(6));
  for (const RegressionScores& found : {regression_score(predictions, targets), sums.scores()}) {
    EXPECT_NEAR(found.r2, 0.23043478260869565, 1e-12);
    EXPECT_NEAR(found.rmse, 1.6052243235245554, 1e-12);
    EXPECT_NEAR(found.mae, 1.125, 1e-12);
  }
}

TEST(RegressionScores, OfEqualTargetsAreOneOrZero) {
  const std::vector<float> targets = {2, 2};
  EXPECT_EQ(regression_score(Tensor(Shape{2, 1}, {2, 2}), targets).r2, 1);
  EXPECT_EQ(regression_score(Tensor(Shape{2, 1}, {2, 3}), targets).r2, 0);
  EXPECT_EQ(RegressionSums().scores().rmse, 0);
}

TEST(RegressionScores, RefuseWhatDoesNotFit) {
  expect_error<ShapeError>(
      [] {
        regression_score(Tensor(Shape{2, 2}), std::vector<float>(3));
      },
      "scores: wrong number of targets (expected 4, found 3).");
  RegressionSums sums;
  sums.add(Tensor(Shape{1, 2}), std::vector<float>(2));
  expect_error<ShapeError>(
      [&] {
        sums.add(Tensor(Shape{1, 3}), std::vector<float>(3));
      },
      "scores: another number of outputs than before (expected 2, found 3).");
}

}  // namespace
}  // namespace regulus
