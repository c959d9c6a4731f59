// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "cli/cli11.h"

namespace regulus::cli {

/// The options that every command has.
struct Common {
  std::int64_t seed = 42;  ///< >= 0
  bool seed_given = false;
  std::int64_t threads = 0;  ///< 0: every processor this process may use
  bool json = false;
  bool quiet = false;
  bool profile = false;
  std::string color = "auto";
};

/// What the command line asks for: the parser fills it in, then `action` runs.
struct Context {
  Common common;
  std::function<void()> action;
};

/// Each adds one sub-command.
void add_notebook(CLI::App& app, Context& context);
void add_train(CLI::App& app, Context& context);
void add_evaluate(CLI::App& app, Context& context);
void add_predict(CLI::App& app, Context& context);
void add_inspect(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_convert(CLI::App& app, Context& context);
void add_bench(CLI::App& app, Context& context);

/// What `regulus --version` prints.
std::string version_text();

}  // namespace regulus::cli
