// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/callback.h"

#include <functional>
#include <memory>

#include "regulus/train/lambda_callback.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::toy_data;
using testing::toy_model;

// Does something to the model in the middle of its training.
void in_training(Sequential& model, const std::function<void()>& what) {
  model.fit(toy_data(64),
            {.epochs = 2,
             .verbose = 0,
             .callbacks = {LambdaCallback({.on_train_batch_end = [&](std::int64_t batch, const Logs&) {
               if (batch == 0) what();
             }})}});
}

TEST(Callback, CannotPullTheModelAway) {
  Sequential model = toy_model();
  const TrainingState state = model.training_state();
  const Value config = model.compile_config();
  const std::pair<const char*, std::function<void()>> changes[] = {
      {"compile", [&] { model.compile({.optimizer = "sgd", .loss = "mse"}); }},
      {"compile", [&] { model.compile_from_config(config); }},
      {"fit", [&] { model.fit(toy_data(64), {.verbose = 0}); }},
      {"train_on_batch", [&] { model.train_on_batch(toy_data(8)); }},
      {"add", [&] { model.add(Dense({.units = 2})); }},
      {"set_training_state", [&] { model.set_training_state(state); }},
  };
  for (const auto& [name, change] : changes)
    expect_error<ConfigError>([&] { in_training(model, change); },
                              std::string(name) +
                                  ": the model is being trained. Wait until fit returns; a callback "
                                  "can end it with stop_training().");
  model.fit(toy_data(64), {.verbose = 0});  // none of it left a trace
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
}

TEST(Callback, MayPredictEvaluateAndSetWeights) {
  Sequential model = toy_model();
  const std::vector<Tensor> weights = model.get_weights();
  in_training(model, [&] {
    model.predict(toy_data(200));
    model.predict_mc(toy_data(20), {.samples = 2});
    model.evaluate(toy_data(20));
    model.set_weights(weights);
    EXPECT_EQ(model.get_weights(), weights);
  });
}

TEST(Callback, MayGiveTheVariableAnotherModel) {
  auto model = std::make_unique<Sequential>(toy_model());
  in_training(*model, [&] { *model = toy_model(8); });
  EXPECT_EQ(model->weights_sha256(), toy_model(8).weights_sha256());
}

TEST(Callback, AnEmptyHandleIsAnError) {
  Sequential model = toy_model();
  CallbackPtr callback = LambdaCallback({});
  const CallbackPtr moved = std::move(callback);
  const std::string text = "there is no callback in a handle. Was it moved away?";
  expect_error<ConfigError>([&] { model.fit(toy_data(8), {.callbacks = {callback}}); }, "fit: " + text);
  expect_error<ConfigError>([&] { model.evaluate(toy_data(8), {.callbacks = {callback}}); },
                            "evaluate: " + text);
}

TEST(LambdaCallback, CallsWhatItWasGiven) {
  std::string said;
  const auto say = [&said](const char* text) { said += text; };
  Sequential model = toy_model();
  model.fit(toy_data(40),
            {.epochs = 1,
             .verbose = 0,
             .callbacks = {LambdaCallback(
                 {.on_epoch_begin = [&](int) { say("<"); },
                  .on_epoch_end = [&](int, const Logs& logs) { say(logs.contains("loss") ? ">" : "?"); },
                  .on_train_begin = [&] { say("["); },
                  .on_train_end = [&](const Logs&) { say("]"); },
                  .on_train_batch_begin = [&](std::int64_t) { say("("); },
                  .on_train_batch_end = [&](std::int64_t, const Logs&) { say(")"); },
                  .on_test_begin = [&] { say("{"); },
                  .on_test_end = [&](const Logs&) { say("}"); },
                  .on_test_batch_begin = [&](std::int64_t) { say("/"); },
                  .on_test_batch_end = [&](std::int64_t, const Logs&) { say("\\"); }})},
             .validation_data = toy_data(8)});
  EXPECT_EQ(said, "[<()(){/\\}>]");
}

}  // namespace
}  // namespace regulus
