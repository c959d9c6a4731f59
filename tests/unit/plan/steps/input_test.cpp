// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/input.h"

#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

TEST(InputStep, GathersAndScalesBytes) {
  const std::vector<std::uint8_t> pixels = {0, 51, 255, 1, 2, 3};
  const std::vector<float> scale = {0.5f, 2, 1};
  const std::vector<float> offset = {1, -2, 0};
  const std::vector<std::uint32_t> index = {1, 0, 1};
  Network<float> net(Graph(Shape{3}), predicting(3));
  net.pass.batch.features = {pixels.data(), nullptr, 3, scale.data(), offset.data()};
  net.pass.batch.index = net.pass.batch.row_ids = index.data();
  net.pass.batch.rows = 3;
  net.run_alone();
  EXPECT_EQ(net.output(), (std::vector<float>{1.5f, 2, 3, 1, 100, 255, 1.5f, 2, 3}));
  net.pass.batch.features.scale = net.pass.batch.features.offset = nullptr;
  net.run_alone();
  EXPECT_EQ(net.output(), (std::vector<float>{1, 2, 3, 0, 51, 255, 1, 2, 3}));
}

TEST(InputStep, TakesShapesOfAnyRankAsOneRow) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const std::uint32_t index = 0;
  Network<double> net(Graph(Shape{2, 3}), predicting(1));
  net.pass.batch.features.floats = values.data();
  net.pass.batch.index = net.pass.batch.row_ids = &index;
  net.pass.batch.rows = 1;
  net.run_alone();
  EXPECT_EQ(net.output(), (std::vector<double>{1, 2, 3, 4, 5, 6}));
}

// A slice hands out a pointer to its first row and counts from there; only the random numbers are
// keyed by the row of the whole data set.
TEST(InputStep, ASliceIsItsRowsOfTheWhole) {
  const Data data(12, 7, 5, 47);
  Chain chain(7);
  chain.dense(18).mask(dropout(0.4)).dense(5);
  Network<float> whole(chain.graph, predicting(12, Mode::kMonteCarlo));
  whole.pass.batch = data.batch(0, 12, true);
  whole.run_alone();
  const std::vector<float> all = whole.output();

  Network<float> slice(chain.graph, predicting(4, Mode::kMonteCarlo));
  const std::vector<std::uint32_t> index = {0, 1, 2, 3};
  slice.pass.batch = data.batch(5, 9, true);  // row_ids 5 … 8
  slice.pass.batch.features.floats = data.features.data() + 5 * 7;
  slice.pass.batch.index = index.data();
  slice.run_alone();
  EXPECT_TRUE(same_bits(slice.output(), std::vector<float>(all.begin() + 25, all.begin() + 45)));
}

}  // namespace
}  // namespace regulus::plan::testing
