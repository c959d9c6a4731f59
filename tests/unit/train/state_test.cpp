// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/state.h"

#include <gtest/gtest.h>

#include "support/toy.h"

namespace regulus {
namespace {

TEST(ModelState, MakesEachInferencePlanOnce) {
  ModelState state;
  state.key = random::Key(1);
  LayerPtr layer = Dense({.units = 2, .name = "dense", .input_shape = {3}});
  layer->build({{3}, state.key, 0});
  state.layers = {layer};
  state.shapes = {{3}, {2}};
  const auto plan = state.plan(plan::Mode::kPredict, {3});
  EXPECT_EQ(plan, state.plan(plan::Mode::kPredict, {3}));
  EXPECT_NE(plan, state.plan(plan::Mode::kMonteCarlo, {3}));
  state.forget_plans();
  EXPECT_NE(plan, state.plan(plan::Mode::kPredict, {3}));
}

TEST(ModelState, EveryStochasticPredictionHasItsOwnDraw) {
  ModelState state;
  state.key = random::Key(1);
  const Draw a = state.next_draw();
  const Draw b = state.next_draw();
  EXPECT_EQ(a.key, b.key);
  EXPECT_NE(a.number, b.number);
  EXPECT_FALSE(a.key == state.key);
}

}  // namespace
}  // namespace regulus
