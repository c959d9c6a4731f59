// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "unit/saving/onnx/decoded.h"

// That the draws have regulus's distribution is for tests/oracle/onnx_test.py to show.

namespace regulus {
namespace {

using testing::exported;
using Integers = std::vector<std::int64_t>;
using Names = std::vector<std::string>;
constexpr OnnxOptions kMonteCarlo{.monte_carlo = true};

TEST(OnnxDropout, VanishesFromAPlainFile) {
  const auto file =
      exported({Dropout({.rate = 0.5}), AlphaDropout({.rate = 0.5}), GaussianNoise({.stddev = 1}),
                GaussianDropout({.rate = 0.5}), Dense({.units = 2})},
               {3});
  EXPECT_EQ(file.ops(), "Gemm");
  EXPECT_EQ(file.inputs.size(), 1u);
}

TEST(OnnxDropout, HeedsTheSwitchInAMonteCarloFile) {
  const auto file = exported({Dropout({.rate = 0.25, .name = "x"})}, {3}, kMonteCarlo);
  EXPECT_EQ(file.inputs, (Names{"x_input", "training"}));
  EXPECT_EQ(file.constants.at("training").type, 9);
  EXPECT_EQ(file.constants.at("training").data, testing::Bytes{0});
  EXPECT_EQ(file.ops(), "RandomUniformLike GreaterOrEqual Mul Where Where");
  EXPECT_EQ(file.nodes[4].inputs, (Names{"training", "x/Where", "x_input"}));
  EXPECT_EQ(file.constants.at("x/rate").floats(), std::vector<float>{0.25f});
  EXPECT_EQ(file.constants.at("x/scale").floats(), std::vector<float>{1 / 0.75f});
}

TEST(OnnxDropout, SharesDecisionsAlongAxesOfLengthOne) {
  const auto file =
      exported({Dropout({.rate = 0.25, .noise_shape = {1, -1, 1}, .name = "x"})}, {3, 4}, kMonteCarlo);
  EXPECT_EQ(file.nodes[0].op, "Slice");
  EXPECT_EQ(file.constants.at("x/shared_axes").integers(), (Integers{0, 2}));
  EXPECT_EQ(file.constants.at("x/end").integers(), (Integers{1, 1}));
}

TEST(OnnxDropout, SpatialDropoutKeepsWholeMapsInEitherOrder) {
  const SpatialDropout2D layer({.rate = 0.25, .name = "x"});
  EXPECT_EQ(exported({layer}, {4, 4, 2}, kMonteCarlo).constants.at("x/shared_axes").integers(),
            (Integers{1, 2}));
  const auto pooled = exported({MaxPooling2D(), layer}, {4, 4, 2}, kMonteCarlo);
  EXPECT_EQ(pooled.constants.at("x/shared_axes").integers(), (Integers{2, 3}));
}

// Klambauer et al. 2017: at rate 0.5 and alpha' = -1.7580993408473766.
TEST(OnnxDropout, AlphaDropoutHasItsConstants) {
  const auto file = exported({AlphaDropout({.rate = 0.5, .name = "x"})}, {3}, kMonteCarlo);
  EXPECT_EQ(file.ops(), "RandomUniformLike GreaterOrEqual Mul Add Where Where");
  EXPECT_NEAR(file.constants.at("x/scale").floats()[0], 0.8864, 1e-4);
  EXPECT_NEAR(file.constants.at("x/shift").floats()[0], 0.7792, 1e-4);
  EXPECT_NEAR(file.constants.at("x/dropped").floats()[0], -0.7792, 1e-4);  // mean 0 of both
}

TEST(OnnxDropout, NoiseHasMeanAndDeviation) {
  const auto noise = exported({GaussianNoise({.stddev = 0.5})}, {3}, kMonteCarlo);
  EXPECT_EQ(noise.ops(), "RandomNormalLike Add Where");
  EXPECT_EQ(noise.nodes[0].attributes.at("scale"), "0.5");
  const auto dropout = exported({GaussianDropout({.rate = 0.2})}, {3}, kMonteCarlo);
  EXPECT_EQ(dropout.ops(), "RandomNormalLike Mul Where");
  EXPECT_EQ(dropout.nodes[0].attributes.at("mean"), "1");
  EXPECT_EQ(dropout.nodes[0].attributes.at("scale"), "0.5");  // sqrt(0.2 / 0.8)
}

TEST(OnnxDropout, TwinsDrawWhateverTheSwitchSays) {
  const auto file = exported({MCDropout({.rate = 0.25}), MCDropout({.rate = 0.25})}, {3}, kMonteCarlo);
  EXPECT_EQ(file.inputs.size(), 1u);  // there is no switch
  EXPECT_EQ(file.nodes[4].inputs[0], "always");
  EXPECT_EQ(file.nodes[9].inputs[0], "always");
  EXPECT_EQ(file.constants.at("always").data, testing::Bytes{1});
}

}  // namespace
}  // namespace regulus
