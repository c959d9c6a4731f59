// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/step_contest.h"

#include <benchmark/benchmark.h>

#include <cmath>

namespace regulus::bench {
namespace {

constexpr Patience kPatience{1e-3, 9, 0.15};
constexpr Patience kQuickPatience{5e-4, 5, 0.05};

/// A rival that computes something else would make the comparison void. The sums differ in their order.
bool agree(const std::vector<float>& ours, const std::vector<float>& theirs) {
  constexpr double kTolerance = 1e-3;  // of the root of the mean square
  if (ours.size() != theirs.size()) return false;
  double squares = 0;
  for (const float value : ours) squares += static_cast<double>(value) * static_cast<double>(value);
  const double limit = kTolerance * std::sqrt(squares / static_cast<double>(ours.size()));
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (!(std::abs(static_cast<double>(ours[i]) - static_cast<double>(theirs[i])) <= limit)) return false;
  return true;
}

void measure(benchmark::State& state, const Setting& setting, Work work, double amount,
             const StepContest& contest) {
  std::vector<Contender> contenders{{"ours", contest.run}};
  std::string label;
  contest.run();
  const std::vector<float> result = contest.result();
  for (const StepRival& rival : contest.rivals) {
    rival.run();
    if (!agree(result, rival.result()))
      return state.SkipWithError((rival.name + " computes something else").c_str());
    contenders.push_back({rival.name, rival.run});
    label += (label.empty() ? "" : ", ") + rival.name + ": " + rival.how;
  }
  if (work == Work::kBytes) contenders.push_back({"copy", copy_of(amount)});
  const auto times = hold_contest(contenders, setting.quick ? kQuickPatience : kPatience);
  for (auto _ : state) state.SetIterationTime(times[0]);
  for (std::size_t i = 0; i < times.size(); ++i) state.counters[contenders[i].name] = amount / times[i] / 1e9;
  state.counters["share"] =
      work == Work::kBytes ? times.back() / times[0] : amount / times[0] / 1e9 / setting.peak_gflops;
  state.SetLabel(label);
}

}  // namespace

void register_step(const std::string& name, const Setting& setting, Work work, double amount,
                   std::function<StepContest()> prepare) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [&setting, work, amount, prepare](benchmark::State& state) {
                                 measure(state, setting, work, amount, prepare());
                               })
      ->UseManualTime()
      ->Iterations(1);
}

}  // namespace regulus::bench
