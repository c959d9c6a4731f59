// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/normalization.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "regulus/base/json.h"
#include "support/expect.h"
#include "support/temporary_folder.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::TemporaryFolder;

Dataset bytes() {
  return Dataset::from_bytes({3}, {0, 7, 10, 100, 7, 30, 200, 7, 20}, {});
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

TEST(Normalization, GivesZeroMeanAndUnitVariance) {
  const Normalization n = Normalization::fit(bytes(), {.scale = 1.0 / 255});
  EXPECT_DOUBLE_EQ(n.mean()[0], 100.0 / 255);
  EXPECT_DOUBLE_EQ(n.std()[0], std::sqrt(20000.0 / 3) / 255);
  const Tensor x = n(bytes()).to_tensor();
  EXPECT_NEAR(x.at({0, 0}), -1.224744871, 1e-6);  // -sqrt(3/2), in float
  EXPECT_NEAR(x.at({1, 0}), 0, 1e-6);
  EXPECT_NEAR(x.at({2, 2}), 0, 1e-6);
}

TEST(Normalization, ConstantFeaturesBecomeZeroNotNan) {
  const Normalization n = Normalization::fit(bytes(), {.scale = 1.0 / 255});
  EXPECT_EQ(n.constant_features(), 1);
  EXPECT_EQ(n.std()[1], 1);
  for (std::int64_t row = 0; row < 3; ++row) EXPECT_NEAR(n(bytes()).to_tensor().at({row, 1}), 0, 1e-8);
  const Normalization one_row = Normalization::fit(bytes().slice(0, 1));
  EXPECT_EQ(one_row.constant_features(), 3);
  const Tensor x = one_row(bytes()).to_tensor();
  for (const float v : x.values()) EXPECT_TRUE(std::isfinite(v));
}

TEST(Normalization, WhatVariesTooLittleForAFloatCountsAsConstant) {
  const Normalization n = Normalization::fit(Dataset(Tensor({2, 1}, {1e-42f, 2e-42f})));
  EXPECT_EQ(n.constant_features(), 1);
  EXPECT_EQ(Normalization::fit(bytes(), {.scale = 0}).constant_features(), 3);
}

TEST(Normalization, FitsTheStoredValuesWhateverScalingTheyAreSeenThrough) {
  const Normalization first = Normalization::fit(bytes());
  const Normalization second = Normalization::fit(first(bytes()));
  EXPECT_EQ(first.mean(), second.mean());
  EXPECT_EQ(second(first(bytes())).to_tensor(), first(bytes()).to_tensor());
}

TEST(Normalization, RefusesAnotherWidthAndBadStatistics) {
  const Normalization n = Normalization::fit(bytes());
  expect_error<ShapeError>(
      [&] {
        n(Dataset(Tensor(Shape{2, 4})));
      },
      "Normalization: the data has another number of features than it was fitted on (expected 3, found 4).");
  expect_error<ConfigError>(
      [] {
        Normalization::from_statistics(1, {0, 1}, {1});
      },
      "Normalization: mean and std must have the same length (found 2 and 1).");
  expect_error<ConfigError>(
      [] {
        Normalization::from_statistics(1, {0, 1}, {1, 0});
      },
      "Normalization: std[1] must be finite and greater than 0 (found 0).");
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Normalization::from_statistics(inf, {0}, {1}), ConfigError);
  EXPECT_THROW(Normalization::from_statistics(1, {nan}, {1}), ConfigError);
  EXPECT_THROW(Normalization::from_statistics(1, {0}, {nan}), ConfigError);
  EXPECT_THROW(Normalization::from_statistics(1, {0}, {-1}), ConfigError);
  EXPECT_THROW(Normalization::from_statistics(1, {0}, {inf}), ConfigError);
  EXPECT_THROW(Normalization::from_statistics(1, {0}, {1e-300}), ConfigError);  // 1e300 is no float
  EXPECT_THROW(Normalization::fit(bytes(), {.scale = nan}), ConfigError);
}

TEST(Normalization, RoundTripsThroughAFile) {
  const TemporaryFolder folder;
  const Normalization n = Normalization::fit(bytes(), {.scale = 1.0 / 255});
  n.save(folder / "n.json");
  const Normalization m = Normalization::load(folder / "n.json");
  EXPECT_EQ(m.scale(), n.scale());
  EXPECT_EQ(m.mean(), n.mean());
  EXPECT_EQ(m.std(), n.std());
  EXPECT_EQ(m.constant_features(), n.constant_features());
  EXPECT_EQ(m(bytes()).to_tensor(), n(bytes()).to_tensor());
}

// 384 x 384 x 3 inputs: as lists these are more than a file holds.
TEST(Normalization, LongStatisticsRoundTripToo) {
  std::vector<double> mean;
  std::vector<double> std;
  for (int i = 0; i < 384 * 384 * 3; ++i) {
    mean.push_back(i / 7.0 - 1e4);
    std.push_back(1 + i / 3.0);
  }
  const Normalization n = Normalization::from_statistics(1.0 / 255, mean, std);
  const TemporaryFolder folder;
  n.save(folder / "n.json");
  const Normalization read = Normalization::load(folder / "n.json");
  EXPECT_EQ(read.mean(), mean);
  EXPECT_EQ(read.std(), std);
  Value::Dict config = n.config().as_dict();
  for (auto& [key, value] : config)
    if (key == "std") value = value.as_string().substr(1);
  expect_error<DataError>(
      [&] { Normalization::from_config(config, "n"); },
      "n: std is not base64 of doubles. It must be what Normalization::save has written.");
}

TEST(Normalization, RefusesMoreFeaturesThanAFileHolds) {
  const std::vector<double> many((1 << 22) + 1, 1.0);
  expect_error<ConfigError>(
      [&] { Normalization::from_statistics(1, many, many); },
      "Normalization: there must be at most 4194304 features: no file holds more (found "
      "4194305).");
}

TEST(Normalization, FilesThatCannotBeReadOrWritten) {
  const TemporaryFolder folder;
  EXPECT_THROW(Normalization::load(folder / "none.json"), IoError);
  EXPECT_THROW(Normalization::fit(bytes()).save(folder / "none/n.json"), IoError);
}

TEST(Normalization, MalformedFilesSayWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string path = folder / "n.json";
  const std::string head = R"({"format":"regulus.normalization","version":1,"scale":1.0,)";
  const std::string tail = " It must be what Normalization::save has written.";
  const std::pair<std::string, std::string> cases[] = {
      {"[]", "not a JSON object."},
      {"{}", "\"format\" is missing."},
      {R"({"format":"other"})", "not a saved normalization."},
      {R"({"format":"regulus.normalization","version":2})", "an unknown version of the format."},
      {R"({"format":"regulus.normalization","version":1,"scale":"1"})", "scale is not a number."},
      {head + R"("mean":1})", "mean is not a list."},
      {head + R"("mean":[1,null]})", "mean is not a number."},
      {head + R"("mean":[1]})", "\"std\" is missing."},
      {head + R"("mean":[1],"std":[1],"constant_features":2})", "constant_features does not fit std."},
      {head + R"("mean":[1],"std":[2],"constant_features":1})", "constant_features does not fit std."},
      {head + R"("mean":[1],"std":[2],"constant_features":-1})", "constant_features does not fit std."},
      {head + R"("mean":[1],"std":[2,3],"constant_features":0})", "mean and std must have the same length."},
      {head + R"("mean":[1],"std":[0],"constant_features":0})", "std[0] must be finite and greater than 0."},
  };
  for (const auto& [text, message] : cases) {
    write_text(path, text);
    expect_error<DataError>([&] { Normalization::load(path); }, path + ": " + message + tail);
  }
  write_text(path, head);
  EXPECT_THROW(Normalization::load(path), DataError);
}

}  // namespace
}  // namespace regulus
