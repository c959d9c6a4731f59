// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "regulus/base/value.h"
#include "regulus/uncertainty/scores.h"

namespace regulus::cli {

Value::Dict scores_json(const Scores& scores);

/// The lines of the table that compares predictions: header, then one line each; `note` follows.
std::string scores_header();
std::string scores_line(const std::string& name, const Scores& scores, const std::string& note = "");
/// "1,000,000 passes in 0.7 s".
std::string passes_note(std::int64_t passes, double seconds);

}  // namespace regulus::cli
