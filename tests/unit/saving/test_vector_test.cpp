// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/test_vector.h"

#include <cmath>
#include <limits>

#include "regulus/base/json.h"
#include "regulus/nn/layers/convolutional/convolution.h"
#include "regulus/nn/layers/pooling/pooling.h"
#include "regulus/nn/layers/reshaping/repeat_vector.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::toy_model;

Sequential plain(float weight = 1) {
  Sequential model({Dense({.units = 2, .use_bias = false, .input_shape = {1}})});
  model.set_weights({Tensor(Shape{1, 2}, {weight, 2 * weight})});
  return model;
}

TEST(TestVector, AnEqualModelSaysTheSame) {
  const TestVector vector = TestVector::of(toy_model()).value();
  EXPECT_EQ(vector.prediction.size(), 8u) << "two rows of four";
  EXPECT_EQ(vector.one_mc_sample.size(), 8u);
  EXPECT_NE(vector.prediction, vector.one_mc_sample);
  EXPECT_EQ(vector.difference(toy_model()), 0.0);
  EXPECT_GT(vector.difference(toy_model(6)), 1e-3);
}

// y = (x w, 2 x w): a relative difference of d in w is one of d in every output above 1.
TEST(TestVector, DifferencesAreRelativeAboveOne) {
  const TestVector vector = TestVector::of(plain(1024)).value();
  EXPECT_NEAR(vector.difference(plain(1024 * 1.25F)), 0.25, 1e-6);
  const TestVector small = TestVector::of(plain(0.001F)).value();
  EXPECT_NEAR(small.difference(plain(0.002F)),
              std::abs(small.prediction[1]) > std::abs(small.prediction[3]) ? std::abs(small.prediction[1])
                                                                            : std::abs(small.prediction[3]),
              1e-9);
}

// Models of a few bytes whose prediction takes gigabytes or hours.
TEST(TestVector, IsNotMadeWhereItCostsTooMuch) {
  const auto of = [](std::initializer_list<LayerPtr> layers) {
    return TestVector::of(Sequential(layers, {.seed = 1})).has_value();
  };
  EXPECT_TRUE(of({RepeatVector({.n = 1000, .input_shape = {3}})}));
  EXPECT_FALSE(of({RepeatVector({.n = 200'000'000, .input_shape = {1}})}));
  EXPECT_FALSE(of({Dense({.units = 1, .use_bias = false, .input_shape = {10'000'000}})}))
      << "16 times as much when it is packed";
  EXPECT_FALSE(of({AveragePooling2D(
      {.pool_size = {2000, 2000}, .strides = {1, 1}, .padding = "same", .input_shape = {4000, 4000, 1}})}));
  EXPECT_FALSE(of({Conv2D({.filters = 1,
                           .kernel_size = 2,
                           .padding = "same",
                           .dilation_rate = 100'000,
                           .input_shape = {3, 3, 1}})}));
}

TEST(TestVector, DrawsAreKeptWhereThereAreAny) {
  EXPECT_TRUE(TestVector::of(plain())->one_mc_sample.empty());
  const Sequential drawing({MCDropout({.rate = 0.5, .input_shape = {3}}), Dense({.units = 2})}, {.seed = 4});
  const TestVector vector = TestVector::of(drawing).value();
  EXPECT_TRUE(vector.prediction.empty()) << "draws anew at every call";
  EXPECT_EQ(vector.one_mc_sample.size(), 4u);
  EXPECT_EQ(vector.difference(drawing), 0.0);
}

TEST(TestVector, WideOutputsAreCut) {
  const Sequential wide({Dense({.units = 1000, .input_shape = {2}})});
  EXPECT_EQ(TestVector::of(wide)->prediction.size(), 128u);
}

TEST(TestVector, InfinitiesAndOtherSizesAreApart) {
  EXPECT_FALSE(TestVector::of(plain(std::numeric_limits<float>::infinity())).has_value());
  EXPECT_FALSE(TestVector::of(plain(NAN)).has_value());
  const TestVector vector = TestVector::of(plain()).value();
  EXPECT_EQ(vector.difference(plain(NAN)), std::numeric_limits<double>::infinity());
  EXPECT_EQ(vector.difference(toy_model()), std::numeric_limits<double>::infinity());
}

TEST(TestVector, ComesBackFromJson) {
  const TestVector vector = TestVector::of(toy_model()).value();
  const TestVector again = TestVector::from_config(parse_json(to_json(vector.config()), "f"), "f");
  EXPECT_EQ(again.prediction, vector.prediction);
  EXPECT_EQ(again.one_mc_sample, vector.one_mc_sample);
  expect_error<DataError>(
      [] {
        TestVector::from_config(Value::Dict{{"prediction", 7}}, "f");
      },
      "f: test_vector: prediction must be a list of numbers, got 7.");
  expect_error<DataError>(
      [] {
        TestVector::from_config(Value::Dict{{"predictions", Value::List{}}}, "f");
      },
      "f: test_vector: the config key \"predictions\" is not known. Did you mean \"prediction\"?");
}

// Looking at a model does not change what it draws next.
TEST(TestVector, LeavesTheModelAlone) {
  const auto make = [] {
    return Sequential({MCDropout({.rate = 0.5, .input_shape = {20}}), Dense({.units = 2})}, {.seed = 3});
  };
  const Sequential model = make();
  TestVector::of(model);
  EXPECT_EQ(model.predict(testing::toy_data(3)), make().predict(testing::toy_data(3)));
}

}  // namespace
}  // namespace regulus
