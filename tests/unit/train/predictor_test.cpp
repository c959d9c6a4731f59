// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/predictor.h"

#include <atomic>
#include <thread>

#include "regulus/base/error.h"
#include "support/allocations.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::count_allocations;
using testing::expect_error;
using testing::kToyClasses;
using testing::kToyFeatures;
using testing::toy_data;
using testing::toy_model;

Dataset byte_rows(std::int64_t rows) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(rows * kToyFeatures));
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 11);
  return Dataset::from_bytes({kToyFeatures}, std::move(bytes), {});
}

std::span<const float> floats_of(const Dataset& data) {
  return {data.view().floats, static_cast<std::size_t>(data.num_rows() * kToyFeatures)};
}
std::span<const std::uint8_t> bytes_of(const Dataset& data) {
  return {data.view().bytes, static_cast<std::size_t>(data.num_rows() * kToyFeatures)};
}

template <class X>
Tensor predicted(Predictor& predictor, std::span<const X> x) {
  const auto rows = static_cast<std::int64_t>(x.size()) / kToyFeatures;
  Tensor y(Shape{rows, kToyClasses});
  predictor.predict(x, {y.data(), static_cast<std::size_t>(y.size())});
  return y;
}

TEST(Predictor, GivesTheBitsOfPredict) {
  const Sequential model = toy_model();
  Predictor predictor(model);
  EXPECT_EQ(predictor.input_shape(), (Shape{kToyFeatures}));
  EXPECT_EQ(predictor.output_shape(), (Shape{kToyClasses}));
  for (const std::int64_t rows : {1, 2, 3, 17, 47, 48, 49, 100, 96, 1, 0}) {
    const Dataset data = toy_data(150).slice(0, rows);
    EXPECT_EQ(predicted(predictor, floats_of(data)), model.predict(data)) << rows;
    const Dataset bytes = byte_rows(rows);
    EXPECT_EQ(predicted(predictor, bytes_of(bytes)), model.predict(bytes)) << rows;
  }
}

TEST(Predictor, NormalizesEveryRowFirst) {
  const Sequential model = toy_model();
  const Dataset bytes = byte_rows(60);
  const Normalization normalization = Normalization::fit(bytes, {.scale = 1.0 / 255});
  Predictor predictor(model, {.normalization = normalization});
  EXPECT_EQ(predicted(predictor, bytes_of(bytes)), model.predict(normalization(bytes)));
  const Dataset floats = toy_data(60);
  EXPECT_EQ(predicted(predictor, floats_of(floats)), model.predict(normalization(floats)));
}

TEST(Predictor, OutlivesItsModelAndSeesItsNewWeights) {
  auto model = std::make_unique<Sequential>(toy_model());
  const Dataset data = toy_data();
  Predictor predictor(*model);
  model->fit(data, {.epochs = 1, .verbose = 0});
  const Tensor wanted = model->predict(data);
  EXPECT_EQ(predicted(predictor, floats_of(data)), wanted);
  model.reset();
  EXPECT_EQ(predicted(predictor, floats_of(data)), wanted);
}

TEST(Predictor, CopiesAndMovesPredictTheSame) {
  const Sequential model = toy_model();
  const Dataset data = toy_data(5);
  const Tensor wanted = model.predict(data);
  Predictor first(model);
  Predictor copy = first;
  EXPECT_EQ(predicted(copy, floats_of(data)), wanted);
  Predictor moved = std::move(first);
  EXPECT_EQ(predicted(moved, floats_of(data)), wanted);
  const Sequential other = toy_model(6);
  copy = Predictor(other);
  EXPECT_EQ(predicted(copy, floats_of(data)), other.predict(data));
  EXPECT_EQ(predicted(moved, floats_of(data)), wanted);
}

TEST(Predictor, AllocatesNothing) {
  const Sequential model = toy_model();
  Predictor predictor(model, {.normalization = Normalization::fit(byte_rows(60))});
  const Dataset data = toy_data(100);
  const Dataset bytes = byte_rows(100);
  Tensor y(Shape{100, kToyClasses});
  for (const std::size_t rows : {1u, 48u, 100u}) {
    const std::span<float> out(y.data(), rows * kToyClasses);
    EXPECT_EQ(count_allocations([&] {
                predictor.predict(floats_of(data).first(rows * kToyFeatures), out);
                predictor.predict(bytes_of(bytes).first(rows * kToyFeatures), out);
              }),
              0);
  }
}

TEST(Predictor, ManyThreadsServeOneModel) {
  const Sequential model = toy_model();
  const Dataset data = toy_data(60);
  const Tensor wanted = model.predict(data);
  const Predictor predictor(model);
  std::atomic<int> wrong = 0;
  const auto serve = [&](std::int64_t thread) {
    Predictor mine = predictor;
    for (std::int64_t i = 0; i < 120; ++i) {
      const std::int64_t row = (i * 7 + thread) % data.num_rows();
      const Dataset one = data.slice(row, row + 1);
      const Tensor expected = wanted.slice(row, row + 1);
      if (predicted(mine, floats_of(one)) != expected || model.predict(one) != expected) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (std::int64_t t = 0; t < 6; ++t) threads.emplace_back(serve, t);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Predictor, SaysWhatDoesNotFit) {
  Predictor predictor(toy_model());
  std::vector<float> x(2 * kToyFeatures);
  std::vector<float> y(2 * kToyClasses);
  expect_error<ShapeError>(
      [&] { predictor.predict(std::span<const float>(x).first(kToyFeatures + 1), y); },
      "Predictor: x must be whole rows: a multiple of the model's inputs (expected 20, found 21).");
  expect_error<ShapeError>(
      [&] { predictor.predict(std::span<const float>(x), std::span(y).first(kToyClasses)); },
      "Predictor: y must have one value for each output and row of x (expected 8, found 4).");
  const Normalization other = Normalization::from_statistics(1, {0, 0}, {1, 1});
  expect_error<ShapeError>(
      [&] { Predictor(toy_model(), {.normalization = other}); },
      "Predictor: the normalization must have one entry for each input (expected 20, found 2).");
}

TEST(Predictor, RefusesAModelThatCannotBeServed) {
  expect_error<ConfigError>(
      [] { Predictor(Sequential({Dense({.units = 3})})); },
      "Predictor: the model has no weights yet. Give the first layer an input_shape, or "
      "call build or fit first.");
  expect_error<ConfigError>(
      [] {
        Predictor(Sequential({MCDropout({.rate = 0.5, .input_shape = {3}}), Dense({.units = 3})}));
      },
      "Predictor: the model draws in every prediction. Ask for samples and use predict_mc, or Dropout in "
      "place of "
      "MCDropout.");
}

/// Mean and standard deviation by a predictor.
std::pair<Tensor, Tensor> sampled(Predictor& predictor, std::span<const float> x,
                                  std::uint32_t first_row = 0) {
  const auto rows = static_cast<std::int64_t>(x.size()) / kToyFeatures;
  Tensor mean(Shape{rows, kToyClasses});
  Tensor std(Shape{rows, kToyClasses});
  predictor.predict_mc(x, {mean.data(), static_cast<std::size_t>(mean.size())},
                       {std.data(), static_cast<std::size_t>(std.size())}, first_row);
  return {mean, std};
}

TEST(MonteCarloPredictor, GivesTheBitsOfPredictMc) {
  const Sequential model = toy_model();
  const Dataset data = toy_data(150);
  Predictor predictor(model, {.samples = 7});
  for (const std::int64_t rows : {1, 2, 47, 48, 49, 100}) {
    const McPrediction wanted = model.predict_mc(data.slice(0, rows), {.samples = 7});
    const auto [mean, std] = sampled(predictor, floats_of(data.slice(0, rows)));
    EXPECT_EQ(mean, wanted.mean) << rows;
    EXPECT_EQ(std, wanted.std) << rows;
  }
  // Rows of a larger set keep their masks.
  const McPrediction wanted = model.predict_mc(data.slice(60, 63), {.samples = 7, .seed = 4});
  Predictor seeded(model, {.samples = 7, .seed = 4});
  EXPECT_EQ(sampled(seeded, floats_of(data.slice(60, 63)), 60).first, wanted.mean);
  EXPECT_EQ(predicted(predictor, floats_of(data)), model.predict(data));
}

TEST(MonteCarloPredictor, ScalesAndTempersAsTheModelsCallsDo) {
  const Sequential model = toy_model();
  const Dataset bytes = byte_rows(60);
  const Normalization normalization = Normalization::fit(bytes, {.scale = 1.0 / 255});
  Predictor predictor(model, {.normalization = normalization, .temperature = 2.5, .samples = 5});
  const McPrediction wanted = model.predict_mc(normalization(bytes), {.samples = 5, .temperature = 2.5});
  Tensor mean(Shape{60, kToyClasses});
  Tensor std(Shape{60, kToyClasses});
  predictor.predict_mc(bytes_of(bytes), {mean.data(), 240}, {std.data(), 240});
  EXPECT_EQ(mean, wanted.mean);
  EXPECT_EQ(std, wanted.std);
}

TEST(MonteCarloPredictor, ServesModelsThatDrawInEveryPrediction) {
  const Sequential model(
      {MCDropout({.rate = 0.5, .input_shape = {kToyFeatures}}), Dense({.units = kToyClasses})}, {.seed = 3});
  Predictor predictor(model, {.samples = 4});
  const Dataset data = toy_data(9);
  EXPECT_EQ(sampled(predictor, floats_of(data)).second, model.predict_mc(data, {.samples = 4}).std);
  std::vector<float> y(9 * kToyClasses);
  expect_error<ConfigError>([&] { predictor.predict(floats_of(data), y); },
                            "Predictor: the model draws in every prediction (found predict).");
}

TEST(MonteCarloPredictor, AllocatesNothing) {
  const Sequential model = toy_model();
  Predictor predictor(model, {.temperature = 1.5, .samples = 3});
  const Dataset data = toy_data(60);
  std::vector<float> mean(60 * kToyClasses);
  std::vector<float> std(60 * kToyClasses);
  EXPECT_EQ(count_allocations([&] { predictor.predict_mc(floats_of(data), mean, std); }), 0);
}

TEST(MonteCarloPredictor, SaysWhatIsWrong) {
  std::vector<float> x(2 * kToyFeatures);
  std::vector<float> y(2 * kToyClasses);
  Predictor none(toy_model());
  expect_error<ConfigError>([&] { none.predict_mc(std::span<const float>(x), y, y); },
                            "Predictor: predict_mc needs samples (found 0).");
  Predictor some(toy_model(), {.samples = 2});
  expect_error<ShapeError>(
      [&] { some.predict_mc(std::span<const float>(x), y, std::span(y).first(1)); },
      "Predictor: std must have one value for each output and row of x (expected 8, found 1).");
  expect_error<ConfigError>([&] { Predictor(toy_model(), {.samples = -1}); },
                            "Predictor: samples must not be negative (found -1).");
  expect_error<ConfigError>([&] { Predictor(toy_model(), {.temperature = 0}); },
                            "Predictor: temperature must be finite and greater than 0, got 0.");
}

TEST(Predictor, AMovedOneIsAnError) {
  Predictor predictor(toy_model());
  const Predictor taken = std::move(predictor);
  expect_error<ConfigError>([&] { predictor.input_shape(); }, "Predictor: the predictor was moved away.");
  expect_error<ConfigError>([&] { Predictor copy = predictor; }, "Predictor: the predictor was moved away.");
}

}  // namespace
}  // namespace regulus
