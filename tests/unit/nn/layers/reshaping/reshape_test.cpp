// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/reshape.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Reshape, FollowsKeras) {
  testing::expect_layer_follows_keras("Reshape", 0);
}

TEST(Reshape, AddsNoStep) {
  plan::Graph graph(Shape{12});
  Reshape({.target_shape = {4, 3}}).lower(graph, Shape{12}, 0);
  EXPECT_TRUE(graph.ops().empty());
}

TEST(Reshape, RefusesLengthsThatAreNone) {
  expect_error<ConfigError>(
      [] {
        Reshape({.target_shape = {4, 0}, .name = "r"});
      },
      "Reshape \"r\": target_shape must hold lengths >= 1 and at most one -1, got 0.");
  expect_error<ConfigError>([] { Reshape({.target_shape = {-2}}); },
                            "Reshape: target_shape must hold lengths >= 1 and at most one -1, got -2.");
  expect_error<ConfigError>(
      [] {
        Reshape({.target_shape = {-1, 2, -1}});
      },
      "Reshape: target_shape must hold lengths >= 1 and at most one -1, got several -1.");
  expect_error<ConfigError>(
      [] {
        Reshape::from_config(Value::Dict{{"name", "r"}});
      },
      "Reshape \"r\": target_shape is missing. It must be a list of integers.");
}

TEST(Reshape, RefusesRowsOfAnotherSize) {
  expect_error<ShapeError>(
      [] {
        Reshape({.target_shape = {5, 3}, .name = "r"}).output_shape({4, 4});
      },
      "Reshape \"r\": target_shape does not hold as many numbers as the input "
      "(expected 16 of (None, 4, 4), found (None, 5, 3)).");
  expect_error<ShapeError>(
      [] {
        Reshape({.target_shape = {3, -1}}).output_shape({4, 4});
      },
      "Reshape: target_shape does not hold as many numbers as the input "
      "(expected 16 of (None, 4, 4), found (None, 3, -1)).");
}

}  // namespace
}  // namespace regulus
