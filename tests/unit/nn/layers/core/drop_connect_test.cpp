// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/core/drop_connect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "regulus/nn/layers/regularization/dropout.h"
#include "support/golden.h"
#include "unit/nn/expectation.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using plan::Mode;
using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;

// The decisions of the golden at hand, [inputs][units], for the kernel below: it is asked panel by panel.
Tensor kernel_keep;

void draw_kernel_mask(std::uint16_t* keep, std::int64_t words, const std::uint32_t* panel, std::int64_t,
                      std::int64_t, kernels::MaskKey) {
  const std::int64_t units = kernel_keep.shape()[1];
  for (std::int64_t input = 0; input < words; ++input) {
    keep[input] = 0;
    for (std::int64_t lane = 0; lane < kernels::kPanel; ++lane) {
      const std::int64_t unit = *panel * kernels::kPanel + lane;
      if (unit < units && kernel_keep.at({input, unit}) != 0)
        keep[input] = static_cast<std::uint16_t>(keep[input] | (1 << lane));
    }
  }
}

template <class T>
void expect_follows_the_formula() {
  for (const auto& json : golden("drop_connect.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const auto& arguments = json.at("arguments");
    const Tensor x = tensor(json.at("x"));
    LayerPtr layer = DropConnect({.units = json.at("units").get<std::int64_t>(),
                                  .rate = json.at("rate").get<double>(),
                                  .activation = arguments.value("activation", "linear"),
                                  .use_bias = arguments.value("use_bias", true)});
    layer->build({x.shape().without_front(), random::Key(1), 0});
    std::vector<Tensor> weights;
    for (const auto& weight : json.at("weights")) weights.push_back(tensor(weight));
    layer->set_weights(weights);
    kernel_keep = tensor(json.at("keep"));
    const testing::RunOptions injected{.draw_mask = draw_kernel_mask};
    const double relative = 1e-5,
                 absolute = 3e-6;  // sums of up to 33 products, ten times as large at rate 0.9
    for (const Mode mode : {Mode::kMonteCarlo, Mode::kTrain}) {
      testing::RunOptions options = injected;
      if (mode == Mode::kTrain) {
        options.loss = plan::LossSpec{kernels::Loss::kMeanSquaredError, false, 0};
        options.targets.assign(static_cast<std::size_t>(tensor(json.at("y")).size()), 0.0f);
      }
      expect_close(testing::run<T>(x, {layer}, mode, options).output, tensor(json.at("y")), relative,
                   absolute, name + " y");
    }
    const testing::Gradients g = testing::gradients<T>(x, layer, tensor(json.at("dy")), injected);
    expect_close(g.dx, tensor(json.at("dx")), relative, absolute, name + " dx");
    ASSERT_EQ(g.dweights.size(), weights.size()) << name;
    for (std::size_t w = 0; w < weights.size(); ++w)
      expect_close(g.dweights[w], tensor(json.at("dweights").at(w)), relative, absolute,
                   name + " gradient of weight " + std::to_string(w));
  }
}

TEST(DropConnect, FollowsTheFormulaInFloat) {
  expect_follows_the_formula<float>();
}
TEST(DropConnect, FollowsTheFormulaInDouble) {
  expect_follows_the_formula<double>();
}

// Outputs of a row of ones are the sums of the kernel, all ones, over its inputs.
LayerPtr counted(LayerPtr layer) {
  layer->build({Shape{200}, random::Key(1), 0});
  Tensor kernel(Shape{200, 50});
  std::fill_n(kernel.data(), kernel.size(), 1.0f);
  layer->set_weights({kernel, Tensor(Shape{50})});
  return layer;
}
Tensor ones(std::int64_t rows) {
  return Tensor({rows, 200}, std::vector<float>(static_cast<std::size_t>(rows * 200), 1.0f));
}

TEST(DropConnect, DrawsOneMaskForAllRows) {
  const LayerPtr layer = counted(DropConnect({.units = 50, .rate = 0.3}));
  const Tensor y = testing::run<float>(ones(3), {layer}, Mode::kMonteCarlo).output;
  EXPECT_EQ(y.slice(0, 1), y.slice(1, 2));
  EXPECT_EQ(y.slice(0, 1), y.slice(2, 3));
  // 10,000 weights, each kept with probability 0.7: four standard deviations of the mean.
  double sum = 0;
  for (std::int64_t u = 0; u < 50; ++u) sum += static_cast<double>(y.data()[u]);
  EXPECT_NEAR(sum / 10000, 1, 4 * std::sqrt(0.3 / 0.7 / 10000));
}

TEST(DropConnect, IsDenseOutsideTraining) {
  const Tensor whole({1, 50}, std::vector<float>(50, 200.0f));
  const LayerPtr layer = counted(DropConnect({.units = 50, .rate = 0.3}));
  for (const Mode mode : {Mode::kPredict, Mode::kEvaluate})
    EXPECT_EQ(testing::run<float>(ones(1), {layer}, mode).output, whole);
  const LayerPtr never = counted(DropConnect({.units = 50, .rate = 0}));
  EXPECT_FALSE(never->stochastic());
  EXPECT_EQ(testing::run<float>(ones(1), {never}, Mode::kMonteCarlo).output, whole);
}

TEST(DropConnect, TheTwinDrawsInPredictionWhatThePlainLayerDrawsInTraining) {
  const Tensor drawn =
      testing::run<float>(ones(1), {counted(MCDropConnect({.units = 50}))}, Mode::kPredict).output;
  EXPECT_EQ(drawn,
            testing::run<float>(ones(1), {counted(DropConnect({.units = 50}))}, Mode::kMonteCarlo).output);
  EXPECT_NE(drawn,
            testing::run<float>(ones(1), {counted(DropConnect({.units = 50}))}, Mode::kPredict).output);
}

TEST(DropConnect, SamplesOfMonteCarloPredictionDifferAndEachHasOneMask) {
  Sequential model({DropConnect({.units = 4, .rate = 0.5}), Dropout({.rate = 0.5})},
                   {.name = "m", .seed = 5});
  model.build({8});
  Tensor x({40, 8});
  std::fill_n(x.data(), x.size(), 1.0f);
  const McPrediction shared = model.predict_mc(x, {.samples = 5, .masks = "shared", .keep_samples = true});
  for (std::int64_t t = 0; t < 5; ++t) {
    const Tensor sample = shared.samples.slice(t, t + 1).reshape({40, 4});
    for (std::int64_t r = 1; r < 40; ++r) EXPECT_EQ(sample.slice(r, r + 1), sample.slice(0, 1)) << t;
    EXPECT_TRUE(t == 0 || shared.samples.slice(t, t + 1) != shared.samples.slice(0, 1)) << t;
  }
}

TEST(DropConnect, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { DropConnect({.units = 3, .rate = 1, .name = "d"}); },
                            "DropConnect \"d\": rate must be in [0, 1), got 1.");
  expect_error<ConfigError>([] { MCDropConnect({.units = 3, .rate = -0.5}); },
                            "MCDropConnect: rate must be in [0, 1), got -0.5.");
  expect_error<ConfigError>([] { DropConnect({.rate = 0.5}); },
                            "DropConnect: units is missing. Say how many outputs, e.g. .units = 10.");
  expect_error<ConfigError>(
      [] {
        DropConnect::from_config(Value::Dict{{"units", 3}});
      },
      "DropConnect: rate is missing. It must be a number.");
  expect_error<ShapeError>(
      [] {
        DropConnect({.units = 3}).output_shape({4, 5});
      },
      "DropConnect: the input rows must have rank 1 (expected (None, n), found (None, 4, 5)). "
      "Add a Flatten layer before it.");
}

}  // namespace
}  // namespace regulus
