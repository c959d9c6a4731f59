// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/training_state.h"

#include <cmath>

#include "regulus/nn/layers/normalization/batch_normalization.h"
#include "regulus/optim/nadam.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::toy_data;
using testing::toy_model;

TEST(TrainingState, IsZeroBeforeTheFirstUpdate) {
  const TrainingState state = toy_model().training_state();
  EXPECT_EQ(state.iterations, 0u);
  EXPECT_EQ(state.epochs_shuffled, 0u);
  EXPECT_EQ(state.calls, 0u);
  ASSERT_EQ(state.slots.size(), 6u);
  EXPECT_EQ(state.slots[0], (std::vector<Tensor>{Tensor(Shape{20, 33}), Tensor(Shape{20, 33})}));
  EXPECT_EQ(state.slots[5], (std::vector<Tensor>{Tensor(Shape{4}), Tensor(Shape{4})}));
}

TEST(TrainingState, ComesBackAsItWasSet) {
  Sequential model = toy_model();
  TrainingState state{.iterations = 7, .epochs_shuffled = 3, .calls = 5, .slots = {}};
  std::uint32_t stream = 1;
  for (const plan::ParameterPtr& weight : model.trainable_weights()) {
    auto& slots = state.slots.emplace_back();
    for (int slot = 0; slot < 2; ++slot) {
      const Tensor values = testing::normals(1, weight->shape().size(), stream++);
      slots.emplace_back(weight->shape(), std::vector<float>(values.values().begin(), values.values().end()));
    }
  }
  model.set_training_state(state);
  const TrainingState found = model.training_state();
  EXPECT_EQ(found.iterations, 7u);
  EXPECT_EQ(found.epochs_shuffled, 3u);
  EXPECT_EQ(found.calls, 5u);
  EXPECT_EQ(found.slots, state.slots);
}

// Adam after one step, by its definition: m = (1 - beta_1) g, v = (1 - beta_2) g^2.
TEST(TrainingState, HasWhatTheOptimizerRemembers) {
  Sequential model({Dense({.units = 1, .use_bias = false, .input_shape = {1}})});
  model.set_weights({Tensor(Shape{1, 1}, {3})});
  model.compile({.optimizer = "adam", .loss = "mse"});
  model.train_on_batch(Dataset(Tensor(Shape{1, 1}, {1}), Tensor(Shape{1, 1}, {1})));
  const double gradient = 2 * (3.0 - 1.0);  // of (w - 1)^2 at 3
  const TrainingState state = model.training_state();
  EXPECT_EQ(state.iterations, 1u);
  EXPECT_NEAR(state.slots[0][0].values()[0], 0.1 * gradient, 1e-6);
  EXPECT_NEAR(state.slots[0][1].values()[0], 0.001 * gradient * gradient, 1e-7);
}

// Three epochs at once are one, a copy and two more: shuffles, masks and Nadam's schedule go on.
TEST(TrainingState, ACopyTrainsOnBitForBit) {
  Sequential whole = toy_model();
  whole.fit(toy_data(), {.epochs = 3, .verbose = 0});
  Sequential first = toy_model();
  first.fit(toy_data(), {.epochs = 1, .verbose = 0});
  Sequential second = toy_model();
  second.set_weights(first.get_weights());
  second.set_training_state(first.training_state());
  second.fit(toy_data(), {.epochs = 3, .verbose = 0, .initial_epoch = 1});
  EXPECT_EQ(second.weights_sha256(), whole.weights_sha256());
  EXPECT_EQ(second.training_state().slots, whole.training_state().slots);
}

TEST(TrainingState, OnlyTrainableWeightsHaveSlots) {
  Sequential model({BatchNormalization({.input_shape = {3}})});
  model.compile({.optimizer = "sgd", .loss = "mse"});
  ASSERT_EQ(model.trainable_weights().size(), 2u);
  EXPECT_EQ(model.trainable_weights()[0]->name(), "gamma");
  EXPECT_EQ(model.trainable_weights()[1]->name(), "beta");
  EXPECT_EQ(model.training_state().slots, (std::vector<std::vector<Tensor>>(2)));
}

TEST(TrainingState, WithoutAnOptimizerThereAreNoSlotsButDrawsAreCounted) {
  const Tensor x(Shape{2, 3}, std::vector<float>(6, 1.0f));
  Sequential model({MCDropout({.rate = 0.5, .input_shape = {3}})}, {.seed = 4});
  model.predict(x);
  TrainingState state = model.training_state();
  EXPECT_EQ(state.calls, 1);
  EXPECT_TRUE(state.slots.empty());
  Sequential twin({MCDropout({.rate = 0.5, .input_shape = {3}})}, {.seed = 4});
  twin.set_training_state(state);
  EXPECT_EQ(twin.predict(x), model.predict(x)) << "the second draw";
  state.slots.resize(1);
  EXPECT_THROW(twin.set_training_state(state), ShapeError);
}

TEST(TrainingState, WhatDoesNotFitLeavesTheModelAlone) {
  Sequential model = toy_model();
  model.fit(toy_data(), {.verbose = 0});
  const TrainingState before = model.training_state();
  const auto expect_refused = [&](auto change, const std::string& text) {
    TrainingState state = before;
    state.iterations = 99;
    change(state.slots);
    expect_error<ShapeError>([&] { model.set_training_state(state); }, "set_training_state: " + text);
    EXPECT_EQ(model.iterations(), before.iterations);
    EXPECT_EQ(model.training_state().slots, before.slots);
  };
  expect_refused([](auto& slots) { slots.pop_back(); },
                 "wrong number of trainable weights (expected 6, found 5).");
  expect_refused([](auto& slots) { slots[1].pop_back(); },
                 "wrong number of slots for bias (expected 2, found 1).");
  expect_refused(
      [](auto& slots) {
        slots[0][1] = Tensor(Shape{33, 20});
      },
      "a slot of kernel has another shape (expected (20, 33), found (33, 20)).");
}

}  // namespace
}  // namespace regulus
