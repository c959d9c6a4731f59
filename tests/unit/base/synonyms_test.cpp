// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/synonyms.h"

#include <gtest/gtest.h>

#include <vector>

namespace regulus {
namespace {

using Words = std::vector<std::string_view>;

TEST(Synonyms, WordsOfOtherTools) {
  EXPECT_EQ(synonyms("rmse", Words{"mse", "root_mean_squared_error"}).meant, "root_mean_squared_error");
  EXPECT_EQ(synonyms("RMSE", Words{"RootMeanSquaredError"}).meant, "RootMeanSquaredError");
  EXPECT_EQ(synonyms("xavier_uniform", Words{"he_normal", "glorot_uniform"}).meant, "glorot_uniform");
  EXPECT_EQ(synonyms("--lr", Words{"--epochs", "--learning-rate"}).meant, "--learning-rate");
  EXPECT_EQ(synonyms("eval", Words{"train", "evaluate"}).meant, "evaluate");
}

TEST(Synonyms, AWordOfItsOwnIsKnownThoughNothingMeansIt) {
  const Synonyms auc = synonyms("auc", Words{"acc", "mse"});
  EXPECT_TRUE(auc.known);
  EXPECT_EQ(auc.meant, "");
  EXPECT_EQ(synonyms("auc", Words{"acc", "AUC"}).meant, "AUC");
}

TEST(Synonyms, TheSameWordSpelledOtherwise) {
  EXPECT_EQ(synonyms("he-normal", Words{"he_normal"}).meant, "he_normal");
  EXPECT_EQ(synonyms("dropout", Words{"Dense", "Dropout"}).meant, "Dropout") << "not the option --rate";
}

TEST(Synonyms, OtherWordsAndHugeOnesAreNotKnown) {
  EXPECT_FALSE(synonyms("sleu", Words{"selu"}).known);
  EXPECT_FALSE(synonyms(std::string(1 << 20, 'a'), Words{"selu"}).known);
}

}  // namespace
}  // namespace regulus
