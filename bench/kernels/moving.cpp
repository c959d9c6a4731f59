// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>

#include "bench/kernels/families.h"

namespace regulus::bench {
namespace {

constexpr Patience kPatience{5e-4, 9, 0.1};

}  // namespace

std::function<void()> copy_of(double bytes) {
  const auto half = static_cast<std::size_t>(bytes / 2);
  auto from = std::make_shared<Buffer<char>>(half);
  auto to = std::make_shared<Buffer<char>>(half);
  return [from, to, half] {
    std::memcpy(to->data(), from->data(), half);
    benchmark::ClobberMemory();
  };
}

void register_moving(const std::string& name, double bytes, std::function<std::function<void()>()> prepare) {
  benchmark::RegisterBenchmark(
      name.c_str(),
      [bytes, prepare](benchmark::State& state) {
        const auto times = hold_contest({{"ours", prepare()}, {"copy", copy_of(bytes)}}, kPatience);
        for (auto _ : state) state.SetIterationTime(times[0]);
        state.counters["ours"] = bytes / times[0] / 1e9;
        state.counters["share"] = times[1] / times[0];
      })
      ->UseManualTime()
      ->Iterations(1);
}

}  // namespace regulus::bench
