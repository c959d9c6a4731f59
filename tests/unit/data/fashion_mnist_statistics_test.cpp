// SPDX-License-Identifier: Apache-2.0
// The real data against NumPy's numbers (tools/goldens/fashion_mnist_statistics.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "regulus/data/fashion_mnist.h"
#include "regulus/data/normalization.h"
#include "support/golden.h"

namespace regulus::datasets {
namespace {

using testing::golden;

constexpr const char* kFile = "fashion_mnist_statistics.json";
// Ours are sums of integers, theirs of extended precision: only the last steps in double differ.
constexpr double kRelative = 1e-12;

class FashionMnistStatistics : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("REGULUS_DATA");
    if (!folder) GTEST_SKIP() << "set REGULUS_DATA to a folder with the Fashion-MNIST files";
    data_ = fashion_mnist::load_data({.directory = folder});
  }

  static std::int64_t pixel_sum(const Dataset& data) {
    const std::uint8_t* bytes = data.view().bytes;
    return std::accumulate(bytes, bytes + data.num_rows() * data.view().width, std::int64_t{0});
  }

  TrainTest data_;
};

TEST_F(FashionMnistStatistics, CountsLabelsAndPixels) {
  const auto& wanted = golden(kFile);
  EXPECT_EQ(data_.train.num_rows(), wanted.at("train_rows"));
  EXPECT_EQ(data_.test.num_rows(), wanted.at("test_rows"));
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(data_.train.labels()[i], wanted.at("first_train_labels")[i]);
    EXPECT_EQ(data_.test.labels()[i], wanted.at("first_test_labels")[i]);
  }
  EXPECT_EQ(pixel_sum(data_.train), wanted.at("train_pixel_sum"));
  EXPECT_EQ(pixel_sum(data_.test), wanted.at("test_pixel_sum"));
}

TEST_F(FashionMnistStatistics, MeanAndStdOfTheTrainingRows) {
  const auto& wanted = golden(kFile);
  const Normalization n = Normalization::fit(data_.train.split_at(5000).second, {.scale = 1.0 / 255});
  for (const auto& pixel : wanted.at("pixels")) {
    const auto i = pixel.at("index").get<std::size_t>();
    const double mean = pixel.at("mean");
    const double std = pixel.at("std");
    EXPECT_NEAR(n.mean()[i], mean, kRelative * mean) << i;
    EXPECT_NEAR(n.std()[i], std, kRelative * std) << i;
  }
  EXPECT_EQ(n.constant_features(), wanted.at("constant_pixels"));
  double mean = 0;
  double square = 0;
  double least = 1;
  for (std::size_t i = 0; i < 784; ++i) {
    mean += n.mean()[i] / 784;
    square += (n.std()[i] * n.std()[i] + n.mean()[i] * n.mean()[i]) / 784;
    least = std::min(least, n.std()[i]);
  }
  EXPECT_NEAR(mean, wanted.at("overall_mean"), kRelative);
  EXPECT_NEAR(std::sqrt(square - mean * mean), wanted.at("overall_std"), kRelative);
  EXPECT_NEAR(mean, 0.2860, 5e-5);  // the figures known for this data, to the places they are known
  EXPECT_NEAR(std::sqrt(square - mean * mean), 0.3530, 5e-4);
  EXPECT_NEAR(least, wanted.at("smallest_std"), kRelative);
}

TEST_F(FashionMnistStatistics, ConstantPixelsOfTheFirstThousandRowsGiveNoNan) {
  const auto& constant = golden(kFile).at("first_1000_constant_pixels");
  ASSERT_EQ(constant.size(), 3u);
  const Normalization n = Normalization::fit(data_.train.slice(0, 1000), {.scale = 1.0 / 255});
  EXPECT_EQ(n.constant_features(), 3);
  for (const auto& pixel : constant) EXPECT_EQ(n.std()[pixel.get<std::size_t>()], 1);
  const Tensor x = n(data_.test).to_tensor();
  for (const float v : x.values()) ASSERT_TRUE(std::isfinite(v));
}

}  // namespace
}  // namespace regulus::datasets
