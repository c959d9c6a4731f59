// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/names.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace regulus {
namespace {

const std::vector<std::string_view> kActivations = {"elu", "selu", "relu", "tanh", "sigmoid", "softmax"};

TEST(NearestName, FindsTypos) {
  EXPECT_EQ(nearest_name("sleu", kActivations), "selu") << "a transposition";
  EXPECT_EQ(nearest_name("softmx", kActivations), "softmax") << "a letter left out";
  EXPECT_EQ(nearest_name("sigmoidd", kActivations), "sigmoid") << "one too many";
  EXPECT_EQ(nearest_name("tamh", kActivations), "tanh") << "a wrong one";
  EXPECT_EQ(nearest_name("ReLU", kActivations), "relu") << "case does not count";
  EXPECT_EQ(nearest_name("softmax", kActivations), "softmax");
}

TEST(NearestName, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest_name("swish", kActivations), "");
  EXPECT_EQ(nearest_name("", kActivations), "");
  EXPECT_EQ(nearest_name("relu", {}), "");
  EXPECT_EQ(nearest_name("abc", std::vector<std::string_view>{"axy"}), "") << "two of three letters differ";
  EXPECT_EQ(nearest_name("abc", std::vector<std::string_view>{"abx"}), "abx") << "one of three differs";
}

TEST(NearestName, ThreeEditsInNineLettersAreTheMost) {
  EXPECT_EQ(nearest_name("abcdefxyz", std::vector<std::string_view>{"abcdefghi"}), "abcdefghi");
  EXPECT_EQ(nearest_name("abcdewxyz", std::vector<std::string_view>{"abcdefghi"}), "");
}

TEST(NearestName, AHugeNameCostsNothing) {
  EXPECT_EQ(nearest_name(std::string(1 << 24, 'a'), kActivations), "");
}

TEST(DidYouMean, NamesTheNearestOrAll) {
  EXPECT_EQ(did_you_mean("sleu", kActivations), "Did you mean \"selu\"?");
  EXPECT_EQ(did_you_mean("x", kActivations), "Known: elu, selu, relu, tanh, sigmoid, softmax.");
  EXPECT_EQ(did_you_mean("x", {}), "");
}

TEST(DidYouMean, AWordWithAMeaningIsNoTypo) {
  const std::vector<std::string_view> metrics = {"acc", "mse", "root_mean_squared_error"};
  EXPECT_EQ(did_you_mean("rmse", metrics), "Did you mean \"root_mean_squared_error\"?") << "not mse";
  EXPECT_EQ(did_you_mean("auc", metrics), "Known: acc, mse, root_mean_squared_error.") << "not acc";
}

TEST(DidYouMean, TheOnlyNameThatBeginsSo) {
  const std::vector<std::string_view> options = {"--output", "--outlier", "--labels"};
  EXPECT_EQ(did_you_mean("--lab", options), "Did you mean \"--labels\"?");
  EXPECT_EQ(did_you_mean("--o", options), "Known: --output, --outlier, --labels.");
}

TEST(DidYouMean, ListsEachNameOnceAndNoEndlessList) {
  EXPECT_EQ(did_you_mean("x", std::vector<std::string_view>{"rate", "seed", "rate"}), "Known: rate, seed.");
  std::vector<std::string> all;
  for (int i = 0; i < 10'000; ++i) all.push_back("name" + std::to_string(i));
  const std::vector<std::string_view> known(all.begin(), all.end());
  EXPECT_LT(did_you_mean("?", known).size(), 400u);
}

TEST(SnakeCase, AsKerasNamesLayers) {
  // keras.src.utils.naming.to_snake_case of Keras 3.15.1
  EXPECT_EQ(snake_case("Dense"), "dense");
  EXPECT_EQ(snake_case("AlphaDropout"), "alpha_dropout");
  EXPECT_EQ(snake_case("MCAlphaDropout"), "mc_alpha_dropout");
  EXPECT_EQ(snake_case("ReLU"), "re_lu");
  EXPECT_EQ(snake_case("PReLU"), "p_re_lu");
  EXPECT_EQ(snake_case("LeakyReLU"), "leaky_re_lu");
  EXPECT_EQ(snake_case("Conv2D"), "conv2d");
  EXPECT_EQ(snake_case("SpatialDropout1D"), "spatial_dropout1d");
  EXPECT_EQ(snake_case("LSTMCell"), "lstm_cell");
  EXPECT_EQ(snake_case("ELU"), "elu");
  EXPECT_EQ(snake_case(""), "");
}

TEST(WithCommas, GroupsThousands) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(235500), "235,500");
  EXPECT_EQ(with_commas(-100), "-100");
  EXPECT_EQ(with_commas(-1234567), "-1,234,567");
  EXPECT_EQ(with_commas(std::numeric_limits<long long>::min()), "-9,223,372,036,854,775,808");
}

}  // namespace
}  // namespace regulus
