// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/regularization/activity_regularization.h"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using plan::Mode;
using testing::expect_error;

template <class T>
void expect_penalty_follows_keras() {
  for (const auto& json : testing::golden("layers.json").at("activity")) {
    const auto name = json.at("name").get<std::string>();
    const LayerPtr layer = ActivityRegularization::from_config(testing::value(json.at("config")));
    testing::expect_config(layer, json.at("config"), name);
    const Tensor x = testing::tensor(json.at("x"));
    testing::RunOptions options;  // a loss of weight zero: only the penalty has a gradient
    options.loss = plan::LossSpec{kernels::Loss::kMeanSquaredError, false, 0};
    options.targets.assign(static_cast<std::size_t>(x.size()), 0.0f);
    options.sample_weight.assign(static_cast<std::size_t>(x.shape()[0]), 0.0f);
    const testing::RunResult r = testing::run<T>(x, {layer}, Mode::kTrain, options);
    const double wanted = testing::number(json.at("penalty"));
    EXPECT_NEAR(r.penalty, wanted, 5e-7 * wanted) << name;  // a float32 sum of 60 terms
    EXPECT_NEAR(testing::run<T>(x, {layer}, Mode::kEvaluate, options).penalty, wanted, 5e-7 * wanted) << name;
    testing::expect_close(r.dx.reshape(x.shape()), testing::tensor(json.at("dx")), 3e-7, 0, name);  // 2 ulp
    EXPECT_EQ(testing::run<T>(x, {layer}, Mode::kPredict).output, x) << name;
  }
}

TEST(ActivityRegularization, FollowsKerasInFloat) {
  expect_penalty_follows_keras<float>();
}
TEST(ActivityRegularization, FollowsKerasInDouble) {
  expect_penalty_follows_keras<double>();
}

TEST(ActivityRegularization, AddsNoStepWithoutFactors) {
  plan::Graph graph(Shape{3});
  ActivityRegularization({}).lower(graph, Shape{3}, 0);
  EXPECT_TRUE(graph.ops().empty());
}

TEST(ActivityRegularization, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { ActivityRegularization({.l1 = -1, .name = "a"}); },
                            "ActivityRegularization \"a\": l1 must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { ActivityRegularization({.l2 = HUGE_VAL}); },
                            "ActivityRegularization: l2 must be finite and >= 0, got inf.");
}

}  // namespace
}  // namespace regulus
