// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/model.h"
#include "cli/output.h"
#include "cli/process.h"
#include "cli/profile.h"
#include "cli/saved_model.h"
#include "regulus/runtime/isa.h"
#include "regulus/runtime/team.h"

namespace regulus::cli {
namespace {

constexpr const char* kExamples =
    "regulus evaluate model.safetensors\n"
    "regulus evaluate model.safetensors --mc 100\n"
    "regulus evaluate model.safetensors --mc 1000 --masks shared --json";

struct EvaluateArguments {
  std::string path;
  DataOptions data;
  MonteCarlo mc;
};

Value mc_document(const MonteCarlo& options, const Prediction& mc) {
  Value::Dict document = mc_json(options, mc.seconds);
  for (auto& member : scores_json(mc.scores)) document.push_back(std::move(member));
  return document;
}

void evaluate(const EvaluateArguments& arguments, const Common& common) {
  set_random_seed(static_cast<std::uint64_t>(common.seed));
  SavedModel saved = load_saved(arguments.path);
  const Dataset test = load_test(saved, arguments.data, common);
  std::ostream& out = text_output(common);
  out << describe_test(test) << std::flush;
  const Dataset scaled = saved.scaling(test);

  saved.model.compile({.loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  const Logs logs = saved.model.evaluate(scaled);
  Profiling profiling(common);
  const Prediction plain = predict(saved.model, scaled, profiling.report());
  profiling.keep("predict");
  out << "loss: " << fixed(logs["loss"], 4) << "  accuracy: " << fixed(logs["accuracy"], 4) << "\n\n"
      << scores_header() << scores_line("predict", plain.scores) << std::flush;
  Prediction mc;
  if (arguments.mc.samples > 0) {
    mc = predict_mc(saved.model, scaled, arguments.mc, profiling.report());
    out << scores_line(mc_name(arguments.mc), mc.scores,
                       passes_note(arguments.mc.samples * test.num_rows(), mc.seconds));
    profiling.keep(mc_name(arguments.mc));
  }
  profiling.show(out);
  if (!common.json) return;
  Value::Dict document = {{"data", data_json(test)},
                          {"rows", test.num_rows()},
                          {"seed", common.seed},
                          {"threads", runtime::num_threads()},
                          {"isa", std::string(name(runtime::active_isa()))},
                          {"loss", logs["loss"]}};
  for (auto& member : scores_json(plain.scores)) document.push_back(std::move(member));
  document.emplace_back("mc", arguments.mc.samples > 0 ? mc_document(arguments.mc, mc) : Value());
  document.emplace_back("weights_sha256", saved.model.weights_sha256());
  profiling.add_to(document);
  print_json(std::move(document));
}

}  // namespace

void add_evaluate(CLI::App& app, Context& context) {
  const auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* command =
      app.add_subcommand("evaluate", "Measure a trained model on the test rows of a data set.");
  command->footer(kExamples);
  add_model(*command, arguments->path);
  add_monte_carlo(*command, arguments->mc, {0, 1'000'000});
  add_data_set(*command, arguments->data, "the model's");
  add_data(*command, arguments->data);
  add_common(*command, context.common);
  command->callback(
      [&context, arguments] { context.action = [=, &context] { evaluate(*arguments, context.common); }; });
}

}  // namespace regulus::cli
