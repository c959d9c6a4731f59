// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/regularization/gaussian_noise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "regulus/nn/layers/reshaping/flatten.h"
#include "regulus/random/sequence.h"
#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using plan::Mode;
using testing::expect_error;

Tensor filled(const Shape& shape, float value) {
  return Tensor(shape, std::vector<float>(static_cast<std::size_t>(shape.size()), value));
}

Tensor drawn(const LayerPtr& layer, const Tensor& x, Mode mode = Mode::kMonteCarlo) {
  return testing::run<float>(x, {layer}, mode).output;
}

struct Moments {
  double mean = 0;
  double variance = 0;
};
Moments moments(const Tensor& x) {
  Moments m;
  const auto n = static_cast<double>(x.size());
  for (const float v : x.values()) m.mean += static_cast<double>(v) / n;
  for (const float v : x.values())
    m.variance += (static_cast<double>(v) - m.mean) * (static_cast<double>(v) - m.mean) / n;
  return m;
}

LayerPtr noise_of(const nlohmann::json& json) {
  const double size = json.at("argument").get<double>();
  if (json.at("class_name") == "GaussianNoise") return GaussianNoise({.stddev = size});
  return GaussianDropout({.rate = size});
}

// What Keras asks its random generator for, and what it makes of the answer on x = 2.
TEST(GaussianNoise, DrawsFromTheDistributionsOfKeras) {
  for (const auto& json : testing::golden("layers.json").at("noise")) {
    const auto name = json.at("name").get<std::string>();
    const double mean = testing::number(json.at("y_mean"));
    const double stddev = testing::number(json.at("y_stddev"));
    const Moments m = moments(drawn(noise_of(json), filled({300, 1000}, 2)));
    // 300,000 normals with a fixed key: five standard deviations of mean and variance.
    const double root = std::sqrt(300000.0);
    EXPECT_NEAR(m.mean, mean, 5 * stddev / root) << name;
    EXPECT_NEAR(m.variance, stddev * stddev, 5 * stddev * stddev * std::sqrt(2.0) / root) << name;
  }
}

TEST(GaussianNoise, IsScaledExactly) {
  // The same normals, whatever their size: those added with stddev 1 are the normals themselves.
  const Tensor z = drawn(GaussianNoise({.stddev = 1}), filled({3, 50}, 0));
  const Tensor halved = drawn(GaussianNoise({.stddev = 0.5}), filled({3, 50}, 0));
  const Tensor factors = drawn(GaussianDropout({.rate = 0.2}), filled({3, 50}, 1));
  for (std::int64_t i = 0; i < z.size(); ++i) {
    EXPECT_EQ(halved.data()[i], z.data()[i] / 2);
    EXPECT_NEAR(factors.data()[i], 1 + 0.5 * z.data()[i], 2.4e-7);  // sqrt(.2 / .8) = 1/2; 1 ulp below 4
  }
}

template <class T>
void expect_consistent_gradients() {
  Tensor x({4, 37}), dy({4, 37});
  random::Sequence normals(random::Key(5), 0, 0, 0);
  for (std::int64_t i = 0; i < x.size(); ++i) {
    x.data()[i] = static_cast<float>(normals.next_normal());
    dy.data()[i] = static_cast<float>(normals.next_normal());
  }
  EXPECT_EQ(testing::backward<T>(x, GaussianNoise({.stddev = 0.3}), dy), dy);
  const LayerPtr dropout = GaussianDropout({.rate = 0.3});
  const Tensor factors = testing::run<T>(filled({4, 37}, 1), {dropout}, Mode::kMonteCarlo).output;
  const auto times = [&](Tensor values) {
    for (std::int64_t i = 0; i < values.size(); ++i) values.data()[i] *= factors.data()[i];
    return values;
  };
  const double relative = 2e-7;  // factors rounded to float, then products: 2 ulp
  testing::expect_close(testing::run<T>(x, {dropout}, Mode::kMonteCarlo).output, times(x), relative, 0, "y");
  testing::expect_close(testing::backward<T>(x, dropout, dy), times(dy), relative, 0, "dx");
}

TEST(GaussianNoise, GoesBackThroughTheNoiseThatItDrewInFloat) {
  expect_consistent_gradients<float>();
}
TEST(GaussianNoise, GoesBackThroughTheNoiseThatItDrewInDouble) {
  expect_consistent_gradients<double>();
}

TEST(GaussianNoise, DrawsInPredictionOnlyAsMonteCarloTwin) {
  const Tensor x = filled({3, 20}, 1);
  for (const Mode mode : {Mode::kPredict, Mode::kEvaluate}) {
    EXPECT_EQ(drawn(GaussianNoise({.stddev = 0.5}), x, mode), x);
    EXPECT_EQ(drawn(GaussianDropout({.rate = 0.5}), x, mode), x);
  }
  EXPECT_EQ(drawn(MCGaussianNoise({.stddev = 0.5}), x, Mode::kPredict),
            drawn(GaussianNoise({.stddev = 0.5}), x));
  EXPECT_EQ(drawn(MCGaussianDropout({.rate = 0.5}), x, Mode::kPredict),
            drawn(GaussianDropout({.rate = 0.5}), x));
}

TEST(GaussianNoise, SeedOfTheLayerReplacesTheModelsKeyAndThePositionIsTheStream) {
  const Tensor x = filled({4, 20}, 0);
  const auto with = [&](const LayerPtr& layer, std::uint64_t key, bool second) {
    std::vector<LayerPtr> layers;
    if (second) layers.push_back(Flatten());
    layers.push_back(layer);
    return testing::run<float>(x, layers, Mode::kMonteCarlo, {.key = random::Key(key)}).output;
  };
  const auto plain = GaussianNoise({.stddev = 0.5});
  const auto seeded = GaussianNoise({.stddev = 0.5, .seed = 3});
  EXPECT_EQ(with(seeded, 1, false), with(seeded, 2, false));
  EXPECT_NE(with(plain, 1, false), with(plain, 2, false));
  EXPECT_NE(with(plain, 1, false), with(plain, 1, true));
}

TEST(GaussianNoise, WithoutNoiseAddsNoStep) {
  plan::Graph graph(Shape{33});
  GaussianNoise({.stddev = 0}).lower(graph, Shape{33}, 0);
  GaussianDropout({.rate = 0}).lower(graph, Shape{33}, 0);
  EXPECT_TRUE(graph.ops().empty());
  EXPECT_FALSE(GaussianNoise({.stddev = 0}).stochastic());
  EXPECT_FALSE(GaussianDropout({.rate = 0}).stochastic());
}

TEST(GaussianNoise, SaysWhatIsWrong) {
  expect_error<ConfigError>(
      [] { GaussianNoise({}); },
      "GaussianNoise: stddev is missing. Say how strong the noise is, e.g. .stddev = 0.1.");
  expect_error<ConfigError>([] { GaussianDropout({}); },
                            "GaussianDropout: rate is missing. Say how much is dropped, e.g. .rate = 0.5.");
  expect_error<ConfigError>([] { GaussianNoise({.stddev = 1.5, .name = "g"}); },
                            "GaussianNoise \"g\": stddev must be in [0, 1], got 1.5.");
  expect_error<ConfigError>([] { MCGaussianNoise({.stddev = std::nan("")}); },
                            "MCGaussianNoise: stddev must be in [0, 1], got nan.");
  expect_error<ConfigError>([] { GaussianDropout({.rate = 1, .name = "g"}); },
                            "GaussianDropout \"g\": rate must be in [0, 1), got 1.");
  expect_error<ConfigError>([] { MCGaussianDropout({.rate = -0.5}); },
                            "MCGaussianDropout: rate must be in [0, 1), got -0.5.");
  expect_error<ConfigError>(
      [] {
        GaussianNoise::from_config(Value::Dict{{"name", "g"}});
      },
      "GaussianNoise \"g\": stddev is missing. It must be a number.");
  expect_error<ConfigError>(
      [] {
        GaussianDropout::from_config(Value::Dict{{"rat", 0.5}, {"rate", 0.5}});
      },
      "GaussianDropout: the config key \"rat\" is not known. Did you mean \"rate\"?");
}

TEST(GaussianNoise, ReadsAndWritesConfigsOfKeras) {
  for (const auto& json : testing::golden("layers.json").at("noise")) {
    const auto& config = json.at("config");
    testing::expect_config(
        layer_from_config(json.at("class_name").get<std::string>(), testing::value(config)), config,
        json.at("name").get<std::string>());
  }
}

}  // namespace
}  // namespace regulus
