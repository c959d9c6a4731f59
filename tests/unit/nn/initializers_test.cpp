// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/initializers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "support/golden.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::golden;
using testing::number;

struct Moments {
  double mean = 0, std = 0, fourth = 0;
};

Moments moments_of(const Tensor& w) {
  const auto n = static_cast<double>(w.size());
  Moments m;
  for (const float v : w.values()) m.mean += v / n;
  double variance = 0;
  for (const float v : w.values()) variance += (v - m.mean) * (v - m.mean) / n;
  for (const float v : w.values()) m.fourth += std::pow(v - m.mean, 4) / n;
  m.std = std::sqrt(variance);
  return m;
}

bool is_drawn(const std::string& class_name) {
  return class_name != "Identity" && class_name != "Zeros" && class_name != "Ones" &&
         class_name != "Constant";
}

// The standard errors of mean and standard deviation are those of independent draws with the sample's
// own moments; an orthogonal matrix only comes closer. Five of them: one false alarm in two million.
void expect_promise(const std::string& name, const Tensor& w, const nlohmann::json& json) {
  const double mean = number(json.at("expected_mean"));
  const double std = number(json.at("expected_std"));
  const Moments m = moments_of(w);
  const auto n = static_cast<double>(w.size());
  if (is_drawn(json.at("class_name").get<std::string>())) {
    EXPECT_NEAR(m.mean, mean, 5 * m.std / std::sqrt(n)) << name;
    const double std_error = std::sqrt(std::max(0.0, m.fourth - std::pow(m.std, 4)) / n) / (2 * m.std);
    EXPECT_NEAR(m.std, std, 5 * std_error) << name;
  } else {
    EXPECT_NEAR(m.mean, mean, 1e-9) << name;  // sums in double of exact values
    EXPECT_NEAR(m.std, std, 1e-9) << name;
  }
  if (json.at("expected_bound").is_null()) return;
  const auto bound = static_cast<float>(number(json.at("expected_bound")));  // rounding keeps the order
  for (const float v : w.values()) ASSERT_LE(std::fabs(v), bound) << name;
}

// max |Q^T Q - gain^2 I| over the shorter side.
double orthogonality_error(const Tensor& w, double gain) {
  const std::int64_t rows = w.shape()[0], cols = w.shape()[1];
  const bool tall = rows >= cols;
  const std::int64_t count = std::min(rows, cols), length = std::max(rows, cols);
  const auto at = [&](std::int64_t vector, std::int64_t i) {
    return static_cast<double>(w.data()[tall ? i * cols + vector : vector * cols + i]);
  };
  double worst = 0;
  for (std::int64_t a = 0; a < count; ++a)
    for (std::int64_t b = 0; b <= a; ++b) {
      double dot = 0;
      for (std::int64_t i = 0; i < length; ++i) dot += at(a, i) * at(b, i);
      worst = std::max(worst, std::fabs(dot - (a == b ? gain * gain : 0)));
    }
  return worst;
}

TEST(Initializers, DrawWhatTheDefinitionPromises) {
  for (const auto& json : golden("initializers.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const Initializer initializer =
        Initializer::from_config(json.at("class_name").get<std::string>(), testing::value(json.at("config")));
    const Shape shape(json.at("shape").get<std::vector<std::int64_t>>());
    const Tensor w = initializer(shape, random::Key(2024), 1);
    EXPECT_EQ(w.shape(), shape) << name;
    expect_promise(name, w, json);
    if (json.contains("orthogonality_error")) {
      const double gain = number(json.at("config").at("gain"));
      // Entries are rounded to float32 once: 300 products, each off by at most 2 * 6e-8 * its size.
      EXPECT_LT(orthogonality_error(w, gain), gain * gain * 2e-7) << name;
    }
  }
}

TEST(Initializers, ReachTheEdgesOfTheirRange) {
  const Tensor w = initializers::HeUniform()({300, 200}, random::Key(3), 0);
  const double limit = std::sqrt(6.0 / 300);
  // The largest of 6e4 uniforms is within 3e-4 of the edge but for one chance in e^9.
  EXPECT_GT(*std::max_element(w.values().begin(), w.values().end()), limit * (1 - 3e-4));
  EXPECT_LT(*std::min_element(w.values().begin(), w.values().end()), -limit * (1 - 3e-4));
}

TEST(Initializers, FansOfHigherRanksCountTheReceptiveField) {
  const double std = moments_of(initializers::LecunNormal()({3, 3, 16, 32}, random::Key(1), 0)).std;
  EXPECT_NEAR(std, 1 / std::sqrt(3.0 * 3 * 16), 0.05 / 12);  // 4608 draws: five standard errors of 1 %
  EXPECT_EQ(initializers::GlorotUniform()(Shape{}, random::Key(1), 0).size(), 1);
}

TEST(Initializers, SameKeyAndIndexGiveTheSameWeight) {
  const Initializer he = "he_normal";
  const Shape shape{7, 5};
  EXPECT_EQ(he(shape, random::Key(1), 2), he(shape, random::Key(1), 2));
  EXPECT_NE(he(shape, random::Key(1), 2), he(shape, random::Key(1), 3));
  EXPECT_NE(he(shape, random::Key(1), 2), he(shape, random::Key(2), 2));
}

TEST(Initializers, OwnSeedReplacesKeyAndIndex) {
  const Initializer he = initializers::HeNormal(11);
  const Shape shape{7, 5};
  EXPECT_EQ(he(shape, random::Key(1), 2), he(shape, random::Key(3), 4));
  EXPECT_NE(he(shape, random::Key(1), 2), initializers::HeNormal(12)(shape, random::Key(1), 2));
}

TEST(Initializers, ConstantsAndIdentity) {
  const random::Key key(1);
  EXPECT_EQ(initializers::Constant(0.25)({2}, key, 0), Tensor({2}, {0.25f, 0.25f}));
  EXPECT_EQ(initializers::Zeros()({2}, key, 0), Tensor(Shape{2}));
  EXPECT_EQ(initializers::Ones()({2}, key, 0), Tensor({2}, {1, 1}));
  EXPECT_EQ(initializers::Identity(2)({2, 3}, key, 0), Tensor({2, 3}, {2, 0, 0, 0, 2, 0}));
  EXPECT_EQ(initializers::Identity()({3, 1}, key, 0), Tensor({3, 1}, {1, 0, 0}));
}

TEST(Initializers, EmptyShapesGiveEmptyWeights) {
  EXPECT_EQ(initializers::HeNormal()(Shape{0, 3}, random::Key(1), 0).size(), 0);
  EXPECT_EQ(initializers::Orthogonal({})(Shape{0, 3}, random::Key(1), 0).size(), 0);
}

TEST(Initializers, SayWhatIsWrong) {
  expect_error<ConfigError>([] { initializers::VarianceScaling({.scale = 0}); },
                            "VarianceScaling: scale must be finite and > 0, got 0.");
  expect_error<ConfigError>([] { initializers::VarianceScaling({.mode = "fan_inn"}); },
                            "VarianceScaling: mode \"fan_inn\" is not known. Did you mean \"fan_in\"?");
  expect_error<ConfigError>([] { initializers::VarianceScaling({.distribution = "cauchy"}); },
                            "VarianceScaling: distribution \"cauchy\" is not known. Known: truncated_normal, "
                            "untruncated_normal, uniform.");
  expect_error<ConfigError>([] { initializers::RandomNormal({.stddev = -1}); },
                            "RandomNormal: stddev must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { initializers::TruncatedNormal({.mean = NAN}); },
                            "TruncatedNormal: mean must be finite, got nan.");
  expect_error<ConfigError>([] { initializers::RandomUniform({.minval = 1, .maxval = 0}); },
                            "RandomUniform: maxval must be >= minval 1, got 0.");
  expect_error<ConfigError>([] { initializers::Constant(INFINITY); },
                            "Constant: value must be finite, got inf.");
  expect_error<ConfigError>([] { initializers::Orthogonal({.gain = NAN}); },
                            "Orthogonal: gain must be finite, got nan.");
  expect_error<ShapeError>([] { initializers::Orthogonal({})(Shape{3}, random::Key(1), 0); },
                           "Orthogonal: the weight must have at least two axes (found (3,)).");
  expect_error<ShapeError>(
      [] {
        initializers::Identity()(Shape{2, 2, 2}, random::Key(1), 0);
      },
      "Identity: the weight must have rank 2 (found (2, 2, 2)).");
}

}  // namespace
}  // namespace regulus
