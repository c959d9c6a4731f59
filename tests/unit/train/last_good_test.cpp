// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/last_good.h"

#include <cmath>

#include "regulus/nn/layers/normalization/batch_normalization.h"
#include "regulus/optim/sgd.h"
#include "regulus/train/lambda_callback.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::toy_data;
using testing::toy_model;

/// Everything that the next step depends on.
struct Everything {
  std::string weights;
  TrainingState state;
};

Everything everything(const Sequential& model) {
  return {model.weights_sha256(), model.training_state()};
}

void expect_same(const Everything& found, const Everything& wanted) {
  EXPECT_EQ(found.weights, wanted.weights);
  EXPECT_EQ(found.state.iterations, wanted.state.iterations);
  EXPECT_EQ(found.state.slots, wanted.state.slots);
}

// 60 steps an epoch; the learning rate becomes absurd before step `bad` of the second epoch.
void fit_until(Sequential& model, std::int64_t bad, Everything& last) {
  int epoch_now = 0;
  model.fit(toy_data(600),
            {.epochs = 3,
             .batch_size = 10,
             .verbose = 0,
             .callbacks = {LambdaCallback({.on_epoch_begin = [&](int epoch) { epoch_now = epoch; },
                                           .on_train_batch_begin =
                                               [&](std::int64_t batch) {
                                                 last = everything(model);
                                                 if (epoch_now == 1 && batch == bad)
                                                   model.optimizer().set_learning_rate(1e300);
                                               }})}});
}

class LastGoodOf : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Optimizers, LastGoodOf,
                         ::testing::Values("sgd", "adam", "nadam", "adamw", "rmsprop"));

TEST_P(LastGoodOf, AnOverflowingUpdateIsTakenBackBitForBit) {
  for (const std::int64_t bad : {0, 1, 37}) {
    Sequential model = toy_model();
    model.compile({.optimizer = GetParam(), .loss = "sparse_categorical_crossentropy"});
    Everything last;
    try {
      fit_until(model, bad, last);
      ADD_FAILURE() << "no error";
    } catch (const NumericError& error) {
      EXPECT_EQ(
          std::string(error.what()),
          "fit: epoch 2, step " + std::to_string(bad + 1) +
              ": the update makes weights infinite or NaN (first in \"dense\" kernel). The weights before "
              "this step are kept. Try a smaller learning_rate (now 1e+300).");
    }
    expect_same(everything(model), last);
  }
}

TEST(LastGood, AStepOfItsOwnIsTakenBackToo) {
  Sequential model = toy_model();
  const Everything before = everything(model);
  model.optimizer().set_learning_rate(1e300);
  EXPECT_THROW(model.train_on_batch(toy_data(8)), NumericError);
  expect_same(everything(model), before);
}

// More steps than lie between two copies.
TEST(LastGood, LongEpochsAreLookedAtToo) {
  Sequential model = toy_model();
  Everything last;
  EXPECT_THROW(model.fit(toy_data(800),
                         {.batch_size = 4,
                          .verbose = 0,
                          .callbacks = {LambdaCallback({.on_train_batch_begin =
                                                            [&](std::int64_t batch) {
                                                              last = everything(model);
                                                              if (batch == 150)
                                                                model.optimizer().set_learning_rate(1e300);
                                                            }})}}),
               NumericError);
  expect_same(everything(model), last);
}

TEST(LastGood, WeightsThatACallbackSetAreTheOnesToGoBackTo) {
  Sequential model = toy_model();
  const std::vector<Tensor> given = toy_model(77).get_weights();
  std::string last;
  EXPECT_THROW(model.fit(toy_data(600),
                         {.batch_size = 10,
                          .verbose = 0,
                          .callbacks = {LambdaCallback({.on_train_batch_begin =
                                                            [&](std::int64_t batch) {
                                                              if (batch == 5) model.set_weights(given);
                                                              last = model.weights_sha256();
                                                              if (batch == 9)
                                                                model.optimizer().set_learning_rate(1e300);
                                                            }})}}),
               NumericError);
  EXPECT_EQ(model.weights_sha256(), last);
}

TEST(LastGood, APenaltyThatOverflowsIsAnError) {
  Sequential model(
      {Dense({.units = 4, .activation = "softmax", .kernel_regularizer = l2(1e39), .input_shape = {20}})});
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  const std::string before = model.weights_sha256();
  EXPECT_THROW(model.fit(toy_data(64), {.verbose = 0}), NumericError);
  EXPECT_EQ(model.weights_sha256(), before);
}

// The loss is fine: a normalized batch is what it should be. The averages for prediction are not.
TEST(LastGood, AMovingAverageThatOverflowsIsTakenBack) {
  Sequential model({BatchNormalization({.input_shape = {20}}), Dense({.units = 4, .activation = "softmax"})});
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  Dataset data = toy_data(64);
  Tensor large = data.to_tensor();
  for (std::int64_t i = 0; i < large.size(); ++i) large.data()[i] *= 1e25f;
  const std::string before = model.weights_sha256();
  const Dataset scaled(large, {data.labels().begin(), data.labels().end()});
  expect_error<NumericError>(
      [&] { model.fit(scaled, {.verbose = 0}); },
      "fit: epoch 1, step 1: the batch makes moving averages infinite or NaN (first in "
      "\"batch_normalization\" moving_variance). The weights before this step are kept. Scale "
      "the data.");
  EXPECT_EQ(model.weights_sha256(), before);
}

TEST(LastGood, TrainingGoesOnAsIfNothingHadHappened) {
  const Dataset data = toy_data(96);
  Sequential wanted = toy_model();
  wanted.fit(data, {.epochs = 2, .verbose = 0, .shuffle = false});
  Sequential model = toy_model();
  model.fit(data, {.epochs = 1, .verbose = 0, .shuffle = false});
  const double rate = model.optimizer().learning_rate();
  model.optimizer().set_learning_rate(1e300);
  EXPECT_THROW(model.fit(data, {.epochs = 1, .verbose = 0, .shuffle = false}), NumericError);
  model.optimizer().set_learning_rate(rate);
  model.fit(data, {.epochs = 1, .verbose = 0, .shuffle = false});
  EXPECT_EQ(model.weights_sha256(), wanted.weights_sha256());
}

}  // namespace
}  // namespace regulus
