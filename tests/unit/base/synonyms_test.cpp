// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/synonyms.h"

#include <gtest/gtest.h>

#include <vector>

namespace regulus {
namespace {

using Names = std::vector<std::string_view>;

TEST(Synonyms, WordsOfOtherTools) {
  EXPECT_EQ(synonyms("rmse", Names{"mse", "root_mean_squared_error"}).meant, "root_mean_squared_error");
  EXPECT_EQ(synonyms("RMSE", Names{"RootMeanSquaredError"}).meant, "RootMeanSquaredError");
  EXPECT_EQ(synonyms("xavier_uniform", Names{"he_normal", "glorot_uniform"}).meant, "glorot_uniform");
  EXPECT_EQ(synonyms("--lr", Names{"--epochs", "--learning-rate"}).meant, "--learning-rate");
  EXPECT_EQ(synonyms("eval", Names{"train", "evaluate"}).meant, "evaluate");
}

TEST(Synonyms, AWordOfItsOwnIsKnownThoughNothingMeansIt) {
  const Synonyms auc = synonyms("auc", Names{"acc", "mse"});
  EXPECT_TRUE(auc.known);
  EXPECT_EQ(auc.meant, "");
  EXPECT_EQ(synonyms("auc", Names{"acc", "AUC"}).meant, "AUC");
}

TEST(Synonyms, TheSameWordSpelledOtherwise) {
  EXPECT_EQ(synonyms("he-normal", Names{"he_normal"}).meant, "he_normal");
  EXPECT_EQ(synonyms("dropout", Names{"Dense", "Dropout"}).meant, "Dropout") << "not the option --rate";
}

TEST(Synonyms, OtherWordsAndHugeOnesAreNotKnown) {
  EXPECT_FALSE(synonyms("sleu", Names{"selu"}).known);
  EXPECT_FALSE(synonyms(std::string(1 << 20, 'a'), Names{"selu"}).known);
}

}  // namespace
}  // namespace regulus
