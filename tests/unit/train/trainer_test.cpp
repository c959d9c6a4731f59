// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/toy.h"

namespace regulus {
namespace {

using testing::kToyClasses;
using testing::kToyFeatures;
using testing::toy_data;

// A compiled model's inside, which Sequential keeps private.
void fill(ModelState& state) {
  state.key = random::Key(3);
  LayerPtr layer = Dense({.units = kToyClasses, .activation = "softmax", .name = "dense"});
  layer->build({{kToyFeatures}, state.key, 0});
  state.layers = {layer};
  state.shapes = {{kToyFeatures}, {kToyClasses}};
  state.optimizer = OptimizerPtr("nadam");
  state.loss = Loss("sparse_categorical_crossentropy");
}

TEST(Trainer, AnEpochVisitsEveryRowOnce) {
  ModelState state;
  fill(state);
  const Dataset data = toy_data(150).slice(10, 87);
  const TrainingData training("fit", state, data, {});
  Trainer trainer(state, training, 32);
  EXPECT_EQ(trainer.num_steps(), 3);
  std::vector<std::uint32_t> previous;
  for (int epoch = 0; epoch < 3; ++epoch) {
    trainer.begin_epoch(/*shuffle=*/true);
    std::vector<std::uint32_t> order;
    for (std::int64_t step = 0; step < 3; ++step) {
      const auto rows = trainer.rows_of(step);
      EXPECT_EQ(rows.size(), step < 2 ? 32u : 13u);
      order.insert(order.end(), rows.begin(), rows.end());
    }
    EXPECT_EQ(std::set(order.begin(), order.end()).size(), 77u);
    EXPECT_LT(*std::max_element(order.begin(), order.end()), 77u);
    EXPECT_NE(order, previous);
    previous = order;
  }
}

TEST(Trainer, WithoutShufflingRowsComeInOrder) {
  ModelState state;
  fill(state);
  const Dataset data = toy_data(40);
  const TrainingData training("fit", state, data, {});
  Trainer trainer(state, training, 32);
  trainer.begin_epoch(/*shuffle=*/false);
  EXPECT_EQ(trainer.rows_of(1).front(), 32u);
  EXPECT_EQ(state.epochs_shuffled, 0u);
}

TEST(Trackers, WeighByRows) {
  ModelState state;
  fill(state);
  Trackers trackers(state, kToyClasses);
  trackers.add_loss(1.0, 0.5, 30);
  trackers.add_loss(4.0, 0.5, 10);
  Logs logs;
  trackers.report(logs, "val_");
  EXPECT_DOUBLE_EQ(logs["val_data_loss"], 1.75);
  EXPECT_DOUBLE_EQ(logs["val_penalty"], 0.5);
  EXPECT_DOUBLE_EQ(logs["val_loss"], 2.25);
  trackers.reset();
  trackers.report(logs, "val_");
  EXPECT_EQ(logs["val_loss"], 0);
}

}  // namespace
}  // namespace regulus
