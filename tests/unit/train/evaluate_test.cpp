// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "regulus/base/error.h"
#include "regulus/nn/layers/pooling/global_pooling.h"
#include "regulus/nn/layers/reshaping/repeat_vector.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::toy_data;
using testing::toy_model;

// The definition: mean of -log p[label], share of right answers, penalties of the weights.
TEST(Evaluate, FollowsTheDefinition) {
  const Dataset data = toy_data(1000);
  Sequential model = toy_model();
  model.fit(data, {.verbose = 0});
  const Tensor p = model.predict(data);
  const std::vector<std::int32_t> best = argmax(p);
  double nll = 0;
  double right = 0;
  for (std::int64_t r = 0; r < 1000; ++r) {
    const std::int32_t label = data.labels()[static_cast<std::size_t>(r)];
    nll -= std::log(static_cast<double>(p.at({r, label})));
    right += best[static_cast<std::size_t>(r)] == label;
  }
  double penalty = 0;
  const Tensor kernel = model.get_weights()[0];
  for (const float w : kernel.values())
    penalty +=
        1e-4 * std::fabs(static_cast<double>(w)) + 1e-3 * static_cast<double>(w) * static_cast<double>(w);
  const Logs logs = model.evaluate(data);
  EXPECT_NEAR(logs["data_loss"], nll / 1000, 1e-6);  // float32 losses
  EXPECT_NEAR(logs["penalty"], penalty, 1e-6);       // float32 sums of 660 squares
  EXPECT_DOUBLE_EQ(logs["accuracy"], right / 1000);
  EXPECT_DOUBLE_EQ(logs["loss"], logs["data_loss"] + logs["penalty"]);
}

TEST(Evaluate, BatchSizeChangesNothing) {
  Sequential model = toy_model();
  const Dataset data = toy_data(20000);  // more than one block
  const Logs first = model.evaluate(data, {.batch_size = 32});
  for (const std::int64_t size : {1, 7, 1000, 30000}) {
    const Logs logs = model.evaluate(data, {.batch_size = size});
    for (const auto& [name, value] : first) EXPECT_EQ(logs[name], value) << name << " at batch size " << size;
  }
}

// A row here takes 1.2 MB: a chunk is several passes, and its loss and penalty are still its rows' mean.
TEST(Evaluate, LargeRowsFollowTheDefinition) {
  Sequential model({RepeatVector({.n = 150'000, .input_shape = {2}}), GlobalAveragePooling1D(),
                    Dense({.units = 3, .activity_regularizer = l2(0.5)})},
                   {.seed = 1});
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor x = testing::normals(70, 2, 3);
  const Tensor t = testing::normals(70, 3, 4);
  const Tensor y = model.predict(Dataset(x));
  double loss = 0;
  double penalty = 0;
  for (std::int64_t i = 0; i < y.size(); ++i) {
    const auto v = static_cast<double>(y.data()[i]);
    const double error = v - static_cast<double>(t.data()[i]);
    loss += error * error / 3;
    penalty += 0.5 * v * v;
  }
  const Logs logs = model.evaluate(Dataset(x, t));
  EXPECT_NEAR(logs["data_loss"], loss / 70, 1e-6);  // float32 losses
  EXPECT_NEAR(logs["penalty"], penalty / 70, 1e-9);
}

TEST(Evaluate, ShowsOneFinishedLine) {
  Sequential model = toy_model();
  std::ostringstream log;
  model.evaluate(toy_data(100), {.verbose = 2, .log = &log});
  EXPECT_EQ(log.str().find("4/4 - 0s - "), 0u) << log.str();
  EXPECT_NE(log.str().find(" - accuracy: "), std::string::npos);
  EXPECT_EQ(log.str().back(), '\n');
}

class CountBatches final : public Callback {
 public:
  explicit CountBatches(std::vector<std::int64_t>* seen) : seen_(seen) {}
  void on_test_batch_end(std::int64_t batch, const Logs&) override { seen_->push_back(batch); }

 private:
  std::vector<std::int64_t>* seen_;
};

TEST(Evaluate, TellsEveryBatchOnceInOrder) {
  Sequential model = toy_model();
  for (const std::int64_t size : {32, 100, 9000, 50000}) {
    std::vector<std::int64_t> seen;
    model.evaluate(toy_data(20001), {.batch_size = size, .callbacks = {CountBatches(&seen)}});
    std::vector<std::int64_t> expected;
    for (std::int64_t i = 0; i < (20001 + size - 1) / size; ++i) expected.push_back(i);
    EXPECT_EQ(seen, expected) << size;
  }
}

TEST(Evaluate, RefusesAnEmptySetAndBadSizes) {
  Sequential model = toy_model();
  testing::expect_error<DataError>([&] { model.evaluate(toy_data(5).slice(0, 0)); },
                                   "evaluate: the data has no rows.");
  testing::expect_error<ConfigError>([&] { model.evaluate(toy_data(5), {.batch_size = 0}); },
                                     "evaluate: batch_size must be at least 1 (found 0).");
}

}  // namespace
}  // namespace regulus
