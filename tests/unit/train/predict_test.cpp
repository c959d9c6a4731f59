// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "regulus/base/error.h"
#include "regulus/nn/layers/pooling/global_pooling.h"
#include "regulus/nn/layers/reshaping/repeat_vector.h"
#include "regulus/runtime/team.h"
#include "regulus/train/predictor.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::toy_data;
using testing::toy_model;

TEST(Predict, ARowsBitsDoNotDependOnItsCompany) {
  Sequential model = toy_model();
  const Dataset data = toy_data(1000);
  const Tensor all = model.predict(data);
  const McPrediction mc = model.predict_mc(data, {.samples = 9, .keep_samples = true});
  for (const std::int64_t size : {1, 7, 32}) {
    for (const std::int64_t first : {0, 5, 500, 967}) {
      const Dataset part = data.slice(first, first + size);
      EXPECT_EQ(model.predict(part), all.slice(first, first + size));
      const McPrediction few = model.predict_mc(part, {.samples = 9, .keep_samples = true});
      EXPECT_EQ(few.mean, mc.mean.slice(first, first + size));
      EXPECT_EQ(few.std, mc.std.slice(first, first + size));
      EXPECT_EQ(few.samples, mc.samples.rows(first, first + size));
    }
  }
}

// A row here takes 1.2 MB: passes have fewer rows than usual, and one row is a pass too.
Sequential large_rows() {
  Sequential model({RepeatVector({.n = 150'000, .input_shape = {2}}), GlobalAveragePooling1D(),
                    Dropout({.rate = 0.3}), Dense({.units = 3, .activation = "tanh"})},
                   {.seed = 1});
  return model;
}

TEST(Predict, LargeRowsHaveTheSameBitsInAnyCompany) {
  Sequential model = large_rows();
  const Dataset data(testing::normals(60, 2, 3));
  const Tensor all = model.predict(data);
  const McPrediction shared = model.predict_mc(data, {.samples = 2, .masks = "shared"});
  const McPrediction own = model.predict_mc(data, {.samples = 2});
  for (const std::int64_t first : {0, 29, 59}) {
    const Dataset row = data.slice(first, first + 1);
    EXPECT_EQ(model.predict(row), all.slice(first, first + 1));
    EXPECT_EQ(model.predict_mc(row, {.samples = 2, .masks = "shared"}).std,
              shared.std.slice(first, first + 1));
    EXPECT_EQ(model.predict_mc(row, {.samples = 2}).std, own.std.slice(first, first + 1));
  }
  std::vector<float> served(60 * 3);
  const Tensor x = data.to_tensor();
  Predictor(model).predict(x.values(), served);
  EXPECT_EQ(Tensor(Shape{60, 3}, served), all);
}

// mean and std are those of the samples, by the definition.
TEST(PredictMc, MomentsAreThoseOfTheSamples) {
  Sequential model = toy_model();
  const McPrediction mc = model.predict_mc(toy_data(100), {.samples = 50, .keep_samples = true});
  EXPECT_EQ(mc.samples.shape(), (Shape{50, 100, 4}));
  EXPECT_TRUE(mc.stochastic);
  testing::expect_close(mc.mean, mean(mc.samples), 0, 1e-7, "mean");  // rounding to float32 below 1
  testing::expect_close(mc.std, std_dev(mc.samples), 0, 1e-7, "std");
  for (const float s : mc.std.values()) EXPECT_GT(s, 0);
}

TEST(PredictMc, SamplesDependOnSeedAndSampleOnly) {
  Sequential model = toy_model();
  const Dataset data = toy_data(10);
  const McPrediction few = model.predict_mc(data, {.samples = 3, .seed = 1, .keep_samples = true});
  const McPrediction many = model.predict_mc(data, {.samples = 8, .seed = 1, .keep_samples = true});
  EXPECT_EQ(few.samples, many.samples.slice(0, 3));
  EXPECT_NE(model.predict_mc(data, {.samples = 3, .seed = 2}).mean, few.mean);
  EXPECT_EQ(model.predict_mc(data, {.samples = 3}).mean, model.predict_mc(data, {.samples = 3}).mean);
}

TEST(PredictMc, SharedMasksThinAllRowsAlike) {
  Sequential model(
      {Dropout({.rate = 0.5, .input_shape = {6}}), Dense({.units = 1, .kernel_initializer = "ones"})});
  const Dataset ones(Tensor({5, 6}, std::vector<float>(30, 1.0f)));
  const McPrediction shared =
      model.predict_mc(ones, {.samples = 20, .masks = "shared", .keep_samples = true});
  const McPrediction own = model.predict_mc(ones, {.samples = 20, .keep_samples = true});
  bool differs = false;
  for (std::int64_t t = 0; t < 20; ++t)
    for (std::int64_t r = 1; r < 5; ++r) {
      EXPECT_EQ(shared.samples.at({t, r, 0}), shared.samples.at({t, 0, 0}));
      differs = differs || own.samples.at({t, r, 0}) != own.samples.at({t, 0, 0});
    }
  EXPECT_TRUE(differs);
}

TEST(PredictMc, SaysWhenNothingIsDrawn) {
  Sequential model({Dense({.units = 2, .input_shape = {3}})});
  const McPrediction mc = model.predict_mc(Tensor({4, 3}), {.samples = 5});
  EXPECT_FALSE(mc.stochastic);
  for (const float s : mc.std.values()) EXPECT_EQ(s, 0);
}

TEST(PredictMc, RefusesBadOptions) {
  Sequential model = toy_model();
  testing::expect_error<ConfigError>([&] { model.predict_mc(toy_data(3), {.samples = 0}); },
                                     "predict_mc: samples must be at least 1 (found 0).");
  testing::expect_error<ConfigError>(
      [&] { model.predict_mc(toy_data(3), {.masks = "own"}); },
      "predict_mc: masks is not known (expected \"independent\" or \"shared\", found \"own\").");
}

// model(x, training=True): a new draw at each call, the same draws for the same seed.
TEST(Call, TrainingDrawsAnew) {
  Sequential model = toy_model();
  Sequential twin = toy_model();
  const Dataset data = toy_data(10);
  const Tensor first = model(data, {.training = true});
  const Tensor second = model(data, {.training = true});
  EXPECT_NE(first, second);
  EXPECT_EQ(twin(data, {.training = true}), first);
  EXPECT_EQ(twin(data, {.training = true}), second);
  EXPECT_EQ(model(data), model.predict(data));
  EXPECT_NE(model(data), first);
}

TEST(Predict, ManyThreadsMayAskAtOnce) {
  const Sequential model = toy_model();
  const Dataset data = toy_data(300);
  const Tensor expected = model.predict(data);
  const Tensor expected_mean = model.predict_mc(data, {.samples = 3}).mean;
  std::vector<std::thread> threads;
  std::vector<int> right(4, 0);
  for (std::size_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int n = 0; n < 5; ++n)
        right[i] +=
            model.predict(data) == expected && model.predict_mc(data, {.samples = 3}).mean == expected_mean;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, (std::vector<int>{5, 5, 5, 5}));
}

TEST(Predict, RefusesRowsOfAnotherShape) {
  Sequential model = toy_model();
  testing::expect_error<ShapeError>(
      [&] {
        model.predict(Tensor({2, 3}));
      },
      "predict: the data's rows do not fit the model (expected (None, 20), found (2, 3)).");
}

TEST(Predict, NoRowsGiveNoRows) {
  Sequential model = toy_model();
  EXPECT_EQ(model.predict(Tensor({0, 20})).shape(), (Shape{0, 4}));
}

}  // namespace
}  // namespace regulus
