// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/temperature.h"

#include "regulus/nn/layers/activation/softmax.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::expect_error;

// softmax([2, 0.5, -1] / T), in NumPy.
TEST(Temperature, DividesTheLogits) {
  const Tensor p(Shape{1, 3}, {0.78559703f, 0.17529039f, 0.03911257f});
  const auto near = [&](double temperature, std::vector<float> wanted) {
    expect_close(at_temperature(p, temperature), Tensor(Shape{1, 3}, std::move(wanted)), 1e-6, 0, "softmax");
  };
  near(0.5, {0.95033021262f, 0.04731415467f, 0.00235563272f});
  near(2.5, {0.54053883f, 0.296654f, 0.16280717f});
  EXPECT_EQ(at_temperature(p, 1), p);
}

TEST(Temperature, IsDefinedAtItsEdges) {
  const Tensor p(Shape{2, 2}, {0.6f, 0.4f, 1.0f, 0.0f});
  EXPECT_EQ(at_temperature(p, 1e-6), Tensor(Shape{2, 2}, {1, 0, 1, 0}));
  expect_close(at_temperature(p, 1e9), Tensor(Shape{2, 2}, {0.5f, 0.5f, 1, 0}), 1e-6, 0, "hot");
  EXPECT_EQ(at_temperature(Tensor(Shape{0, 2}), 2).size(), 0);
}

TEST(Temperature, IsForClassifiersAlone) {
  EXPECT_TRUE(is_classifier(testing::toy_model()));
  EXPECT_TRUE(is_classifier(Sequential({Dense({.units = 2, .input_shape = {2}}), Softmax()})));
  const Sequential numbers({Dense({.units = 2, .input_shape = {2}})});
  EXPECT_FALSE(is_classifier(numbers));
  expect_error<ConfigError>(
      [&] {
        numbers.predict_mc(Tensor(Shape{1, 2}), {.temperature = 2});
      },
      "predict_mc: a temperature is for models that end in softmax.");
  expect_error<ConfigError>(
      [&] { testing::toy_model().predict_mc(testing::toy_data(1), {.temperature = -1}); },
      "predict_mc: temperature must be finite and greater than 0, got -1.");
}

// Each sample has its temperature, and then the moments are taken.
TEST(Temperature, IsThatOfEverySample) {
  const Sequential model = testing::toy_model();
  const Dataset data = testing::toy_data(30);
  for (const char* masks : {"independent", "shared"}) {
    const McPrediction found =
        model.predict_mc(data, {.samples = 6, .masks = masks, .keep_samples = true, .temperature = 3});
    const McPrediction plain = model.predict_mc(data, {.samples = 6, .masks = masks, .keep_samples = true});
    expect_close(found.samples, at_temperature(plain.samples, 3), 1e-5, 1e-6, masks);
    expect_close(found.mean, mean(found.samples), 1e-6, 1e-7, masks);
    expect_close(found.std, std_dev(found.samples), 1e-4, 1e-6, masks);
  }
  const Sequential still({Dense({.units = 3, .activation = "softmax", .input_shape = {20}})});
  const Tensor wanted = at_temperature(still.predict(data), 3);
  expect_close(still.predict_mc(data, {.samples = 4, .temperature = 3}).mean, wanted, 1e-6, 0, "no draws");
}

}  // namespace
}  // namespace regulus
