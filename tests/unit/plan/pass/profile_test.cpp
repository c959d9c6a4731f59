// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/pass/profile.h"

#include <chrono>
#include <map>

#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using kernels::UpdateRule;

// The notebook's net.
Chain notebook() {
  Chain chain(784);
  chain.mask(alpha_dropout(0.2))
      .dense(300)
      .activation(Activation::kSelu)
      .mask(alpha_dropout(0.2))
      .dense(100)
      .activation(Activation::kSelu)
      .mask(alpha_dropout(0.2))
      .dense(10)
      .softmax();
  return chain;
}

double seconds(const std::vector<PartTimes>& parts) {
  double sum = 0;
  for (const PartTimes& part : parts) sum += part.worker_seconds + part.wait_seconds;
  return sum;
}

TEST(Profile, CountsTheArithmeticOfATrainingStep) {
  const Chain chain = notebook();
  const Data data(32, 784, 10, 3);
  for (const int workers : {1, 3}) {
    runtime::Team team(workers);
    Slots<float> slots;
    Network<float> net(chain.graph, training(32, kSparse, {UpdateRule::kSgd, 1, false}), workers, &slots);
    Profile profile(net.plan.phases(), workers);
    net.pass.batch = data.batch(0, 32, true);
    net.pass.stopwatches = profile.stopwatches();
    const auto begin = std::chrono::steady_clock::now();
    for (int step = 0; step < 3; ++step) net.plan.run(team, net.workspace, net.pass);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;

    const std::vector<PartTimes> parts = profile.parts();
    std::map<std::string, double> flops;
    for (const PartTimes& part : parts) {
      EXPECT_EQ(part.calls, 3) << part.name;
      flops[part.name] += part.flops / 3;
    }
    // 2 x rows x inputs x units for each product; the first layer needs no input gradient.
    constexpr double kFirst = 2 * 32 * 784 * 300;
    constexpr double kSecond = 2 * 32 * 300 * 100;
    constexpr double kThird = 2 * 32 * 100 * 10;
    EXPECT_EQ(flops, (std::map<std::string, double>{{"alpha_dropout masks", 0},
                                                    {"fetch", 0},
                                                    {"gather", 0},
                                                    {"loss", 0},
                                                    {"dense_1 forward", kFirst},
                                                    {"dense_4 forward", kSecond},
                                                    {"dense_7 forward", kThird},
                                                    {"dense_7 input gradient", kThird},
                                                    {"dense_4 input gradient", kSecond},
                                                    {"dense_7 gradient, update", kThird},
                                                    {"dense_4 gradient, update", kSecond},
                                                    {"dense_1 gradient, update", kFirst}}));
    EXPECT_GT(seconds(parts), 0);
    EXPECT_LE(seconds(parts), workers * wall.count());
  }
}

TEST(Profile, CountsThePartsOfAMonteCarloPredictionAsOftenAsTheyRun) {
  Chain chain(40);
  chain.dense(30).mask(dropout(0.5)).dense(10);
  const Data data(8, 40, 10, 3);
  Network<float> net(chain.graph, predicting(8, Mode::kMonteCarlo));
  Profile profile(net.plan.phases(), 2);
  net.pass.batch = data.batch(0, 8, true);
  net.pass.stopwatches = profile.stopwatch(1);
  net.run_alone(Plan<float>::Part::kDeterministic);
  for (int sample = 0; sample < 5; ++sample) net.run_alone(Plan<float>::Part::kStochastic);
  for (const PartTimes& part : profile.parts()) {
    const bool once = part.name == "gather" || part.name == "dense_0 forward";
    EXPECT_EQ(part.calls, once ? 1 : 5) << part.name;
    if (part.name == "dense_2 forward") {
      EXPECT_EQ(part.flops, 5 * 2 * 8 * 30 * 10);
    }
  }
}

TEST(Profile, TimesWhatIsDoneBesideThePlan) {
  Chain chain(40);
  chain.dense(10);
  const Data data(8, 40, 10, 3);
  Network<float> net(chain.graph, predicting(8));
  Profile profile(net.plan.phases(), 1, {"copy outputs"});
  net.pass.batch = data.batch(0, 8, true);
  net.pass.stopwatches = profile.stopwatch(0);
  net.run_alone();
  net.pass.stopwatches->end_other(0);
  const std::vector<PartTimes> parts = profile.parts();
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts.back().name, "copy outputs");
  EXPECT_EQ(parts.back().calls, 1);
}

TEST(Profile, HasNoStopwatchForAWorkerItDoesNotKnow) {
  Chain chain(4);
  chain.dense(3);
  const Network<float> net(chain.graph, predicting(1));
  Profile profile(net.plan.phases(), 2);
  EXPECT_NE(profile.stopwatch(1), nullptr);
  EXPECT_EQ(profile.stopwatch(2), nullptr);
}

}  // namespace
}  // namespace regulus::plan::testing
