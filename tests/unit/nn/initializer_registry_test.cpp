// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/nn/initializers.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(InitializerRegistry, KnowsKerasIdentifiers) {
  const std::pair<const char*, const char*> names[] = {{"glorot_uniform", "GlorotUniform"},
                                                       {"glorot_normal", "GlorotNormal"},
                                                       {"he_uniform", "HeUniform"},
                                                       {"he_normal", "HeNormal"},
                                                       {"lecun_uniform", "LecunUniform"},
                                                       {"lecun_normal", "LecunNormal"},
                                                       {"random_normal", "RandomNormal"},
                                                       {"truncated_normal", "TruncatedNormal"},
                                                       {"random_uniform", "RandomUniform"},
                                                       {"variance_scaling", "VarianceScaling"},
                                                       {"orthogonal", "Orthogonal"},
                                                       {"identity", "Identity"},
                                                       {"constant", "Constant"},
                                                       {"zeros", "Zeros"},
                                                       {"ones", "Ones"},
                                                       {"zero", "Zeros"},
                                                       {"one", "Ones"},
                                                       {"normal", "RandomNormal"},
                                                       {"uniform", "RandomUniform"},
                                                       {"IdentityInitializer", "Identity"},
                                                       {"OrthogonalInitializer", "Orthogonal"}};
  for (const auto& [identifier, class_name] : names) {
    EXPECT_EQ(Initializer(identifier).class_name(), class_name);
    EXPECT_EQ(Initializer(class_name).class_name(), class_name);
  }
}

TEST(InitializerRegistry, IdentifiersHaveTheDefaultsOfTheFunctions) {
  EXPECT_EQ(Initializer("random_normal").config(), initializers::RandomNormal({}).config());
  EXPECT_EQ(Initializer("truncated_normal").config(), initializers::TruncatedNormal({}).config());
  EXPECT_EQ(Initializer("random_uniform").config(), initializers::RandomUniform({}).config());
  EXPECT_EQ(Initializer("variance_scaling").config(), initializers::VarianceScaling({}).config());
  EXPECT_EQ(Initializer("orthogonal").config(), initializers::Orthogonal({}).config());
  EXPECT_EQ(Initializer("identity").config(), initializers::Identity().config());
  EXPECT_EQ(Initializer("constant").config(), initializers::Constant(0).config());
}

TEST(InitializerRegistry, ConfigsComeBackWithTheSameDraw) {
  using namespace initializers;
  const Initializer all[] = {
      GlorotUniform(1),
      GlorotNormal(),
      HeUniform(),
      HeNormal(3),
      LecunUniform(),
      LecunNormal(),
      VarianceScaling({.scale = 2, .mode = "fan_out", .distribution = "uniform", .seed = 4}),
      RandomNormal({.mean = 1, .stddev = 2, .seed = 5}),
      TruncatedNormal({.mean = 1, .stddev = 2}),
      RandomUniform({.minval = 1, .maxval = 2}),
      Orthogonal({.gain = 2, .seed = 0xFFFFFFFFFFFFFFFF}),
      Identity(3),
      Constant(4),
      Zeros(),
      Ones()};
  for (const Initializer& initializer : all) {
    const Initializer again = Initializer::from_config(initializer.class_name(), initializer.config());
    EXPECT_EQ(again.class_name(), initializer.class_name());
    EXPECT_EQ(again.config(), initializer.config());
    EXPECT_EQ(again({6, 4}, random::Key(9), 2), initializer({6, 4}, random::Key(9), 2))
        << initializer.class_name();
  }
}

TEST(InitializerRegistry, ReadsWhatKerasWrites) {
  const Value he = Value::Dict{{"seed", nullptr}, {"input_axes", nullptr}, {"output_axes", nullptr}};
  EXPECT_EQ(Initializer::from_config("HeNormal", he).class_name(), "HeNormal");
  const Value scaling = Value::Dict{{"distribution", "normal"}, {"seed", 3}};
  EXPECT_EQ(Initializer::from_config("VarianceScaling", scaling).config().at("distribution"),
            Value("truncated_normal"));
}

TEST(InitializerRegistry, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { Initializer("he_norml"); },
                            "Initializer: \"he_norml\" is not known. Did you mean \"he_normal\"?");
  expect_error<ConfigError>([] { Initializer::from_config("HeNorml", Value::Dict{}); },
                            "Initializer: \"HeNorml\" is not known. Did you mean \"he_normal\"?");
  expect_error<ConfigError>(
      [] {
        Initializer::from_config("HeNormal", Value::Dict{{"seed", 1.5}});
      },
      "HeNormal: seed must be an integer, got 1.5.");
  expect_error<ConfigError>(
      [] {
        Initializer::from_config("HeNormal", Value::Dict{{"input_axes", Value::List{0}}});
      },
      "HeNormal: input_axes must be null here, got a list.");
  expect_error<ConfigError>(
      [] {
        Initializer::from_config("Zeros", Value::Dict{{"value", 1}});
      },
      "Zeros: the config key \"value\" is not known.");
}

}  // namespace
}  // namespace regulus
