// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "cli/errors.h"
#include "cli/process.h"
#include "regulus/base/json.h"
#include "regulus/base/plain_text.h"
#include "regulus/runtime/terminal.h"

namespace regulus::cli {

std::ostream& text_output(const Common& common) {
  static std::ostream nowhere(nullptr);
  return common.json ? nowhere : std::cout;
}

void print_json(const Value& document) {
  std::cout << to_json(document) << '\n';
}

void finish_output() {
  std::cout.flush();
  if (!std::cout)
    throw WriteError({.where = "standard output", .what = "cannot be written", .fix = "Is the disk full?"});
}

void Notes::add(const std::string& text) {
  if (std::find(said_.begin(), said_.end(), text) != said_.end()) return;
  said_.push_back(text);
  if (!held_) show(text);
}

void Notes::say() {
  if (!held_) return;
  held_ = false;
  for (const std::string& text : said_) show(text);
}

void Notes::show(const std::string& text) const {
  if (quiet_) return;
  std::cout.flush();
  std::cerr << "regulus: note: " << escaped(text) << std::endl;
}

void Notes::add_once(const std::string& kind, const std::string& text) {
  if (std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end()) return;
  kinds_.push_back(kind);
  add(text);
}

void Notes::add_to(Value::Dict& document) const {
  if (!said_.empty()) document.emplace_back("notes", Value::List(said_.begin(), said_.end()));
}

FitOptions fit_options(const Common& common, std::int64_t epochs) {
  FitOptions options;
  options.epochs = static_cast<int>(epochs);
  options.callbacks = {StopOnSignal()};
  options.log = &std::cerr;
  const bool silent = common.quiet || (common.json && !runtime::is_terminal(STDERR_FILENO));
  options.verbose = silent ? Verbose(0) : Verbose("auto");
  return options;
}

std::string fixed(double value, int decimals) {
  return fixed_text(value, decimals);
}

std::string wrapped(const std::string& first, const std::string& text, std::size_t indent) {
  std::string line = left(first, indent);
  std::string all;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (shown_width(line) > indent && shown_width(line) + 1 + shown_width(word) > text_columns()) {
      all += line + '\n';
      line = std::string(indent, ' ');
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return all + line + '\n';
}

std::string short_path(const std::string& path) {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return escaped(path);
  const std::string prefix = home;
  const bool inside =
      path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
  return escaped(inside && prefix != "/" ? "~" + path.substr(prefix.size()) : path);
}

}  // namespace regulus::cli
