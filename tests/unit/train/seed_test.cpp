// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/train/state.h"
#include "support/toy.h"

namespace regulus {
namespace {

std::string two_models() {
  Sequential a({Dense({.units = 3, .input_shape = {4}})});
  Sequential b({Dense({.units = 3, .input_shape = {4}})});
  EXPECT_NE(a.weights_sha256(), b.weights_sha256());
  return a.weights_sha256() + b.weights_sha256();
}

TEST(Seed, TheSameSeedGivesTheSameModels) {
  set_random_seed(42);
  const std::string first = two_models();
  const std::string other = two_models();
  set_random_seed(42);
  EXPECT_EQ(two_models(), first);
  EXPECT_NE(other, first);
  set_random_seed(43);
  EXPECT_NE(two_models(), first);
}

TEST(Seed, AModelsOwnSeedWins) {
  set_random_seed(1);
  const ModelIdentity a = next_model_identity({.name = "m", .seed = 7});
  set_random_seed(2);
  const ModelIdentity b = next_model_identity({.name = "m", .seed = 7});
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.name, "m");
}

TEST(Seed, ModelsWithoutANameAreNumbered) {
  const std::string first = next_model_identity({}).name;
  const std::string second = next_model_identity({}).name;
  EXPECT_EQ(first.rfind("sequential", 0), 0u);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace regulus
