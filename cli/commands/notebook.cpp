// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/notebook_cells.h"

#include "cli/output.h"
#include "cli/process.h"
#include "regulus/runtime/isa.h"
#include "regulus/runtime/team.h"

namespace regulus::cli {
namespace {

constexpr const char* kNotebookExamples =
    "regulus notebook\n"
    "regulus notebook --epochs 5 --mc 1000 --masks shared\n"
    "regulus notebook --rows 5000 --json -q > notebook.json";

void run_notebook(const NotebookOptions& options, const Common& common) {
  Notes notes(common);
  Notebook notebook(options, common, notes);
  notes.say();
  const Figures figures = notebook.run();
  if (!common.json) return;
  Value::Dict document = {{"data", data_json(notebook.data().train)},
                          {"seed", common.seed},
                          {"threads", runtime::num_threads()},
                          {"isa", std::string(name(runtime::active_isa()))},
                          {"epochs", epochs_json(figures.history)},
                          {"predict_seconds", figures.plain.seconds},
                          {"mc", mc_json(options.mc, figures.mc.seconds)},
                          {"accuracy", figures.plain.scores.accuracy},
                          {"mc_accuracy", figures.mc.scores.accuracy},
                          {"weights_sha256", figures.weights_sha256},
                          {"peak_rss_bytes", peak_rss_bytes()},
                          {"total_seconds", seconds_since_start()}};
  notebook.profiling().add_to(document);
  notes.add_to(document);
  print_json(document);
}

}  // namespace

void add_notebook(CLI::App& app, Context& context) {
  const auto options = std::make_shared<NotebookOptions>();
  CLI::App& command =
      add_command(app, "notebook", "The Keras notebook on Fashion-MNIST, cell by cell.", kNotebookExamples);
  add_count(command, "--epochs", options->epochs, {1, 1'000'000}, {"N", "of every model", "2"});
  add_monte_carlo(command, options->mc, {1, 1'000'000});
  in_group(kDataGroup, add_count(command, "--rows", options->rows, {1},
                                 {"N", "train on the first N of the 55,000 rows", "all"}));
  add_data(command, options->data);
  add_common(command, context.common);
  when_parsed(command, [&context, options] {
    context.action = [=, &context] { run_notebook(*options, context.common); };
  });
}

}  // namespace regulus::cli
