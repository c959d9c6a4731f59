// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/classes.h"

#include <gtest/gtest.h>

namespace regulus::keras {
namespace {

// Every name is found: the table is sorted.
TEST(Classes, KerassAndOnesOwn) {
  for (const char* name :
       {"AbstractRNNCell", "Dense", "LSTM", "TFOpLambda", "BatchNormalizationV1", "ZeroPadding3D"})
    EXPECT_TRUE(is_keras_layer(name)) << name;
  for (const char* name : {"Doubled", "MCDropout", ""}) EXPECT_FALSE(is_keras_layer(name)) << name;
  EXPECT_TRUE(is_model_class("Model"));
  EXPECT_FALSE(is_model_class("Dense"));
}

TEST(Classes, OldNamesAndMonteCarlo) {
  EXPECT_EQ(class_today("SyncBatchNormalization"), "BatchNormalization");
  EXPECT_EQ(class_today("Dense"), "Dense");
  EXPECT_EQ(monte_carlo_class("MCAlphaDropoutOfMine"), "MCAlphaDropout");
  EXPECT_EQ(monte_carlo_class("MonteCarloDropout"), "MCDropout");
  EXPECT_EQ(monte_carlo_class("Dropout"), "");
}

}  // namespace
}  // namespace regulus::keras
