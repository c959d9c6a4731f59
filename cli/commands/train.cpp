// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <limits>

#include "cli/data.h"
#include "cli/errors.h"
#include "cli/model.h"
#include "cli/output.h"
#include "cli/process.h"
#include "cli/profile.h"
#include "cli/saved_model.h"
#include "cli/written_file.h"
#include "regulus/base/names.h"
#include "regulus/data/normalization.h"
#include "regulus/optim/nadam.h"
#include "regulus/runtime/isa.h"
#include "regulus/runtime/team.h"
#include "regulus/saving/model_file.h"

namespace regulus::cli {
namespace {

constexpr const char* kTrainExamples =
    "regulus train --output model.safetensors\n"
    "regulus train --epochs 10 --learning-rate 0.0005 --output better.keras\n"
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
  bool force = false;
  bool bake = false;  // the normalization becomes a layer
};

Value document(const TrainOptions& options, const Common& common, const SplitData& data,
               const History& history, const Sequential& model, const Profiling& profiling,
               const Notes& notes) {
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
  notes.add_to(document);
  return document;
}

// What is wrong with the file to come is said before the training, not after it.
void require_output(const TrainOptions& options) {
  if (options.output.empty()) {
    if (options.force) refuse_usage("train", "--force needs --output");
    if (options.bake) refuse_usage("train", "--bake-normalization needs --output");
    return;
  }
  require_no_folder(options.output);
  model_format(options.output);
  if (options.bake && options.output.ends_with(".weights.h5"))
    refuse_usage("train", "--bake-normalization is for files that hold a model, not for .weights.h5");
  require_new(options.output, options.force);
}

void save(const TrainOptions& options, const Sequential& model, const Normalization& scaling,
          const DatasetInfo& data, Notes& notes) {
  const ModelNotes more{.normalization = scaling, .data_set = data.name, .class_names = data.class_names};
  written([&] { save_model(options.output, model, more, {.bake_normalization = options.bake}); });
  if (!options.bake) note_hidden_scaling(options.output, more, notes);
}

// Of a training that a signal has ended, for the line that says so.
std::string what_is_left(const TrainOptions& options, const History& history, const Sequential& model) {
  if (options.output.empty()) return "Nothing was saved (no --output).";
  return "The model of epoch " + std::to_string(history.epoch().size()) + ", after " +
         with_commas(static_cast<long long>(model.iterations())) + " updates, was saved to " +
         short_path(options.output) + ".";
}

void train(const TrainOptions& options, const Common& common) {
  require_output(options);
  Notes notes(common);
  const SplitData data = split(load(options.data, common, Replacement::kNever, notes), options.validation,
                               options.rows, "train", notes);
  notes.say();
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
  const FinishFirst until_it_is_saved;
  const History history = model.fit(scaled(data.train), how);
  profiling.keep("fit");
  if (!options.output.empty()) save(options, model, scaled, data.train.info(), notes);
  throw_if_interrupted(what_is_left(options, history, model).c_str());
  if (common.json) return print_json(document(options, common, data, history, model, profiling, notes));
  const char* shown = history.contains("val_accuracy") ? "val_accuracy" : "accuracy";
  out << shown << ": " << fixed(history[shown].back(), 4) << '\n'
      << "weights sha256: " << model.weights_sha256() << '\n'
      << (options.output.empty() ? "not saved (no --output)" : "saved to " + short_path(options.output))
      << '\n';
  profiling.show(out);
}

}  // namespace

void add_train(CLI::App& app, Context& context) {
  const auto options = std::make_shared<TrainOptions>();
  CLI::App& command =
      add_command(app, "train", "Train the notebook's AlphaDropout network and save it.", kTrainExamples);
  add_text(command, "-o,--output", options->output, {"FILE", "where the trained model goes", "not saved"});
  add_flag(command, "--force", options->force, "replace a file that exists");
  add_flag(command, "--bake-normalization", options->bake, "write the scaling as a layer, for Keras");
  add_count(command, "--epochs", options->epochs, {1, 1'000'000},
            {"N", "passes over the training rows", "2"});
  add_count(command, "--batch-size", options->batch_size, {1, 65536}, {"N", "rows of one update", "32"});
  add_real(command, "--learning-rate", options->learning_rate, std::numeric_limits<double>::infinity(), true,
           {"X", "Nadam's step", "0.001"});
  add_real(command, "--rate", options->rate, 1, false, {"X", "share of units dropped, in [0, 1)", "0.2"});
  add_data_set(command, options->data, "fashion_mnist");
  add_data(command, options->data);
  in_group(kDataGroup, add_count(command, "--validation", options->validation, {},
                                 {"N", "first rows, held back to validate; 0: none", "5000"}));
  in_group(kDataGroup, add_count(command, "--rows", options->rows, {1},
                                 {"N", "train on the first N of the other rows", "all"}));
  add_common(command, context.common);
  when_parsed(command,
              [&context, options] { context.action = [=, &context] { train(*options, context.common); }; });
}

}  // namespace regulus::cli
