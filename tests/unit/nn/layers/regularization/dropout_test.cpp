// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/regularization/dropout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "regulus/nn/layers/regularization/spatial_dropout.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "regulus/plan/pass/mask.h"
#include "regulus/random/sequence.h"
#include "support/golden.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using plan::Mode;
using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;

// The decisions of the golden at hand, [rows or 1][units], for the kernel below.
std::vector<int> dropout_keep;

void draw_dropout_mask(std::uint16_t* keep, std::int64_t words, const std::uint32_t* row_ids,
                       std::int64_t rows, std::int64_t units, kernels::MaskKey) {
  std::fill_n(keep, rows * words, std::uint16_t{0});
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int64_t row = row_ids[r] == plan::Mask<float>::kSharedRow ? 0 : row_ids[r];
    for (std::int64_t u = 0; u < units; ++u)
      if (dropout_keep[static_cast<std::size_t>(row * units + u)] != 0)
        keep[r * words + u / 16] = static_cast<std::uint16_t>(keep[r * words + u / 16] | (1 << (u % 16)));
  }
}

LayerPtr dropout_of(const nlohmann::json& json) {
  DropoutOptions options{.rate = json.at("rate").get<double>()};
  if (json.at("class_name") == "SpatialDropout1D") return SpatialDropout1D({.rate = options.rate});
  if (json.at("class_name") == "SpatialDropout2D") return SpatialDropout2D({.rate = options.rate});
  if (!json.at("noise_shape").is_null())
    for (const auto& length : json.at("noise_shape"))
      options.noise_shape.push_back(length.is_null() ? -1 : length.get<int>());
  if (json.at("class_name") == "Dropout") return Dropout(options);
  return AlphaDropout(options);
}

// Dropped units of a golden that multiplies by the mask where we select: see the test.
Tensor without_lost_values(Tensor y, const LayerPtr& layer, const Tensor& x) {
  if (!is<AlphaDropout>(layer)) return y;
  for (std::int64_t i = 0; i < y.size(); ++i)
    if (!std::isfinite(x.data()[i]) && dropout_keep[static_cast<std::size_t>(i)] == 0) y.data()[i] = 0;
  return y;
}

template <class T>
void expect_dropout_follows_keras() {
  for (const auto& json : golden("dropout.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const LayerPtr layer = dropout_of(json);
    const Tensor x = tensor(json.at("x"));
    dropout_keep = json.at("keep").at("data").get<std::vector<int>>();
    const testing::RunOptions injected{.draw_mask = draw_dropout_mask};
    // One product and one sum in float32, in another order than TensorFlow: 2 ulp.
    const double relative = 3e-7, absolute = 3e-7;
    expect_close(
        without_lost_values(testing::run<T>(x, {layer}, Mode::kMonteCarlo, injected).output, layer, x),
        without_lost_values(tensor(json.at("y")), layer, x), relative, absolute, name + " forward");
    Tensor finite = x;
    for (std::int64_t i = 0; i < finite.size(); ++i)
      if (!std::isfinite(finite.data()[i])) finite.data()[i] = 1;
    expect_close(testing::backward<T>(finite, layer, tensor(json.at("dy")), injected), tensor(json.at("dx")),
                 relative, absolute, name + " backward");
    EXPECT_EQ(testing::run<T>(x.reshape(x.shape()), {layer}, Mode::kEvaluate).output.shape(), x.shape())
        << name;
  }
}

TEST(Dropout, FollowsKerasWithGivenMasksInFloat) {
  expect_dropout_follows_keras<float>();
}
TEST(Dropout, FollowsKerasWithGivenMasksInDouble) {
  expect_dropout_follows_keras<double>();
}

Tensor ones(std::int64_t rows, std::int64_t features) {
  return Tensor({rows, features}, std::vector<float>(static_cast<std::size_t>(rows * features), 1.0f));
}

TEST(Dropout, SelectsSoThatDroppedNanIsGoneInBothKinds) {
  dropout_keep = {0, 1};
  const Tensor x({1, 2}, {std::nanf(""), 1.0f});
  const testing::RunOptions injected{.draw_mask = draw_dropout_mask};
  EXPECT_EQ(testing::run<float>(x, {Dropout({.rate = 0.5})}, Mode::kMonteCarlo, injected).output,
            Tensor({1, 2}, {0.0f, 2.0f}));
  const Tensor y = testing::run<float>(x, {AlphaDropout({.rate = 0.2})}, Mode::kMonteCarlo, injected).output;
  EXPECT_NEAR(y.data()[0], -1.2361598, 2e-7);               // Keras's value on a dropped zero, 1 ulp
  EXPECT_NEAR(y.data()[1], 0.87890358 + 0.30903996, 2e-7);  // a + b, 1 ulp
}

TEST(Dropout, IsTheIdentityOutsideTraining) {
  const Tensor x = ones(3, 20);
  for (const Mode mode : {Mode::kPredict, Mode::kEvaluate}) {
    EXPECT_EQ(testing::run<float>(x, {Dropout({.rate = 0.5})}, mode).output, x);
    EXPECT_EQ(testing::run<float>(x, {AlphaDropout({.rate = 0.5})}, mode).output, x);
  }
}

TEST(Dropout, MonteCarloTwinsDrawInPredictionToo) {
  const Tensor x = ones(3, 200);
  EXPECT_NE(testing::run<float>(x, {MCDropout({.rate = 0.5})}, Mode::kPredict).output, x);
  EXPECT_NE(testing::run<float>(x, {MCAlphaDropout({.rate = 0.5})}, Mode::kPredict).output, x);
  // The twin draws what the plain layer draws in training with the same key.
  EXPECT_EQ(testing::run<float>(x, {MCDropout({.rate = 0.5})}, Mode::kPredict).output,
            testing::run<float>(x, {Dropout({.rate = 0.5})}, Mode::kMonteCarlo).output);
}

TEST(Dropout, RateOneGivesZerosAndRateZeroAddsNoStep) {
  const Tensor x = ones(2, 33);
  EXPECT_EQ(testing::run<float>(x, {Dropout({.rate = 1})}, Mode::kMonteCarlo).output, Tensor({2, 33}));
  plan::Graph graph(Shape{33});
  Dropout({.rate = 0}).lower(graph, Shape{33}, 0);
  AlphaDropout({.rate = 0}).lower(graph, Shape{33}, 0);
  EXPECT_TRUE(graph.ops().empty());
  EXPECT_FALSE(Dropout({.rate = 0}).stochastic());
  EXPECT_TRUE(Dropout({.rate = 0.1}).stochastic());
}

TEST(Dropout, SeedOfTheLayerReplacesTheModelsKeyAndThePositionIsTheStream) {
  const Tensor x = ones(4, 100);
  const auto drawn = [&](const LayerPtr& layer, std::uint64_t key, bool second) {
    std::vector<LayerPtr> layers;
    if (second) layers.push_back(Flatten());
    layers.push_back(layer);
    return testing::run<float>(x, layers, Mode::kMonteCarlo, {.key = random::Key(key)}).output;
  };
  EXPECT_EQ(drawn(Dropout({.rate = 0.5, .seed = 3}), 1, false),
            drawn(Dropout({.rate = 0.5, .seed = 3}), 2, false));
  EXPECT_NE(drawn(Dropout({.rate = 0.5}), 1, false), drawn(Dropout({.rate = 0.5}), 2, false));
  EXPECT_NE(drawn(Dropout({.rate = 0.5}), 1, false), drawn(Dropout({.rate = 0.5}), 1, true));
}

TEST(Dropout, KeepsTheShareThatTheRatePromises) {
  for (const double rate : {0.1, 0.5, 0.9}) {
    const Tensor y =
        testing::run<float>(ones(100, 1000), {Dropout({.rate = rate})}, Mode::kMonteCarlo).output;
    const auto dropped = std::count(y.values().begin(), y.values().end(), 0.0f);
    // 1e5 independent decisions with a fixed key: five standard deviations.
    EXPECT_NEAR(static_cast<double>(dropped) / 1e5, rate, 5 * std::sqrt(rate * (1 - rate) / 1e5));
  }
}

TEST(Dropout, AlphaDropoutKeepsMeanAndVariance) {
  Tensor x({200, 500});
  random::Sequence normals(random::Key(5), 0, 0, 0);
  for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(normals.next_normal());
  const Tensor y = testing::run<float>(x, {AlphaDropout({.rate = 0.2})}, Mode::kMonteCarlo).output;
  double sum = 0, squares = 0;
  for (const float v : y.values()) {
    sum += v;
    squares += static_cast<double>(v) * v;
  }
  EXPECT_NEAR(sum / 1e5, 0, 5 / std::sqrt(1e5));       // five standard errors of a unit variance
  EXPECT_NEAR(squares / 1e5, 1, 5 * std::sqrt(2e-5));  // the same for a variance of squares up to 2
}

TEST(Dropout, SharesTheDecisionsThatTheNoiseShapeSays) {
  const Tensor x({3, 4, 5}, std::vector<float>(60, 1.0f));
  const auto y = [&](std::vector<int> noise) {
    return testing::run<float>(x, {Dropout({.rate = 0.5, .noise_shape = std::move(noise)})},
                               Mode::kMonteCarlo)
        .output;
  };
  const Tensor rows_differ = y({-1, 1, 5});
  for (std::int64_t r = 0; r < 3; ++r)
    for (std::int64_t i = 1; i < 4; ++i)
      for (std::int64_t c = 0; c < 5; ++c) EXPECT_EQ(rows_differ.at({r, i, c}), rows_differ.at({r, 0, c}));
  const Tensor rows_same = y({1, 4, 5});
  EXPECT_EQ(rows_same.slice(0, 1), rows_same.slice(1, 2));
  EXPECT_EQ(rows_same.slice(0, 1), rows_same.slice(2, 3));
  const Tensor all_same = y({1, 1, 1});
  for (const float v : all_same.values()) EXPECT_EQ(v, all_same.data()[0]);
}

TEST(Dropout, KeepsTheInputsShape) {
  EXPECT_EQ(Dropout({.rate = 0.5}).output_shape({4, 5}), Shape({4, 5}));
  EXPECT_EQ(Dropout({.rate = 0.5, .noise_shape = {1, -1, 5}}).output_shape({4, 5}), Shape({4, 5}));
}

TEST(Dropout, RefusesRatesOutOfRange) {
  expect_error<ConfigError>([] { AlphaDropout({.rate = 1.2, .name = "alpha_dropout"}); },
                            "AlphaDropout \"alpha_dropout\": rate must be in [0, 1), got 1.2.");
  expect_error<ConfigError>([] { MCAlphaDropout({.rate = 1}); },
                            "MCAlphaDropout: rate must be in [0, 1), got 1.");
  expect_error<ConfigError>([] { Dropout({.rate = 1.5}); }, "Dropout: rate must be in [0, 1], got 1.5.");
  expect_error<ConfigError>([] { Dropout({.rate = -0.1}); }, "Dropout: rate must be in [0, 1], got -0.1.");
  expect_error<ConfigError>([] { MCDropout({.rate = std::nan("")}); },
                            "MCDropout: rate must be in [0, 1], got nan.");
}

TEST(Dropout, RefusesNoiseShapesThatDoNotFit) {
  expect_error<ConfigError>(
      [] {
        Dropout({.rate = 0.5, .noise_shape = {-1, 0}});
      },
      "Dropout: noise_shape must hold positive lengths, 1 (shared) or -1 (the input's), got 0.");
  expect_error<ShapeError>(
      [] {
        Dropout({.rate = 0.5, .noise_shape = {-1, 3}, .name = "d"}).output_shape({4});
      },
      "Dropout \"d\": noise_shape does not fit the input (expected (None, 4) with any length 1, "
      "found (None, 3)).");
  expect_error<ShapeError>(
      [] { Dropout({.rate = 0.5, .noise_shape = {-1}}).output_shape({4}); },
      "Dropout: noise_shape does not fit the input (expected (None, 4) with any length 1, "
      "found (None)).");
  expect_error<ShapeError>(
      [] {
        Dropout({.rate = 0.5, .noise_shape = {32, 4}}).output_shape({4});
      },
      "Dropout: noise_shape does not fit the input (expected (None, 4) with any length 1, "
      "found (32, 4)).");
}

TEST(Dropout, ReadsKerasConfigs) {
  const Dropout layer = Dropout::from_config(
      Value::Dict{{"name", "d"}, {"rate", 0.25}, {"seed", 3}, {"noise_shape", Value::List{nullptr, 1}}});
  EXPECT_EQ(layer.name(), "d");
  EXPECT_EQ(layer.rate(), 0.25);
  EXPECT_EQ(layer.options().seed, std::uint64_t{3});
  EXPECT_EQ(layer.options().noise_shape, (std::vector<int>{-1, 1}));
  expect_error<ConfigError>(
      [] {
        AlphaDropout::from_config(Value::Dict{{"name", "a"}});
      },
      "AlphaDropout \"a\": rate is missing. It must be a number.");
  expect_error<ConfigError>(
      [] {
        Dropout::from_config(Value::Dict{{"rate", 0.1}, {"noise_shape", 3}});
      },
      "Dropout: noise_shape must be a list of null and positive integers, got 3.");
  expect_error<ConfigError>(
      [] {
        Dropout::from_config(Value::Dict{{"rate", 0.1}, {"noise_shape", Value::List{nullptr, 0}}});
      },
      "Dropout: noise_shape must be a list of null and positive integers, got 0.");
  expect_error<ConfigError>(
      [] {
        Dropout::from_config(Value::Dict{{"rat", 0.1}, {"rate", 0.1}});
      },
      "Dropout: the config key \"rat\" is not known. Did you mean \"rate\"?");
}

}  // namespace
}  // namespace regulus
