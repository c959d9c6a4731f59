// SPDX-License-Identifier: Apache-2.0
// Losses and metrics that the user has written.
#include <cmath>
#include <stdexcept>

#include "regulus/optim/sgd.h"
#include "regulus/runtime/team.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::normals;

double squared(std::span<const float> y_true, std::span<const float> y_pred, std::span<float> gradient) {
  double sum = 0;
  const auto units = static_cast<double>(y_pred.size());
  for (std::size_t u = 0; u < y_pred.size(); ++u) {
    const double error = static_cast<double>(y_pred[u]) - static_cast<double>(y_true[u]);
    sum += error * error;
    if (!gradient.empty()) gradient[u] = static_cast<float>(2 * error / units);
  }
  return sum / units;
}

Dataset regression(std::int64_t rows, std::int64_t targets) {
  return {normals(rows, 5, 3), normals(rows, targets, 4)};
}

Sequential model_of(Loss loss, std::int64_t units, std::vector<Metric> metrics = {}) {
  Sequential model({Dense({.units = 9, .activation = "tanh", .input_shape = {5}}), Dense({.units = units})},
                   {.seed = 2});
  model.compile({.optimizer = "sgd", .loss = std::move(loss), .metrics = std::move(metrics)});
  return model;
}

TEST(OwnLoss, TrainsAsTheBuiltInOne) {
  const Dataset data = regression(100, 3);
  Sequential own = model_of(losses::Function("squared", squared), 3, {"mse"});
  Sequential built_in = model_of("mse", 3);
  const History found = own.fit(data, {.epochs = 3, .verbose = 0, .validation_split = 0.2});
  const History wanted = built_in.fit(data, {.epochs = 3, .verbose = 0, .validation_split = 0.2});
  // Float against double in one sum of three squares.
  for (const char* name : {"loss", "val_loss"})
    for (std::size_t e = 0; e < 3; ++e)
      EXPECT_NEAR(found[name][e], wanted[name][e], 1e-5 * wanted[name][e]) << name;
  EXPECT_NEAR(found["mse"][2], found["loss"][2], 1e-5);
  const Tensor y = normals(4, 3, 9);
  EXPECT_NEAR(own.loss()(y, normals(4, 3, 8)), built_in.loss()(y, normals(4, 3, 8)), 1e-6);
}

// -ln N(y; mean, variance): one target, two outputs (Nix and Weigend 1994).
TEST(OwnLoss, TakesAnotherNumberOfTargetsThanOutputs) {
  const Loss loss = losses::Function("gaussian", [](auto y, auto p, auto g) {
    const double variance = std::exp(static_cast<double>(p[1]));
    const double error = static_cast<double>(p[0]) - static_cast<double>(y[0]);
    if (!g.empty()) {
      g[0] = static_cast<float>(error / variance);
      g[1] = static_cast<float>(0.5 - 0.5 * error * error / variance);
    }
    return 0.5 * (static_cast<double>(p[1]) + error * error / variance);
  });
  const Dataset data = regression(64, 1);
  const Metric mae = metrics::Function("mae_of_mean", [](auto y, auto p) {
    return std::fabs(static_cast<double>(p[0]) - static_cast<double>(y[0]));
  });
  Sequential model = model_of(loss, 2, {mae});
  const History history = model.fit(data, {.epochs = 30, .verbose = 0});
  EXPECT_LT(history["loss"].back(), history["loss"].front());
  const Tensor p = model.predict(data);
  double sum = 0;
  for (std::int64_t r = 0; r < 64; ++r)
    sum += std::fabs(p.at({r, 0}) - data.targets()[static_cast<std::size_t>(r)]);
  EXPECT_NEAR(model.evaluate(data)["mae_of_mean"], sum / 64, 1e-6);
  expect_error<DataError>(
      [&] { model_of(loss, 2, {"mse"}).fit(data, {.verbose = 0}); },
      "fit: the metric mse needs as many targets as outputs. Leave it out, or use metrics::Function.");
}

TEST(OwnLoss, SeesLabelsAsOneValue) {
  const Loss loss = losses::Function("pull", [](auto y, auto p, auto g) {
    double sum = 0;
    for (std::size_t u = 0; u < p.size(); ++u) {
      const double error =
          static_cast<double>(p[u]) - (static_cast<double>(u) == static_cast<double>(y[0]) ? 1 : 0);
      sum += error * error;
      if (!g.empty()) g[u] = static_cast<float>(2 * error);
    }
    return sum;
  });
  Sequential model({Dense({.units = 4, .input_shape = {20}})});
  model.compile({.optimizer = "adam", .loss = loss, .metrics = {"accuracy"}});
  const History history = model.fit(testing::toy_data(), {.epochs = 20, .verbose = 0});
  EXPECT_GT(history["accuracy"].back(), history["accuracy"].front());
}

TEST(OwnLoss, GivesTheSameBitsForAnyNumberOfThreads) {
  std::string wanted;
  for (const int threads : {1, 3}) {
    runtime::set_num_threads(threads);
    Sequential model = model_of(losses::Function("squared", squared), 3);
    model.fit(regression(100, 3), {.epochs = 2, .verbose = 0});
    if (wanted.empty()) wanted = model.weights_sha256();
    EXPECT_EQ(model.weights_sha256(), wanted);
  }
  runtime::set_num_threads(runtime::default_num_threads());
}

TEST(OwnLoss, WhatItThrowsComesOutOfFitAndEvaluate) {
  bool bad = true;
  Sequential model = model_of(losses::Function("throws",
                                               [&bad](auto y, auto p, auto g) {
                                                 if (bad && y[0] > 0) throw std::runtime_error("too large");
                                                 return squared(y, p, g);
                                               }),
                              3);
  const std::string before = model.weights_sha256();
  EXPECT_THROW(model.fit(regression(100, 3), {.verbose = 0, .shuffle = false}), std::runtime_error);
  EXPECT_THROW(model.evaluate(regression(100, 3)), std::runtime_error);
  EXPECT_THROW(model.loss()(normals(9, 3, 4), normals(9, 3, 5)), std::runtime_error);
  bad = false;
  model.fit(regression(100, 3), {.verbose = 0});
  EXPECT_NE(model.weights_sha256(), before);
}

TEST(OwnFunctions, NeedANameOfTheirOwn) {
  expect_error<ConfigError>(
      [] { losses::Function("mse", squared); },
      "losses::Function: the name is one of Keras's (found mse). Choose another: files know a "
      "function by its name.");
  expect_error<ConfigError>(
      [] { losses::Function("", squared); },
      "losses::Function: the name is empty. Choose another: files know a function by its name.");
  expect_error<ConfigError>([] { losses::Function("f", {}); }, "losses::Function: the function is empty.");
  expect_error<ConfigError>([] { metrics::Function("f", {}); }, "metrics::Function: the function is empty.");
  expect_error<ConfigError>([] { metrics::State("f", {}); }, "metrics::State: the function is empty.");
}

TEST(OwnFunctions, AreNamedInTheConfigAndAskedForAgain) {
  Sequential model = model_of(losses::Function("squared", squared), 3);
  const Value config = model.compile_config();
  EXPECT_EQ(config.at("loss"), Value(Value::Dict{{"class_name", "function"}, {"config", "squared"}}));
  expect_error<ConfigError>(
      [&] { model.compile_from_config(config); },
      "loss: \"squared\" is a function of one's own, of which only the name was kept. Compile "
      "the model with it again.");
}

// The share of all rows that are positive: a state that is no mean of a function.
class CountState final : public MetricState {
 public:
  void update(const MetricBatch& batch) override { rows_ += batch.rows; }
  void reset() override { rows_ = 0; }
  double result() const override { return static_cast<double>(rows_); }

 private:
  std::int64_t rows_ = 0;
};

TEST(OwnMetric, MayKeepAnyState) {
  Sequential model =
      model_of("mse", 3, {metrics::State("rows", [] { return std::make_unique<CountState>(); })});
  EXPECT_EQ(model.evaluate(regression(37, 3))["rows"], 37);
}

}  // namespace
}  // namespace regulus
