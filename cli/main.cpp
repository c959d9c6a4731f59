// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/process.h"
#include "cli/usage.h"

namespace regulus::cli {
namespace {

int run(const std::vector<std::string>& arguments) {
  CLI::App app("Regularised neural networks that know what they don't know.", "regulus");
  Context context;
  add_notebook(app, context);
  add_train(app, context);
  add_evaluate(app, context);
  add_predict(app, context);
  add_inspect(app, context);
  add_verify(app, context);
  add_convert(app, context);
  add_bench(app, context);

  int exit_code = kFine;
  switch (parse(app, arguments)) {
    case Parsed::kCommand:
      apply(context.common);
      context.action();
      break;
    case Parsed::kHelp:
      std::cout << help_text(app);
      break;
    case Parsed::kVersion:
      std::cout << version_text();
      break;
    case Parsed::kNothing:
      std::cout << help_text(app);
      exit_code = kUsage;
      break;
  }
  finish_output();
  return exit_code;
}

}  // namespace
}  // namespace regulus::cli

int main(int argc, char** argv) {
  using namespace regulus::cli;
  prepare_process();
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return reporting_errors(wants_json(arguments), [&] { return run(arguments); });
}
