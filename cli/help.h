// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include "cli/cli11.h"

namespace regulus::cli {

/// The help of the command that was parsed, or of the whole program: at most 80 columns wide, made
/// from the options' own texts and defaults. A command's footer holds its examples, one a line.
std::string help_text(const CLI::App& app);

}  // namespace regulus::cli
