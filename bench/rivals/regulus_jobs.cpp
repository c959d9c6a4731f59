// SPDX-License-Identifier: Apache-2.0
// The jobs of bench/README.md, done by regulus. Same protocol as the rivals' scripts (common.py):
// regulus_bench_jobs --jobs J1,J2,J3,J4,J7,J8 --threads N [--data DIR], one JSON line on standard output.
// With --jobs J5 it is the least that a notebook holds, to be timed from outside.
#include <regulus/regulus.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/rivals/clock.h"
#include "regulus/kernels/peak.h"

using namespace regulus;

namespace {

using bench::kPredictions;
using bench::kSamples;
using bench::kSingleRows;
using bench::median_seconds;
using bench::seconds;

struct Arguments {
  std::set<std::string> jobs;
  int threads = 1;
  std::string data;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--jobs") {
      std::istringstream list(value);
      for (std::string job; std::getline(list, job, ',');) arguments.jobs.insert(job);
    } else if (name == "--threads") {
      arguments.threads = std::stoi(value);
    } else if (name == "--data") {
      arguments.data = value;
    } else {
      throw std::invalid_argument("unknown option " + name);
    }
  }
  return arguments;
}

Sequential make_model() {
  Sequential model({
      Flatten({.input_shape = {28, 28}}),
      AlphaDropout({.rate = 0.2}),
      Dense({.units = 300, .activation = "selu", .kernel_initializer = "lecun_normal"}),
      AlphaDropout({.rate = 0.2}),
      Dense({.units = 100, .activation = "selu", .kernel_initializer = "lecun_normal"}),
      AlphaDropout({.rate = 0.2}),
      Dense({.units = 10, .activation = "softmax"}),
  });
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

Sequential make_image_model() {
  Sequential model({
      Conv2D({.filters = 32, .kernel_size = 3, .activation = "relu", .input_shape = {28, 28, 1}}),
      MaxPooling2D(),
      Conv2D({.filters = 64, .kernel_size = 3, .activation = "relu"}),
      MaxPooling2D(),
      Flatten(),
      Dropout({.rate = 0.5}),
      Dense({.units = 10, .activation = "softmax"}),
  });
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

double accuracy(const Sequential& model, const Dataset& test) {
  const auto predicted = argmax(model.predict(test));
  const auto labels = test.labels();
  int right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
  return right / static_cast<double>(labels.size());
}

using Times = std::map<std::string, double>;

void measure_images(const Dataset& train, const Dataset& test, const std::set<std::string>& jobs,
                    Times& times) {
  const Dataset images = train.with_row_shape({28, 28, 1});
  const Dataset test_images = test.with_row_shape({28, 28, 1});
  Sequential model = make_image_model();
  const auto epoch = [&](int number) {
    model.fit(images, {.epochs = number, .batch_size = 128, .verbose = 0, .initial_epoch = number - 1});
  };
  epoch(1);
  if (jobs.contains("J7")) times["J7"] = seconds([&] { epoch(2); });
  if (!jobs.contains("J8")) return;
  model.predict(test_images);
  times["J8"] = median_seconds(kPredictions, [&] { model.predict(test_images); });
}

Times measure(Sequential& model, const Dataset& train, const Dataset& test,
              const std::set<std::string>& jobs) {
  Times times;
  if (jobs.contains("J1")) {
    times["J1 first"] = seconds([&] { model.fit(train, {.epochs = 1, .verbose = 0}); });
    times["J1"] = seconds([&] { model.fit(train, {.epochs = 2, .verbose = 0, .initial_epoch = 1}); });
  }
  for (const auto& [job, masks] : {std::pair{"J2", "independent"}, std::pair{"J2 shared", "shared"}}) {
    if (!jobs.contains("J2")) break;
    model.predict_mc(test, {.samples = 1, .masks = masks});
    times[job] = seconds([&] { model.predict_mc(test, {.samples = kSamples, .masks = masks}); });
  }
  if (jobs.contains("J3")) {
    model.predict(test);
    times["J3"] = median_seconds(kPredictions, [&] { model.predict(test); });
  }
  if (jobs.contains("J4")) {
    const Dataset row = test.slice(0, 1);
    model.predict(row);
    times["J4"] = median_seconds(kSingleRows, [&] { model.predict(row); });
  }
  if (jobs.contains("J7") || jobs.contains("J8")) measure_images(train, test, jobs, times);
  return times;
}

struct Data {
  Dataset train, test;
};

Data load(const Arguments& arguments) {
  auto [train_full, test] = datasets::fashion_mnist::load_data(
      {.directory = arguments.data, .allow_download = false, .allow_embedded = false});
  const Dataset train = train_full.split_at(5000).second;
  const auto scaled = Normalization::fit(train, {.scale = 1.0 / 255});
  return {scaled(train), scaled(test)};
}

void run_notebook(const Arguments& arguments) {
  const auto [train, test] = load(arguments);
  Sequential model = make_model();
  model.fit(train, {.epochs = 2, .verbose = 0});
  const Logs logs = model.evaluate(test, {.verbose = 0});
  model.predict(test);
  model.predict_mc(test, {.samples = kSamples});
  std::printf("{\"seconds\": {}, \"accuracy\": %.4f}\n", logs["accuracy"]);
}

void run_jobs(const Arguments& arguments) {
  const double peak_before = kernels::fma_peak_flops(arguments.threads) / 1e9;
  const auto [train, test] = load(arguments);
  Sequential model = make_model();
  const Times times = measure(model, train, test, arguments.jobs);
  const double peak_after = kernels::fma_peak_flops(arguments.threads) / 1e9;

  std::printf("{\"seconds\": {");
  const char* comma = "";
  for (const auto& [job, time] : times) {
    std::printf("%s\"%s\": %.9f", comma, job.c_str(), time);
    comma = ", ";
  }
  std::printf(
      "}, \"accuracy\": %.4f, \"peak_gflops\": %.1f, \"isa\": \"%s\", \"versions\": {\"regulus\": \"%s\"}}\n",
      accuracy(model, test), std::max(peak_before, peak_after),
      std::string(name(runtime::active_isa())).c_str(), version());
}

}  // namespace

int main(int argc, char** argv) try {
  const Arguments arguments = parse(argc, argv);
  runtime::set_num_threads(arguments.threads);
  set_random_seed(42);
  arguments.jobs.contains("J5") ? run_notebook(arguments) : run_jobs(arguments);
} catch (const std::exception& error) {
  std::fprintf(stderr, "regulus_bench_jobs: %s\n", error.what());
  return 1;
}
