// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>

#include "bench/kernels/families.h"
#include "regulus/plan/weights/gradient_tiles.h"

// The three matrix products of a dense layer, beside other libraries. Ours work on what a plan keeps: packed
// weights, rows at kernels::row_stride; the libraries on what their users have: dense row-major matrices.

namespace regulus::bench {
namespace {

using kernels::kPanel;
using kernels::packed_index;
using kernels::row_stride;

struct Shape {
  std::int64_t batch;
  std::int64_t inputs;
  std::int64_t units;
};

/// The layer's matrices, dense, and where a rival leaves its result.
struct Dense {
  Buffer<float> x;   ///< [batch][inputs]
  Buffer<float> w;   ///< [inputs][units]
  Buffer<float> dz;  ///< [batch][units]
  Buffer<float> out;
};

/// Ours: what it computes, and where element (row, column) of the result is.
struct Ours {
  std::function<void()> run;
  std::function<float(std::int64_t, std::int64_t)> at;
};

Buffer<float> with_stride(const Buffer<float>& dense, std::int64_t rows, std::int64_t width) {
  Buffer<float> padded(static_cast<std::size_t>(rows * row_stride(width)));
  for (std::int64_t r = 0; r < rows; ++r)
    std::copy_n(dense.data() + r * width, width, padded.data() + r * row_stride(width));
  return padded;
}

Buffer<float> packed(const Dense& dense, const Shape& s) {
  Buffer<float> w(static_cast<std::size_t>(kernels::panels(s.units) * s.inputs * kPanel));
  kernels::pack(dense.w.data(), s.inputs, s.units, w.data());
  return w;
}

Ours forward(const kernels::Table<float>& table, const Dense& dense, const Shape& s) {
  struct State {
    Buffer<float> x, w, y;
  };
  const std::int64_t y_stride = row_stride(s.units);
  auto state = std::make_shared<State>(with_stride(dense.x, s.batch, s.inputs), packed(dense, s),
                                       Buffer<float>(static_cast<std::size_t>(s.batch * y_stride)));
  return {[&table, state, s, y_stride] {
            table.matmul(state->x.data(), row_stride(s.inputs), state->w.data(), nullptr, state->y.data(),
                         y_stride, s.batch, s.inputs, 0, kernels::panels(s.units));
          },
          [state, y_stride](std::int64_t r, std::int64_t c) { return state->y[r * y_stride + c]; }};
}

/// The whole gradient in the tiles that training computes; here it is kept.
Ours kernel_gradient(const kernels::Table<float>& table, const Dense& dense, const Shape& s) {
  struct State {
    Buffer<float> x, dz, g, gathered;
  };
  const std::int64_t panels = kernels::panels(s.units);
  auto state = std::make_shared<State>(
      with_stride(dense.x, s.batch, s.inputs), with_stride(dense.dz, s.batch, s.units),
      Buffer<float>(static_cast<std::size_t>(panels * s.inputs * kPanel)),
      Buffer<float>(static_cast<std::size_t>(plan::gathered_size(s.batch, panels))));
  return {[&table, state, s, panels] {
            const plan::GradientArgs<float> args{
                state->x.data(), row_stride(s.inputs), state->dz.data(), row_stride(s.units),
                s.batch,         {0, s.inputs},        {0, panels}};
            plan::for_each_gradient_tile(
                table, args, state->gathered.data(), s.inputs * kPanel,
                [&](std::int64_t p, std::int64_t k) { return state->g.data() + (p * s.inputs + k) * kPanel; },
                [](std::int64_t, std::int64_t, runtime::Range) {});
          },
          [state, s](std::int64_t k, std::int64_t n) { return state->g[packed_index(s.inputs, k, n)]; }};
}

Ours input_gradient(const kernels::Table<float>& table, const Dense& dense, const Shape& s) {
  struct State {
    Buffer<float> dz, w, dx, scratch;
  };
  const std::int64_t dx_stride = row_stride(s.inputs);
  auto state = std::make_shared<State>(
      with_stride(dense.dz, s.batch, s.units), packed(dense, s),
      Buffer<float>(static_cast<std::size_t>(s.batch * dx_stride)),
      Buffer<float>(static_cast<std::size_t>(kernels::input_gradient_scratch(s.units))));
  return {[&table, state, s, dx_stride] {
            table.input_gradient({state->dz.data(), row_stride(s.units), state->w.data(), state->dx.data(),
                                  dx_stride, s.batch, s.inputs, s.units, 0, kernels::panels(s.inputs)},
                                 state->scratch.data());
          },
          [state, dx_stride](std::int64_t r, std::int64_t c) { return state->dx[r * dx_stride + c]; }};
}

struct Family {
  const char* name;
  Ours (*ours)(const kernels::Table<float>&, const Dense&, const Shape&);
  Product (*product)(Dense&, const Shape&);
  bool b_is_weights;
};

constexpr Family kFamilies[] = {
    {"matmul", forward,
     [](Dense& d, const Shape& s) -> Product {
       return {s.batch, s.units, s.inputs, d.x.data(), d.w.data(), d.out.data(), false, false};
     },
     true},
    {"kernel_gradient", kernel_gradient,
     [](Dense& d, const Shape& s) -> Product {
       return {s.inputs, s.units, s.batch, d.x.data(), d.dz.data(), d.out.data(), true, false};
     },
     false},
    {"input_gradient", input_gradient,
     [](Dense& d, const Shape& s) -> Product {
       return {s.batch, s.inputs, s.units, d.dz.data(), d.w.data(), d.out.data(), false, true, true};
     },
     true},
};

/// A rival that computes something else would make the comparison void. The sums differ in their order.
bool agree(const Product& p, const Ours& ours) {
  const float tolerance = 1e-5F * static_cast<float>(p.k) + 1e-5F;
  for (std::int64_t r = 0; r < p.m; r += std::max<std::int64_t>(1, p.m / 7))
    for (std::int64_t c = 0; c < p.n; c += std::max<std::int64_t>(1, p.n / 7))
      if (std::abs(ours.at(r, c) - p.c[r * p.n + c]) > tolerance) return false;
  return true;
}

void measure(benchmark::State& state, const Setting& setting, const Family& family, const Shape& s) {
  Dense dense{numbers(s.batch * s.inputs), numbers(s.inputs * s.units), numbers(s.batch * s.units), {}};
  const std::int64_t results = std::max({s.batch * s.inputs, s.inputs * s.units, s.batch * s.units});
  dense.out = Buffer<float>(static_cast<std::size_t>(results));
  const Product product = family.product(dense, s);
  const Ours ours = family.ours(*setting.table, dense, s);
  std::vector<Contender> contenders{{"ours", ours.run}};
  ours.run();
  for (const Rival& rival : setting.rivals) {
    if (rival.packs_weights && !family.b_is_weights) continue;
    auto run = rival.prepare(product);
    if (!run) continue;
    run();
    if (!agree(product, ours)) return state.SkipWithError((rival.name + " computes something else").c_str());
    contenders.push_back({rival.name, std::move(run)});
  }
  const auto times =
      hold_contest(contenders, setting.quick ? Patience{5e-4, 5, 0.2} : Patience{2e-3, 9, 1.0});
  for (auto _ : state) state.SetIterationTime(times[0]);
  const double flops = 2.0 * static_cast<double>(s.batch * s.inputs * s.units);
  for (std::size_t i = 0; i < times.size(); ++i) state.counters[contenders[i].name] = flops / times[i] / 1e9;
  state.counters["share"] = flops / times[0] / 1e9 / setting.peak_gflops;
}

constexpr std::int64_t kBatches[] = {1, 2, 8, 32, 33, 128, 1024};
constexpr std::int64_t kQuickBatches[] = {1, 32, 128};
constexpr std::pair<std::int64_t, std::int64_t> kLayers[] = {
    {16, 16},   {100, 10},    {17, 31},   {300, 100}, {257, 129},   {512, 512},  {784, 300},
    {785, 301}, {1024, 1024}, {4096, 16}, {16, 4096}, {1000, 2000}, {4096, 4096}};
constexpr std::pair<std::int64_t, std::int64_t> kQuickLayers[] = {
    {100, 10}, {300, 100}, {257, 129}, {784, 300}, {1024, 1024}};

}  // namespace

void register_products(const Setting& setting) {
  const auto batches = setting.quick ? std::span<const std::int64_t>(kQuickBatches) : kBatches;
  const auto layers =
      setting.quick ? std::span<const std::pair<std::int64_t, std::int64_t>>(kQuickLayers) : kLayers;
  for (const Family& family : kFamilies)
    for (const auto& [inputs, units] : layers)
      for (const std::int64_t batch : batches) {
        const Shape shape{batch, inputs, units};
        const std::string name = std::string(family.name) + "/" + std::to_string(batch) + "x" +
                                 std::to_string(inputs) + "x" + std::to_string(units);
        benchmark::RegisterBenchmark(
            name.c_str(),
            [&setting, &family, shape](benchmark::State& state) { measure(state, setting, family, shape); })
            ->UseManualTime()
            ->Iterations(1);
      }
}

}  // namespace regulus::bench
