// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

#include "cli/command.h"
#include "regulus/base/value.h"
#include "regulus/train/options.h"

namespace regulus::cli {

/// Where a command writes for people: standard output, or nowhere with --json.
std::ostream& text_output(const Common& common);
/// One JSON document on standard output.
void print_json(const Value& document);
/// Flushes standard output. Throws WriteError if it did not take everything (a full disk).
void finish_output();

/// Options for fit that show progress as --json and --quiet ask: on standard output for people,
/// on standard error beside a JSON document.
FitOptions fit_options(const Common& common, std::int64_t epochs);

/// "0.8435", "12.3".
std::string fixed(double value, int decimals);
/// `text` with spaces to its left (right) until it has `width` columns.
std::string right(const std::string& text, std::size_t width);
std::string left(const std::string& text, std::size_t width);
/// Where text for people ends, whatever the terminal's width.
inline constexpr std::size_t kColumns = 80;
/// `first`, then the words of `text` in lines that end before column 80, each begun at `indent`.
std::string wrapped(const std::string& first, const std::string& text, std::size_t indent);
/// A folder as a person writes it: ~ for the home folder.
std::string short_path(const std::string& path);

}  // namespace regulus::cli
