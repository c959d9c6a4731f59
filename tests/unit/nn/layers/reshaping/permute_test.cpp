// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/permute.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Permute, FollowsKeras) {
  testing::expect_layer_follows_keras("Permute", 0);
}

TEST(Permute, AddsNoStepWhereTheOrderStays) {
  plan::Graph graph(Shape{2, 3});
  Permute({.dims = {1, 2}}).lower(graph, Shape{2, 3}, 0);
  EXPECT_TRUE(graph.ops().empty());
}

TEST(Permute, RefusesWhatIsNoPermutation) {
  for (const auto& [dims, text] : std::vector<std::pair<std::vector<int>, std::string>>{
           {{0, 1}, "0, 1"}, {{1, 1}, "1, 1"}, {{2}, "2"}, {{1, 2, 4}, "1, 2, 4"}, {{}, ""}})
    expect_error<ConfigError>([&, d = dims] { Permute({.dims = d, .name = "p"}); },
                              "Permute \"p\": dims must hold the axes 1, 2, … once each, got (" + text +
                                  "). Axis 0, the batch, is left out.");
}

TEST(Permute, RefusesRowsOfAnotherRank) {
  expect_error<ShapeError>(
      [] {
        Permute({.dims = {2, 1}, .name = "p"}).output_shape({4});
      },
      "Permute \"p\": the input rows must have rank 2 (expected (None, d1, d2), found (None, 4)).");
  expect_error<ShapeError>(
      [] {
        Permute({.dims = {2, 1}}).output_shape({4, 0});
      },
      "Permute: the rows must have 1 to 2147483647 features (found (None, 4, 0)).");
}

}  // namespace
}  // namespace regulus
