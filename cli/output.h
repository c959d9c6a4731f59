// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/columns.h"
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

/// What a person should know beside the results: "regulus: note: TEXT" on standard error, unless --quiet, and
/// all of it in the document. Bytes that could drive a terminal are escaped.
class Notes {
 public:
  explicit Notes(const Common& common) : quiet_(common.quiet) {}
  /// A sentence; one that was said already is not said again. It is held back until say(), so that what is
  /// refused is refused in one line.
  void add(const std::string& text);
  /// From now on notes are shown, those held back first.
  void say();
  /// The same for what may be said of many rows: the first of a kind is enough.
  void add_once(const std::string& kind, const std::string& text);
  /// Appends "notes" if there are any.
  void add_to(Value::Dict& document) const;

 private:
  void show(const std::string& text) const;

  bool quiet_;
  bool held_ = true;
  std::vector<std::string> said_;
  std::vector<std::string> kinds_;
};

/// Options for fit that show progress on standard error as --json and --quiet ask: none of either, and beside
/// a JSON document only on a terminal.
FitOptions fit_options(const Common& common, std::int64_t epochs);

/// "0.8435", "12.3".
std::string fixed(double value, int decimals);
/// `first`, then the words of `text` in lines of at most text_columns(), each begun at `indent`.
std::string wrapped(const std::string& first, const std::string& text, std::size_t indent);
/// A path as a person writes it, ~ for the home folder, and as a terminal may see it.
std::string short_path(const std::string& path);

}  // namespace regulus::cli
