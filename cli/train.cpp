// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <limits>

#include "cli/data.h"
#include "cli/model.h"
#include "cli/output.h"
#include "cli/process.h"
#include "cli/profile.h"
#include "cli/saved_model.h"
#include "regulus/base/names.h"
#include "regulus/data/normalization.h"
#include "regulus/optim/nadam.h"
#include "regulus/runtime/isa.h"
#include "regulus/runtime/team.h"
#include "regulus/saving/model_file.h"

namespace regulus::cli {
namespace {

constexpr const char* kExamples =
    "regulus train --output model.safetensors\n"
    "regulus train --epochs 10 --learning-rate 0.0005 --output model.safetensors\n"
    "regulus train --data-set garments --rows 5000 --rate 0.1 --json";

struct TrainOptions {
  DataOptions data;
  std::int64_t epochs = 2;
  std::int64_t batch_size = 32;
  double learning_rate = 0.001;
  double rate = 0.2;
  std::int64_t validation = 5000;
  std::int64_t rows = 0;
  std::string output;
};

Value document(const TrainOptions& options, const Common& common, const SplitData& data,
               const History& history, const Sequential& model, const Profiling& profiling) {
  Value::Dict document = {{"data", data_json(data.train)},
                          {"seed", common.seed},
                          {"threads", runtime::num_threads()},
                          {"isa", std::string(name(runtime::active_isa()))},
                          {"epochs", epochs_json(history)},
                          {"output", options.output.empty() ? Value() : Value(options.output)},
                          {"weights_sha256", model.weights_sha256()},
                          {"peak_rss_bytes", peak_rss_bytes()},
                          {"total_seconds", seconds_since_start()}};
  profiling.add_to(document);
  return document;
}

void train(const TrainOptions& options, const Common& common) {
  if (!options.output.empty()) {
    require_writable(options.output);
    model_format(options.output);  // an unknown ending is said before the training, not after it
  }
  const SplitData data = split(load(options.data, common), options.validation, options.rows, "train");
  std::ostream& out = text_output(common);
  out << describe(data) << std::flush;
  const Normalization scaled = Normalization::fit(data.train, {.scale = 1.0 / 255});

  set_random_seed(static_cast<std::uint64_t>(common.seed));
  Sequential model = alpha_dropout_model(options.rate);
  model.compile({.optimizer = Nadam({.learning_rate = options.learning_rate}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  FitOptions how = fit_options(common, options.epochs);
  how.batch_size = options.batch_size;
  if (data.valid.num_rows() > 0) how.validation_data = scaled(data.valid);
  Profiling profiling(common);
  how.profile = profiling.report();
  const History history = fit(model, scaled(data.train), how, "Nothing was saved.");
  profiling.keep("fit");

  if (!options.output.empty()) save(model, scaled, data.train.info(), options.output);
  if (common.json) return print_json(document(options, common, data, history, model, profiling));
  const char* shown = history.contains("val_accuracy") ? "val_accuracy" : "accuracy";
  out << shown << ": " << fixed(history[shown].back(), 4) << '\n'
      << "weights sha256: " << model.weights_sha256() << '\n'
      << (options.output.empty() ? "not saved (no --output)" : "saved to " + options.output) << '\n';
  profiling.show(out);
}

}  // namespace

void add_train(CLI::App& app, Context& context) {
  const auto options = std::make_shared<TrainOptions>();
  CLI::App* command = app.add_subcommand("train", "Train the notebook's AlphaDropout network and save it.");
  command->footer(kExamples);
  add_text(*command, "-o,--output", options->output, {"FILE", "where the trained model goes", "not saved"});
  add_count(*command, "--epochs", options->epochs, {1, 1'000'000},
            {"N", "passes over the training rows", "2"});
  add_count(*command, "--batch-size", options->batch_size, {1, 65536}, {"N", "rows of one update", "32"});
  add_real(*command, "--learning-rate", options->learning_rate, std::numeric_limits<double>::infinity(), true,
           {"X", "Nadam's step", "0.001"});
  add_real(*command, "--rate", options->rate, 1, false, {"X", "share of units dropped, in [0, 1)", "0.2"});
  add_data_set(*command, options->data, "fashion_mnist");
  add_data(*command, options->data);
  add_count(*command, "--validation", options->validation, {},
            {"N", "first rows, held back to validate; 0: none", "5000"})
      ->group(kDataGroup);
  add_count(*command, "--rows", options->rows, {1}, {"N", "train on the first N of the other rows", "all"})
      ->group(kDataGroup);
  add_common(*command, context.common);
  command->callback(
      [&context, options] { context.action = [=, &context] { train(*options, context.common); }; });
}

}  // namespace regulus::cli
