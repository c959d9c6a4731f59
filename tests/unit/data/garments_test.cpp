// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "regulus/base/sha256.h"
#include "regulus/data/fashion_mnist.h"
#include "regulus/data/statistics.h"
#include "regulus/runtime/team.h"
#include "support/expect.h"

namespace regulus::datasets {
namespace {

using testing::expect_error;

// Everything that a row is: its pixels and its label.
std::string hash(const Dataset& data) {
  Sha256 sha;
  sha.update(data.view().bytes, static_cast<std::size_t>(data.num_rows() * data.view().width));
  for (const std::int32_t label : data.labels()) {
    const auto byte = static_cast<std::uint8_t>(label);
    sha.update(&byte, 1);
  }
  return sha.hex();
}

class Threads {
 public:
  ~Threads() { runtime::set_num_threads(before_); }

 private:
  int before_ = runtime::num_threads();
};

TEST(Garments, AreTheSameBytesOnEveryMachine) {
  // Every figure ever shown for the embedded default belongs to these pictures.
  const TrainTest data = garments(0, 1000, 1000);
  EXPECT_EQ(hash(data.train), "c41047a2169b28d11bf6e2d14695cfff1181c0a178565bdc3611b33fa7c7e312");
  EXPECT_EQ(hash(data.test), "f09fe3d87ea1fd952e98159d5a8ce8cdac18e88f97c8b9355ed1b00e8f5c37e6");
}

TEST(Garments, AreTheSameForAnyNumberOfThreads) {
  const Threads restore;
  runtime::set_num_threads(1);
  const TrainTest alone = garments(0, 1001, 77);
  for (const int threads : {2, 3, 7}) {
    runtime::set_num_threads(threads);
    const TrainTest together = garments(0, 1001, 77);
    EXPECT_EQ(hash(alone.train), hash(together.train));
    EXPECT_EQ(hash(alone.test), hash(together.test));
  }
}

TEST(Garments, ARowDoesNotDependOnHowManyThereAre) {
  EXPECT_EQ(hash(garments(0, 500, 0).train), hash(garments(0, 1000, 0).train.slice(0, 500)));
}

TEST(Garments, DifferBySeedAndSplit) {
  const TrainTest data = garments(0, 100, 100);
  EXPECT_NE(hash(data.train), hash(data.test));
  EXPECT_NE(hash(data.train), hash(garments(1, 100, 0).train));
  EXPECT_NE(hash(data.train), hash(garments(std::uint64_t{1} << 32, 100, 0).train));
}

TEST(Garments, HaveTheShapeAndBalanceOfFashionMnist) {
  const TrainTest data = garments(0, 2000, 500);
  EXPECT_EQ(data.train.num_rows(), 2000);
  EXPECT_EQ(data.test.num_rows(), 500);
  EXPECT_EQ(data.train.row_shape(), (Shape{28, 28}));
  EXPECT_EQ(data.train.info().name, "garments");
  EXPECT_EQ(data.train.info().source, "embedded");
  EXPECT_EQ(data.train.info().class_names.at(9), "Ankle boot");
  std::array<int, 10> count = {};
  for (const std::int32_t label : data.train.labels()) ++count.at(static_cast<std::size_t>(label));
  for (const int c : count) EXPECT_EQ(c, 200);
  const auto labels = data.train.labels();
  EXPECT_FALSE(std::equal(labels.begin(), labels.begin() + 10, labels.begin() + 10));  // shuffled anew
}

TEST(Garments, EveryPixelVaries) {
  const auto s = feature_statistics(garments(0, 5000, 0).train);
  EXPECT_GT(*std::min_element(s.std.begin(), s.std.end()), 1);  // in grey levels: no z-score explodes
  EXPECT_GT(*std::max_element(s.std.begin(), s.std.end()), 60);
}

TEST(Garments, RefuseImpossibleCounts) {
  expect_error<ConfigError>([] { garments(0, -1, 10); },
                            "garments: num_train is out of range (expected 0 to 2147483647, found -1).");
  EXPECT_THROW(garments(0, 10, std::int64_t{1} << 40), ConfigError);
  EXPECT_EQ(garments(0, 0, 0).train.num_rows(), 0);
}

}  // namespace
}  // namespace regulus::datasets
