// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "regulus/train/state.h"
#include "support/expect.h"
#include "support/toy.h"

// A model with open lengths is, for rows of one shape, the model made for them.

namespace regulus {
namespace {

using testing::expect_error;

constexpr std::int64_t kOpen = Shape::kOpen;
const Shape kRows[] = {{6, 5, 2}, {9, 12, 2}, {3, 3, 2}};

Sequential made_for(const Shape& rows) {
  Sequential model({Conv2D({.filters = 3, .kernel_size = 3, .activation = "relu", .input_shape = rows}),
                    BatchNormalization(), Dropout({.rate = 0.5}), GlobalAveragePooling2D(),
                    Dense({.units = 2, .activation = "softmax"})},
                   {.name = "open", .seed = 3});
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

Dataset data_of(const Shape& rows, std::int64_t count = 7) {
  std::vector<std::int32_t> labels;
  for (std::int64_t r = 0; r < count; ++r) labels.push_back(static_cast<std::int32_t>(r % 2));
  const Tensor x = testing::normals(count, rows.size(), 4);
  return {x.reshape(rows.with_front(count)), std::move(labels)};
}

TEST(OpenLengths, PredictEvaluateAndTrainAsTheModelMadeForTheRows) {
  for (const Shape& rows : kRows) {
    Sequential open = made_for({kOpen, kOpen, 2});
    Sequential closed = made_for(rows);
    const Dataset data = data_of(rows);
    ASSERT_EQ(open.get_weights(), closed.get_weights());
    EXPECT_EQ(open.predict(data), closed.predict(data));
    EXPECT_EQ(open.predict_mc(data, {.samples = 3}).std, closed.predict_mc(data, {.samples = 3}).std);
    EXPECT_EQ(open.evaluate(data)["loss"], closed.evaluate(data)["loss"]);
    for (Sequential* model : {&open, &closed})
      model->fit(data, {.epochs = 2, .batch_size = 3, .verbose = 0, .validation_data = data_of(rows, 4)});
    EXPECT_EQ(open.get_weights(), closed.get_weights());
  }
}

TEST(OpenLengths, MeetManyShapesInTurn) {
  Sequential open = made_for({kOpen, kOpen, 2});
  for (int round = 0; round < 2; ++round)
    for (std::int64_t length = 3; length < 3 + 2 * static_cast<std::int64_t>(kOpenPlans); ++length) {
      const Dataset data = data_of({length, 4, 2}, 2);
      Sequential closed = made_for({length, 4, 2});
      EXPECT_EQ(open.predict(data), closed.predict(data)) << length;
    }
  // Training goes on where another shape stopped.
  open.fit(data_of(kRows[0]), {.epochs = 1, .verbose = 0, .validation_data = data_of(kRows[1])});
  const auto steps = open.iterations();
  open.fit(data_of(kRows[1]), {.epochs = 1, .verbose = 0});
  EXPECT_EQ(open.iterations(), steps + 1);
}

TEST(OpenLengths, KeepABoundedNumberOfPlans) {
  ModelState state;
  state.layers = {GlobalAveragePooling1D({.name = "g"})};
  state.shapes = {{kOpen, 2}, {2}};
  const auto plan_of = [&](std::int64_t length) { return state.plan(plan::Mode::kPredict, {length, 2}); };
  const auto first = plan_of(1);
  for (std::int64_t length = 1; length <= 20; ++length) {
    EXPECT_EQ(plan_of(length), plan_of(length));
    EXPECT_LE(state.open_plans.size(), kOpenPlans);
    EXPECT_EQ(plan_of(1), first) << "the last one used stays";
  }
  EXPECT_NE(state.plan(plan::Mode::kMonteCarlo, {1, 2}), first);
}

TEST(OpenLengths, RefuseRowsThatDoNotFit) {
  const Sequential open = made_for({kOpen, kOpen, 2});
  expect_error<ShapeError>(
      [&] {
        open.predict(data_of({6, 5, 3}));
      },
      "predict: the data's rows do not fit the model (expected (None, None, None, 2), found "
      "(7, 6, 5, 3)).");
  expect_error<ShapeError>(
      [&] {
        open.predict(data_of({2, 5, 2}));
      },
      "Conv2D \"conv2d\": the window of (3, 3) does not fit into the input (found (None, 2, 5, "
      "2)). Make it smaller, or say padding = \"same\".");
  EXPECT_THROW(open.lower(), ShapeError);
}

TEST(OpenLengths, ArePrintedAsNone) {
  const Sequential open = made_for({kOpen, kOpen, 2});
  EXPECT_EQ(open.input_shape(), Shape({kOpen, kOpen, 2}));
  EXPECT_EQ(open.output_shape(), Shape({2}));
  EXPECT_EQ(open.output_shape({6, 5, 2}), Shape({2}));
  EXPECT_NE(open.summary().find("(None, None, None, 3)"), std::string::npos) << open.summary();
  const Sequential again = Sequential::from_config(open.config());
  EXPECT_EQ(again.input_shape(), open.input_shape());
  EXPECT_EQ(again.config(), open.config());
}

TEST(OpenLengths, APredictorServesOneShape) {
  const Sequential open = made_for({kOpen, kOpen, 2});
  const Dataset data = data_of(kRows[1]);
  Predictor predictor(open, {.row_shape = kRows[1]});
  Tensor y(Shape{7, 2});
  predictor.predict({data.view().floats, static_cast<std::size_t>(7 * kRows[1].size())}, {y.data(), 14});
  EXPECT_EQ(y, open.predict(data));
  expect_error<ShapeError>(
      [&] { Predictor none(open); },
      "Predictor: the model's rows have open lengths (expected one shape, found (None, None, "
      "None, 2)). Say which in PredictorOptions: .row_shape = {…}; one Predictor serves one "
      "shape.");
  EXPECT_THROW(Predictor(open, {.row_shape = {6, 5, 3}}), ShapeError);
}

TEST(OpenLengths, AreKeptInFiles) {
  const Sequential open = made_for({kOpen, kOpen, 2});
  const Dataset data = data_of(kRows[0]);
  for (const char* ending : {".keras", ".h5", ".safetensors"}) {
    const std::string path = ::testing::TempDir() + "open_lengths" + ending;
    save_model(path, open);
    const LoadedModel loaded = load_model(path);
    EXPECT_EQ(loaded.model.input_shape(), open.input_shape()) << ending;
    EXPECT_EQ(loaded.model.predict(data), open.predict(data)) << ending;
    ASSERT_TRUE(loaded.test_vector) << ending;
    EXPECT_EQ(loaded.test_vector->difference(loaded.model), 0) << ending;
  }
  expect_error<ConfigError>(
      [&] { to_onnx(open); },
      "ONNX: the model's rows have open lengths, (None, None, None, 2); such models are not "
      "translated yet. Give its input all its lengths.");
}

}  // namespace
}  // namespace regulus
