// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/metric_states.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/golden.h"

namespace regulus {
namespace {

// One row of a metric by itself.
double one_row(MetricKind kind, std::vector<float> p, std::int32_t label, const float* targets = nullptr,
               Metric::Options options = {}) {
  const auto state = make_metric_state(kind, options, 0);
  const auto units = static_cast<std::int64_t>(p.size());
  state->update({p.data(), targets ? nullptr : &label, targets, nullptr, nullptr, 1, units, units});
  return state->result();
}

TEST(MetricStates, ZeroBeforeTheFirstUpdateAndAfterAReset) {
  const auto state = make_metric_state(MetricKind::kSparseCategoricalAccuracy, {}, 2);
  EXPECT_EQ(state->result(), 0);
  const float p[] = {0.25f, 0.75f};
  const std::int32_t label = 1;
  state->update({p, &label, nullptr, nullptr, nullptr, 1, 2, 2});
  EXPECT_EQ(state->result(), 1);
  state->reset();
  EXPECT_EQ(state->result(), 0);
}

TEST(MetricStates, WeightsOfZeroGiveZero) {
  const auto state = make_metric_state(MetricKind::kSparseCategoricalAccuracy, {}, 2);
  const float p[] = {0.25f, 0.75f};
  const std::int32_t label = 1;
  const float weight = 0;
  state->update({p, &label, nullptr, nullptr, &weight, 1, 2, 2});
  EXPECT_EQ(state->result(), 0);
}

TEST(MetricStates, IndexSaysWhichRowOfTargetsAndWeights) {
  const auto state = make_metric_state(MetricKind::kSparseCategoricalAccuracy, {}, 2);
  const float p[] = {0.25f, 0.75f, 9, 0.75f, 0.25f, 9};  // stride 3
  const std::int32_t labels[] = {0, 0, 1};
  const float weights[] = {1, 3, 100};
  const std::uint32_t index[] = {1, 0};  // labels 0 and 0, weights 3 and 1: only the second row is right
  state->update({p, labels, nullptr, index, weights, 2, 2, 3});
  EXPECT_EQ(state->result(), 0.25);
}

TEST(MetricStates, ArgmaxTakesTheLowestIndexOnTies) {
  EXPECT_EQ(one_row(MetricKind::kSparseCategoricalAccuracy, {0.4f, 0.4f, 0.2f}, 0), 1);
  EXPECT_EQ(one_row(MetricKind::kSparseCategoricalAccuracy, {0.4f, 0.4f, 0.2f}, 1), 0);
}

TEST(MetricStates, TopKCountsOnlyStrictlyMoreProbableClasses) {
  Metric::Options two;
  two.k = 2;
  const auto in_top_2 = [&](std::vector<float> p, std::int32_t label) {
    return one_row(MetricKind::kSparseTopKCategoricalAccuracy, std::move(p), label, nullptr, two);
  };
  EXPECT_EQ(in_top_2({0.3f, 0.3f, 0.3f}, 2), 1);
  EXPECT_EQ(in_top_2({0.5f, 0.3f, 0.2f}, 2), 0);
  EXPECT_EQ(in_top_2({0.5f, NAN, 0.2f}, 0), 0);
  EXPECT_EQ(in_top_2({0.5f, INFINITY, 0.2f}, 0), 0);
}

TEST(MetricStates, BinaryThresholdIsStrictAndInFloat) {
  Metric::Options options;
  options.threshold = 0.7;
  const float one = 1, zero = 0;
  EXPECT_EQ(one_row(MetricKind::kBinaryAccuracy, {0.7f}, 0, &zero, options), 1);
  EXPECT_EQ(one_row(MetricKind::kBinaryAccuracy, {std::nextafter(0.7f, 1.0f)}, 0, &one, options), 1);
}

TEST(MetricStates, ALabelIsATargetWhereThereIsOneUnit) {
  EXPECT_EQ(one_row(MetricKind::kBinaryAccuracy, {0.9f}, 1), 1);
  EXPECT_EQ(one_row(MetricKind::kMeanSquaredError, {0.5f}, 1), 0.25);
  EXPECT_NEAR(one_row(MetricKind::kBinaryCrossentropy, {0.5f}, 1), std::log(2.0), 1e-7);  // float32 logarithm
}

TEST(MetricStates, CrossentropyFollowsTheUnitsOfItsBatches) {
  const auto state = make_metric_state(MetricKind::kSparseCategoricalCrossentropy, {}, 2);
  const float p[] = {0.25f, 0.25f, 0.25f, 0.25f};
  const std::int32_t label = 3;
  state->update({p, &label, nullptr, nullptr, nullptr, 1, 4, 4});
  EXPECT_NEAR(state->result(), std::log(4.0), 2e-7);  // float32 logarithm
}

}  // namespace
}  // namespace regulus
