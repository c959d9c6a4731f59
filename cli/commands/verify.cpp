// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/errors.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/saved_model.h"
#include "regulus/base/check.h"
#include "regulus/saving/model_file.h"

namespace regulus::cli {
namespace {

constexpr const char* kVerifyExamples =
    "regulus verify model.keras\n"
    "regulus verify model.h5 --json\n"
    "regulus verify model.safetensors";

// Equal bits are the rule; rounding of another release's formulas may move the last ones.
constexpr double kTolerance = 1e-5;

void verify(const std::string& path, const Common& common) {
  Notes notes(common);
  note_seed(common, "what the file says is drawn with its own.", notes);
  const LoadedModel loaded = load_model(path, {.compile = false});
  for (const std::string& notice : loaded.notices) notes.add(notice);
  if (!loaded.test_vector)
    throw DataError({.where = path,
                     .what = "holds no test vector to verify it with (Keras drops it when it saves)",
                     .fix = "regulus convert puts one into its copy."});
  const double difference = loaded.test_vector->difference(loaded.model);
  if (!(difference <= kTolerance))
    throw MismatchError({.where = path,
                         .what = "the model does not predict what it did when it was saved",
                         .expected = "a difference of at most " + number_text(kTolerance),
                         .found = number_text(difference)});
  notes.say();
  if (common.json) {
    Value::Dict document = {{"file", path}, {"difference", difference}, {"same_bits", difference == 0}};
    notes.add_to(document);
    return print_json(document);
  }
  std::cout << short_path(path) << ": predicts what it did when it was saved, "
            << (difference == 0 ? "bit for bit" : "within " + number_text(difference)) << '\n';
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  const auto path = std::make_shared<std::string>();
  CLI::App& command =
      add_command(app, "verify", "Check that a model file predicts as when it was saved.", kVerifyExamples);
  add_model(command, *path);
  add_common(command, context.common, false);
  when_parsed(command,
              [&context, path] { context.action = [=, &context] { verify(*path, context.common); }; });
}

}  // namespace regulus::cli
