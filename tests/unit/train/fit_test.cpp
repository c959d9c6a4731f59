// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "regulus/base/error.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::toy_data;
using testing::toy_model;

TEST(Fit, LogsWhatKerasLogsAndTheLossInParts) {
  Sequential model = toy_model();
  const History history =
      model.fit(toy_data(), {.epochs = 3, .verbose = 0, .validation_data = toy_data(40, 2)});
  EXPECT_EQ(history.names(),
            (std::vector<std::string>{"accuracy", "loss", "data_loss", "penalty", "val_accuracy", "val_loss",
                                      "val_data_loss", "val_penalty"}));
  EXPECT_EQ(history.epoch(), (std::vector<int>{0, 1, 2}));
  for (std::size_t e = 0; e < 3; ++e) {
    // Both are sums of the same two doubles.
    EXPECT_DOUBLE_EQ(history["loss"][e], history["data_loss"][e] + history["penalty"][e]);
    EXPECT_DOUBLE_EQ(history["val_loss"][e], history["val_data_loss"][e] + history["val_penalty"][e]);
    EXPECT_GT(history["penalty"][e], 0);
  }
  EXPECT_LT(history["val_loss"][2], history["val_loss"][0]);
  EXPECT_DOUBLE_EQ(history["val_loss"][2], model.evaluate(toy_data(40, 2))["loss"]);
}

// Keras: the epoch's loss is the mean over rows of what each batch had before its update.
TEST(Fit, LossIsTheRunningMeanOverRows) {
  Sequential model({Dense({.units = 4, .activation = "softmax", .kernel_regularizer = l2(0.01)})},
                   {.seed = 1});
  Sequential twin({Dense({.units = 4, .activation = "softmax", .kernel_regularizer = l2(0.01)})},
                  {.seed = 1});
  for (Sequential* m : {&model, &twin})
    m->compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy"});
  const Dataset data = toy_data(75);
  const History history = model.fit(data, {.batch_size = 32, .verbose = 0, .shuffle = false});
  double sum = 0;
  for (std::int64_t first = 0; first < 75; first += 32) {
    const std::int64_t end = std::min<std::int64_t>(first + 32, 75);
    sum += twin.train_on_batch(data.slice(first, end))["loss"] * static_cast<double>(end - first);
  }
  EXPECT_NEAR(history["loss"][0], sum / 75, 1e-12);  // the same terms, added in another order
  EXPECT_EQ(model.weights_sha256(), twin.weights_sha256());
}

TEST(Fit, ValidationSplitIsTheLastPart) {
  const Dataset data = toy_data(103);
  Sequential split = toy_model();
  Sequential given = toy_model();
  const History a = split.fit(data, {.verbose = 0, .validation_split = 0.2});
  const History b = given.fit(data.slice(0, 82), {.verbose = 0, .validation_data = data.slice(82, 103)});
  EXPECT_EQ(split.weights_sha256(), given.weights_sha256());
  EXPECT_EQ(a["val_loss"], b["val_loss"]);
}

TEST(Fit, GoesOnWhereItStopped) {
  Sequential whole = toy_model();
  Sequential parts = toy_model();
  const History a = whole.fit(toy_data(), {.epochs = 3, .verbose = 0});
  parts.fit(toy_data(), {.epochs = 1, .verbose = 0});
  const History b = parts.fit(toy_data(), {.epochs = 3, .verbose = 0, .initial_epoch = 1});
  EXPECT_EQ(whole.weights_sha256(), parts.weights_sha256());
  EXPECT_EQ(b.epoch(), (std::vector<int>{1, 2}));
  EXPECT_EQ(a["loss"][2], b["loss"][1]);
}

TEST(Fit, ShufflesAnewEachEpochByTheSeed) {
  const auto trained = [](bool shuffle, std::uint64_t seed) {
    Sequential model({Dense({.units = 4, .activation = "softmax", .kernel_initializer = "zeros"})},
                     {.seed = seed});
    model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy"});
    model.fit(toy_data(), {.epochs = 2, .verbose = 0, .shuffle = shuffle});
    return model.weights_sha256();
  };
  EXPECT_EQ(trained(true, 1), trained(true, 1));
  EXPECT_NE(trained(true, 1), trained(true, 2));
  EXPECT_NE(trained(true, 1), trained(false, 1));
  EXPECT_EQ(trained(false, 1), trained(false, 2));
}

// A weight of 2 is the row twice (times the ratio of the divisors); a weight of 0 is no row.
TEST(Fit, SampleWeightsMultiplyTheLoss) {
  const Dataset data = toy_data(20);
  std::vector<float> weight(20, 1.0f);
  for (std::size_t i = 10; i < 20; ++i) weight[i] = 0.0f;
  weight[3] = 2.0f;
  Sequential model = toy_model();
  const double unweighted = model.evaluate(data)["data_loss"];
  const double weighted = model.evaluate(data, {.sample_weight = weight})["data_loss"];
  double expected =
      model.evaluate(data.slice(0, 10))["data_loss"] * 10 + model.evaluate(data.slice(3, 4))["data_loss"];
  EXPECT_NEAR(weighted, expected / 20, 1e-6);  // float32 losses of single rows
  EXPECT_NE(weighted, unweighted);
}

TEST(Fit, ClassWeightsAreSampleWeightsByLabel) {
  const Dataset data = toy_data(64);
  std::vector<float> weight;
  for (const std::int32_t label : data.labels()) weight.push_back(label == 2 ? 3.0f : 1.0f);
  Sequential by_class = toy_model();
  Sequential by_sample = toy_model();
  by_class.fit(data, {.verbose = 0, .class_weight = {{2, 3.0}}});
  by_sample.fit(data, {.verbose = 0, .sample_weight = weight});
  EXPECT_EQ(by_class.weights_sha256(), by_sample.weights_sha256());
}

// Keras takes the place of the largest target for the class, and of a single target its value.
TEST(Fit, ClassWeightsTakeOneHotTargetsAndSingleOnesToo) {
  const Dataset data = toy_data();
  Tensor one_hot(Shape{data.num_rows(), testing::kToyClasses});
  Tensor single(Shape{data.num_rows(), 1});
  std::vector<float> weight;
  for (std::int64_t r = 0; r < data.num_rows(); ++r) {
    const std::int32_t label = data.labels()[static_cast<std::size_t>(r)];
    one_hot.data()[r * testing::kToyClasses + label] = 1;
    single.data()[r] = static_cast<float>(label == 2);
    weight.push_back(label == 2 ? 3.0f : 1.0f);
  }
  Sequential by_class = toy_model();
  Sequential by_sample = toy_model();
  for (Sequential* model : {&by_class, &by_sample})
    model->compile({.optimizer = "nadam", .loss = "categorical_crossentropy"});
  by_class.fit({data.to_tensor(), one_hot}, {.verbose = 0, .class_weight = {{2, 3.0}}});
  by_sample.fit({data.to_tensor(), one_hot}, {.verbose = 0, .sample_weight = weight});
  EXPECT_EQ(by_class.weights_sha256(), by_sample.weights_sha256());

  const auto binary = [&](FitOptions options) {
    Sequential model({Dense({.units = 1, .activation = "sigmoid", .input_shape = {testing::kToyFeatures}})},
                     {.seed = 1});
    model.compile({.optimizer = "sgd", .loss = "binary_crossentropy"});
    options.verbose = 0;
    model.fit({data.to_tensor(), single}, options);
    return model.weights_sha256();
  };
  EXPECT_EQ(binary({.class_weight = {{1, 3.0}}}), binary({.sample_weight = weight}));
}

class Recorder final : public Callback {
 public:
  explicit Recorder(std::ostringstream* out) : out_(out) {}
  void on_train_begin() override { *out_ << "train(" << params().steps << ',' << params().samples << ") "; }
  void on_train_end(const Logs&) override { *out_ << "end"; }
  void on_epoch_begin(int epoch) override { *out_ << 'e' << epoch << ' '; }
  void on_epoch_end(int epoch, const Logs& logs) override {
    *out_ << 'E' << epoch << (logs.contains("val_loss") ? "v " : " ");
  }
  void on_train_batch_begin(std::int64_t batch) override { *out_ << 'b' << batch; }
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override {
    *out_ << 'B' << batch << (logs["loss"] > 0 ? " " : "? ");
  }
  void on_test_begin() override { *out_ << "t "; }
  void on_test_batch_begin(std::int64_t batch) override { *out_ << "tb" << batch; }
  void on_test_batch_end(std::int64_t batch, const Logs&) override { *out_ << "tB" << batch << ' '; }
  void on_test_end(const Logs&) override { *out_ << "T "; }

 private:
  std::ostringstream* out_;
};

TEST(Fit, CallsTheHooksInKerasOrder) {
  std::ostringstream out;
  Sequential model = toy_model();
  model.fit(toy_data(40), {.epochs = 2,
                           .verbose = 0,
                           .callbacks = {Recorder(&out)},
                           .validation_data = toy_data(33, 2),
                           .validation_freq = 2});
  EXPECT_EQ(out.str(), "train(2,40) e0 b0B0 b1B1 E0 e1 b0B0 b1B1 t tb0tB0 tb1tB1 T E1v end");
}

class StopAfter final : public Callback {
 public:
  explicit StopAfter(std::int64_t batch) : batch_(batch) {}
  void on_train_batch_end(std::int64_t batch, const Logs&) override {
    if (batch == batch_) model().stop_training();
  }

 private:
  std::int64_t batch_;
};

TEST(Fit, StopsAfterTheRunningBatch) {
  Sequential model = toy_model();
  const History history = model.fit(toy_data(), {.epochs = 5, .verbose = 0, .callbacks = {StopAfter(1)}});
  EXPECT_EQ(history.epoch().size(), 1u);
  EXPECT_EQ(model.iterations(), 2u);
  model.fit(toy_data(), {.epochs = 1, .verbose = 0});  // and can go on
  EXPECT_EQ(model.iterations(), 7u);
}

class HalveLearningRate final : public Callback {
 public:
  void on_epoch_end(int, const Logs&) override { model().optimizer().set_learning_rate(0); }
};

TEST(Fit, ACallbackMayChangeTheLearningRate) {
  Sequential once = toy_model();
  Sequential twice = toy_model();
  once.fit(toy_data(), {.epochs = 1, .verbose = 0});
  twice.fit(toy_data(), {.epochs = 2, .verbose = 0, .callbacks = {HalveLearningRate()}});
  // max_norm still shrinks by n / (n + 1e-7) at each step: compare a layer without it.
  EXPECT_EQ(once.get_weights()[0], twice.get_weights()[0]);
}

TEST(Fit, TrainsOnOneHotAndOnBinaryTargetsToo) {
  const Dataset data = toy_data(64);
  std::vector<float> one_hot(64 * 4);
  for (std::size_t r = 0; r < 64; ++r) one_hot[r * 4 + static_cast<std::size_t>(data.labels()[r])] = 1;
  const Dataset dense(data.to_tensor(), Tensor({64, 4}, one_hot));
  Sequential sparse = toy_model();
  Sequential plain = toy_model();
  plain.compile({.optimizer = "nadam", .loss = "categorical_crossentropy", .metrics = {"accuracy"}});
  const History a = sparse.fit(data, {.verbose = 0});
  const History b = plain.fit(dense, {.verbose = 0});
  EXPECT_NEAR(a["loss"][0], b["loss"][0], 1e-5);  // the same loss by two float32 formulas
  EXPECT_EQ(a["accuracy"], b["accuracy"]);
}

TEST(Fit, RefusesOptionsOutOfRange) {
  const auto fails = [](FitOptions options, const std::string& text) {
    Sequential model = toy_model();
    expect_error<ConfigError>([&] { model.fit(toy_data(), options); }, text);
  };
  fails({.batch_size = 0}, "fit: batch_size must be at least 1 (found 0).");
  fails({.epochs = -1}, "fit: epochs must not be negative (found -1).");
  fails({.validation_freq = 0}, "fit: validation_freq must be at least 1 (found 0).");
  fails({.validation_split = 1.0}, "fit: validation_split is out of range (expected [0, 1), found 1).");
  fails({.validation_split = 0.999},
        "fit: validation_split leaves no rows to train on (found 0.999 of 150 rows).");
  fails({.class_weight = {{1, -1.0}}},
        "fit: class_weight of class 1 must be finite and not negative (found -1).");
}

TEST(Fit, RefusesDataThatDoesNotFit) {
  Sequential model = toy_model();
  expect_error<ShapeError>(
      [&] {
        model.fit(Dataset(Tensor({3, 7}), std::vector<std::int32_t>(3)), {.verbose = 0});
      },
      "fit: the data's rows do not fit the model (expected (None, 20), found (3, 7)).");
  expect_error<DataError>(
      [&] {
        model.fit(Dataset(Tensor({3, 20}), {0, 1, 4}), {.verbose = 0});
      },
      "fit: the label of row 2 is out of range (expected 0 to 3, for 4 outputs of the model, found 4). Give "
      "the last "
      "layer more units, or mend the labels.");
  expect_error<DataError>(
      [&] {
        model.fit(Tensor({3, 20}), {.verbose = 0});
      },
      "fit: the loss SparseCategoricalCrossentropy needs integer labels. Give the data labels.");
  expect_error<ShapeError>(
      [&] {
        model.fit(toy_data(), {.verbose = 0, .sample_weight = {1, 2}});
      },
      "fit: sample_weight must have one entry a row (expected 150, found 2).");
}

TEST(Fit, StopsWhenTheLossIsNotFinite) {
  Dataset data = toy_data(64);
  Tensor x = data.to_tensor();
  x.data()[50 * testing::kToyFeatures + 3] = std::numeric_limits<float>::quiet_NaN();
  const Dataset broken(x, {data.labels().begin(), data.labels().end()});
  Sequential model({Dense({.units = 4, .activation = "softmax"})}, {.seed = 1});
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  Sequential twin({Dense({.units = 4, .activation = "softmax"})}, {.seed = 1});
  twin.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  expect_error<NumericError>([&] { model.fit(broken, {.batch_size = 32, .verbose = 0, .shuffle = false}); },
                             "fit: epoch 1, step 2: loss is not finite (row 50 of the data holds a NaN or an "
                             "infinity). The weights before "
                             "this step are kept. Mend the data.");
  twin.fit(data.slice(0, 32), {.verbose = 0, .shuffle = false});
  EXPECT_EQ(model.weights_sha256(), twin.weights_sha256());
}

}  // namespace
}  // namespace regulus
