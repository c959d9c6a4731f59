// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/profile_report.h"

#include <gtest/gtest.h>

#include <sstream>

#include "regulus/runtime/team.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::toy_data;
using testing::toy_model;

const plan::PartTimes* find(const ProfileReport& report, const std::string& name) {
  for (const plan::PartTimes& part : report.parts)
    if (part.name == name) return &part;
  return nullptr;
}

void expect_adds_up(const ProfileReport& report) {
  double sum = report.wait_seconds() + report.other_seconds();
  for (const plan::PartTimes& part : report.parts) sum += part.worker_seconds / report.threads;
  EXPECT_NEAR(sum, report.seconds, 1e-6);  // a thousand roundings to a nanosecond
  EXPECT_EQ(report.threads, runtime::num_threads());
}

TEST(ProfileReport, FitTimesItsSteps) {
  Sequential model = toy_model();
  ProfileReport report;
  report.parts.resize(3);
  model.fit(toy_data(150), {.epochs = 2, .verbose = 0, .validation_split = 0.2, .profile = &report});
  EXPECT_EQ(report.steps, 8);  // two epochs of 120 rows in batches of 32
  const plan::PartTimes* first = find(report, "dense forward");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->calls, 8);
  EXPECT_EQ(first->flops, 2.0 * 240 * 20 * 33);
  EXPECT_GT(report.flops(), first->flops);
  expect_adds_up(report);
}

TEST(ProfileReport, TheCallsTimeTheirPasses) {
  const Sequential model = toy_model();
  const Dataset data = toy_data(100);
  ProfileReport report;
  EXPECT_EQ(model(data, {.profile = &report}), model.predict(data));
  EXPECT_EQ(report.steps, 0);
  EXPECT_EQ(report.flops(), 2.0 * 100 * (20 * 33 + 33 * 18 + 18 * 4));
  expect_adds_up(report);

  const Tensor mean = model.predict_mc(data, {.samples = 3}).mean;
  EXPECT_EQ(model.predict_mc(data, {.samples = 3, .profile = &report}).mean, mean);
  EXPECT_GT(report.flops(), 0);
  expect_adds_up(report);
}

TEST(ProfileReport, NobodyWhoAsksChangesABit) {
  const auto trained = [](ProfileReport* report) {
    Sequential model = toy_model();
    model.fit(toy_data(), {.epochs = 2, .verbose = 0, .profile = report});
    return model.weights_sha256();
  };
  ProfileReport report;
  EXPECT_EQ(trained(&report), trained(nullptr));
}

TEST(ProfileTable, ShowsEveryPartOfAStep) {
  ProfileReport report{.parts = {{"gather", 1000, 0, 0.02, 0},
                                 {"dense forward", 1000, 4e9, 0.10, 0.01},
                                 {"never", 0, 0, 0, 0},
                                 {"a_layer_with_a_name_that_is_too_long gradient", 1000, 0, 0.05, 0.01}},
                       .steps = 1000,
                       .threads = 2,
                       .seconds = 0.1};
  EXPECT_EQ(profile_table(report, 160e9),
            "1,000 steps, 0.100 s on 2 threads, FMA peak 160.0 GFLOP/s\n"
            "                                       us a step    share    GFLOP/s   of peak\n"
            "gather                                      10.0    10.0%\n"
            "dense forward                               50.0    50.0%       80.0     50.0%\n"
            "a_layer_with_a_name_that_is_too_...         25.0    25.0%\n"
            "wait for the others                         10.0    10.0%\n"
            "between steps                                5.0     5.0%\n"
            "step                                       100.0   100.0%       40.0     25.0%\n");
}

TEST(ProfileTable, OfAPredictionIsInMilliseconds) {
  const ProfileReport report{
      .parts = {{"dense forward", 4, 4e6, 0.001, 0}}, .steps = 0, .threads = 1, .seconds = 0.002};
  EXPECT_EQ(profile_table(report),
            "0.002 s on 1 thread\n"
            "                                              ms    share    GFLOP/s\n"
            "dense forward                                1.0    50.0%        4.0\n"
            "other                                        1.0    50.0%\n"
            "all                                          2.0   100.0%        2.0\n");
}

TEST(ProfileTable, ZeroIsNoDivisor) {
  std::istringstream lines(profile_table({}, 0));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80u);
    EXPECT_EQ(line.find("nan"), std::string::npos);
  }
}

}  // namespace
}  // namespace regulus
