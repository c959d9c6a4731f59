// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <iostream>

#include "cli/data.h"
#include "cli/model.h"
#include "cli/output.h"
#include "regulus/base/buffer.h"
#include "regulus/data/normalization.h"
#include "regulus/kernels/peak.h"
#include "regulus/kernels/table.h"
#include "regulus/runtime/isa.h"
#include "regulus/runtime/team.h"
#include "regulus/train/predictor.h"

namespace regulus::cli {
namespace {

constexpr const char* kExamples =
    "regulus bench\n"
    "regulus bench --threads 1 --rows 2000\n"
    "regulus bench --json > bench.json";

constexpr int kRuns = 5;
constexpr std::int64_t kMostBenchRows = 10'000;
constexpr int kSamples = 100;
constexpr std::size_t kKernelColumns = 50;

struct Line {
  std::string name;
  double seconds = 0;
  double flops = 0;  ///< 0: not counted
  int threads = 1;
};

/// The best of some runs: whatever else the machine does only makes it slower.
template <class Body>
double best_seconds(int runs, Body body) {
  double best = 0;
  for (int run = 0; run < runs; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    best = run == 0 ? took : std::min(best, took);
  }
  return best;
}

/// The notebook's network on images that the program draws: times do not depend on what they show.
class Jobs {
 public:
  Jobs(const Common& common, std::int64_t rows) {
    Notes notes(common);
    const SplitData data = split(datasets::garments(), 0, rows, "bench", notes);
    notes.say();
    const Normalization scaled = Normalization::fit(data.train, {.scale = 1.0 / 255});
    train_ = scaled(data.train);
    test_ = scaled(data.test.slice(0, rows));
    model_.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy"});
  }

  Line fit() {
    return run("fit, one epoch, batches of 32", 2, [&](ProfileReport* report) {
      model_.fit(train_, {.epochs = 1, .verbose = 0, .profile = report});
    });
  }
  Line predict() {
    return run("predict", kRuns, [&](ProfileReport* report) { model_(test_, {.profile = report}); });
  }
  Line monte_carlo(const std::string& masks) {
    return run("100 MC samples, " + masks + " masks", 1, [&](ProfileReport* report) {
      model_.predict_mc(test_, {.samples = kSamples, .masks = masks, .profile = report});
    });
  }
  Line one_row() {
    constexpr int kCalls = 2000;
    Predictor predictor(model_);
    std::vector<float> x(static_cast<std::size_t>(predictor.input_shape().size()), 0.5f);
    std::vector<float> y(static_cast<std::size_t>(predictor.output_shape().size()));
    const double seconds = best_seconds(kRuns, [&] {
      for (int call = 0; call < kCalls; ++call) predictor.predict(x, y);
    });
    return {"predict, one row, one thread", seconds / kCalls, 0, 1};
  }

 private:
  template <class Body>
  Line run(const std::string& name, int runs, Body body) {
    ProfileReport report;
    const double seconds = best_seconds(runs, [&] { body(&report); });
    return {name, seconds, report.flops(), runtime::num_threads()};
  }

  Sequential model_ = alpha_dropout_model(0.2);
  Dataset train_, test_;
};

/// A dense layer's product on one thread, warm.
Line product(std::int64_t rows, std::int64_t inputs, std::int64_t units) {
  const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
  const std::int64_t x_stride = kernels::row_stride(inputs);
  const std::int64_t y_stride = kernels::row_stride(units);
  Buffer<float> x(size(rows * x_stride)), w(size(inputs * kernels::padded(units)));
  Buffer<float> y(size(rows * y_stride));
  std::fill_n(x.data(), x.size(), 0.5f);
  std::fill_n(w.data(), w.size(), 0.25f);
  const double flops = 2.0 * static_cast<double>(rows * inputs * units);
  const int calls = static_cast<int>(std::max(1.0, 2e8 / flops));
  const double seconds = best_seconds(2 * kRuns, [&] {
    for (int call = 0; call < calls; ++call)
      kernels::active_table<float>().matmul(x.data(), x_stride, w.data(), nullptr, y.data(), y_stride, rows,
                                            inputs, 0, kernels::panels(units));
  });
  return {std::to_string(rows) + " x " + std::to_string(inputs) + " x " + std::to_string(units),
          seconds / calls, flops, 1};
}

std::string duration(double seconds) {
  if (seconds < 1e-3) return fixed(seconds * 1e6, 1) + " us";
  if (seconds < 1) return fixed(seconds * 1e3, 1) + " ms";
  return fixed(seconds, 2) + " s ";
}

class Report {
 public:
  Report(const Common& common)
      : out_(text_output(common)),
        peak_of_all_(kernels::fma_peak_flops(runtime::num_threads())),
        peak_of_one_(runtime::num_threads() == 1 ? peak_of_all_ : kernels::fma_peak_flops(1)) {
    out_ << name(runtime::active_isa()) << ", " << runtime::num_threads() << " threads, FMA peak "
         << fixed(peak_of_all_ / 1e9, 0) << " GFLOP/s (" << fixed(peak_of_one_ / 1e9, 0) << " on one)\n";
  }

  void title(const std::string& text) {
    out_ << '\n' << left(text, kKernelColumns) << "      time   GFLOP/s   of peak\n" << std::flush;
  }
  void add(const Line& line) {
    const double peak = line.threads == 1 ? peak_of_one_ : peak_of_all_;
    const double speed = line.flops / line.seconds;
    out_ << left(line.name, kKernelColumns) << right(duration(line.seconds), 10);
    if (line.flops > 0)
      out_ << right(fixed(speed / 1e9, 1), 10) << right(fixed(100 * speed / peak, 0) + "%", 10);
    out_ << '\n' << std::flush;
    lines_.emplace_back(Value::Dict{
        {"name", line.name}, {"threads", line.threads}, {"seconds", line.seconds}, {"flops", line.flops}});
  }
  void print_document() {
    print_json(Value::Dict{{"isa", std::string(name(runtime::active_isa()))},
                           {"threads", runtime::num_threads()},
                           {"peak_flops_per_second", peak_of_all_},
                           {"peak_flops_per_second_one_thread", peak_of_one_},
                           {"times", std::move(lines_)}});
  }

 private:
  std::ostream& out_;
  double peak_of_all_;
  double peak_of_one_;
  Value::List lines_;
};

void bench(std::int64_t rows, const Common& common) {
  set_random_seed(static_cast<std::uint64_t>(common.seed));
  Report report(common);
  report.title("The notebook's network, " + std::to_string(rows) + " rows");
  Jobs jobs(common, rows);
  report.add(jobs.fit());
  report.add(jobs.predict());
  report.add(jobs.monte_carlo("independent"));
  report.add(jobs.monte_carlo("shared"));
  report.add(jobs.one_row());
  report.title("Dense layer, batch x inputs x units, one thread");
  for (const std::int64_t batch : {1, 32, 1024})
    for (const auto& [inputs, units] : {std::pair{784, 300}, std::pair{1024, 1024}})
      report.add(product(batch, inputs, units));
  if (common.json) report.print_document();
}

}  // namespace

void add_bench(CLI::App& app, Context& context) {
  const auto rows = std::make_shared<std::int64_t>(kMostBenchRows);
  CLI::App& command =
      add_command(app, "bench", "Time this machine: jobs, kernels, shares of its peak.", kExamples);
  add_count(command, "--rows", *rows, {1, kMostBenchRows}, {"N", "of the network's data", "10000"});
  add_common(command, context.common, false);
  when_parsed(command,
              [&context, rows] { context.action = [=, &context] { bench(*rows, context.common); }; });
}

}  // namespace regulus::cli
