// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/cli11.h"

namespace regulus::cli {

enum class Parsed { kCommand, kHelp, kVersion, kNothing };

/// Parses the arguments, program name left out. Throws ConfigError for unknown commands and options,
/// with the nearest known name, and for values that do not fit.
Parsed parse(CLI::App& app, std::vector<std::string> arguments);

/// True if --json is among them: errors must then be documents even when parsing fails.
bool wants_json(const std::vector<std::string>& arguments);

}  // namespace regulus::cli
