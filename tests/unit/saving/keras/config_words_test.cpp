// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/config_words.h"

#include <gtest/gtest.h>

#include "regulus/nn/layers/core/drop_connect.h"
#include "regulus/nn/layers/regularization/dropout.h"

namespace regulus::keras {
namespace {

using Dict = Value::Dict;

TEST(ConfigWords, KerassModules) {
  for (const char* module : {"keras", "keras.layers", "keras.src.layers.core.dense", "tf_keras.layers",
                             "tensorflow.keras.layers", "tensorflow.python.keras.layers"})
    EXPECT_TRUE(is_keras_module(module)) << module;
  for (const char* module :
       {"", "kerasite", "keras_nlp.layers", "os", "builtins", "my.keras", "tensorflow", "__main__"})
    EXPECT_FALSE(is_keras_module(module)) << module;
}

TEST(ConfigWords, OlderWordsAreKeras3s) {
  EXPECT_EQ(translated("SGD", Dict{{"lr", 0.5}, {"jit_compile", true}, {"is_legacy_optimizer", false}}),
            Value(Dict{{"learning_rate", 0.5}}));
  EXPECT_EQ(translated("LeakyReLU", Dict{{"alpha", 0.25}}), Value(Dict{{"negative_slope", 0.25}}));
  EXPECT_EQ(translated("ELU", Dict{{"alpha", 0.25}}), Value(Dict{{"alpha", 0.25}})) << "still its word";
  EXPECT_EQ(translated("BatchNormalization", Dict{{"axis", Value::List{3}}}), Value(Dict{{"axis", 3}}));
  EXPECT_EQ(translated("LayerNormalization", Dict{{"axis", Value::List{3}}}),
            Value(Dict{{"axis", Value::List{3}}}));
  EXPECT_EQ(translated("Dense", 7), Value(7));
}

TEST(ConfigWords, Float32GetsItsDecimalBack) {
  const auto decimal = [](double value) {
    return translated("SGD", Dict{{"learning_rate", value}}).at("learning_rate").as_double();
  };
  EXPECT_EQ(decimal(0.0010000000474974513), 0.001);
  EXPECT_EQ(decimal(0.10000000149011612), 0.1);
  EXPECT_EQ(decimal(0.001), 0.001);
  EXPECT_EQ(decimal(1.0 / 255), 1.0 / 255) << "no float32";
  EXPECT_EQ(decimal(0.5), 0.5);
  EXPECT_EQ(translated("Dense", Dict{{"a", Dict{{"l2", Value::List{0.009999999776482582}}}}}),
            Value(Dict{{"a", Dict{{"l2", Value::List{0.01}}}}}));
  EXPECT_EQ(translated("Dense", Dict{{"units", 7}}), Value(Dict{{"units", 7}})) << "integers stay integers";
}

TEST(ConfigWords, LayersThatKerasLacks) {
  const Counterpart mc = counterpart(MCDropout({.rate = 0.25}));
  EXPECT_EQ(mc.class_name, "Dropout");
  EXPECT_EQ(mc.config, Dropout({.rate = 0.25}).config());
  EXPECT_TRUE(mc.own_config.is_null());
  EXPECT_EQ(counterpart(MCAlphaDropout({.rate = 0.25})).class_name, "AlphaDropout");
  for (const Counterpart& dropped : {counterpart(DropConnect({.units = 3, .rate = 0.25, .seed = 5})),
                                     counterpart(MCDropConnect({.units = 3, .rate = 0.25, .seed = 5}))}) {
    EXPECT_EQ(dropped.class_name, "Dense");
    EXPECT_EQ(dropped.config, Dense({.units = 3}).config());
    EXPECT_EQ(dropped.own_config, Value(Dict{{"rate", 0.25}, {"seed", 5}}));
  }
  const Counterpart plain = counterpart(Dense({.units = 3}));
  EXPECT_EQ(plain.class_name, "Dense");
  EXPECT_TRUE(plain.own_config.is_null());
}

TEST(ConfigWords, OnlyATwinStandsForAClass) {
  EXPECT_TRUE(is_counterpart("Dropout", "MCDropout"));
  EXPECT_TRUE(is_counterpart("Dense", "MCDropConnect"));
  EXPECT_FALSE(is_counterpart("Dense", "Dense"));
  EXPECT_FALSE(is_counterpart("Dense", "MCDropout"));
  EXPECT_FALSE(is_counterpart("Dropout", "AlphaDropout"));
}

}  // namespace
}  // namespace regulus::keras
