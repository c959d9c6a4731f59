// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>

#include "bench/kernels/families.h"
#include "regulus/kernels/peak.h"

// Times every kernel of the active instruction set: products, convolutions, pooling and normalization beside
// other libraries, what computes beside the FMA peak, what moves data beside a copy of as many bytes. One
// thread. bench/kernels/report.py reads the JSON.

int main(int argc, char** argv) {
  using namespace regulus;
  char** const end =
      std::remove_if(argv, argv + argc, [](const char* a) { return !std::strcmp(a, "--quick"); });
  const bool quick = end != argv + argc;
  argc = static_cast<int>(end - argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;

  const kernels::Table<float>& table = kernels::active_table<float>();
  const bench::Setting setting{&table, bench::rivals(table.isa), kernels::fma_peak_flops(1) / 1e9, quick};
  benchmark::AddCustomContext("isa", std::string(runtime::name(table.isa)));
  benchmark::AddCustomContext("fma_peak_gflops", std::to_string(setting.peak_gflops));
  for (const bench::Rival& rival : setting.rivals) benchmark::AddCustomContext(rival.name, rival.build);

  bench::register_products(setting);
  bench::register_activations(setting);
  bench::register_losses(setting);
  bench::register_masks(setting);
  bench::register_updates(setting);
  bench::register_data(setting);
  bench::register_convolutions(setting);
  bench::register_pooling(setting);
  bench::register_normalization(setting);
  benchmark::RunSpecifiedBenchmarks();
}
