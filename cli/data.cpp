// SPDX-License-Identifier: Apache-2.0
#include "cli/data.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string_view>

#include "cli/errors.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/style.h"
#include "regulus/base/names.h"
#include "regulus/data/download.h"
#include "regulus/runtime/terminal.h"

namespace regulus::cli {
namespace {

constexpr const char* kEmbedded = "embedded";
constexpr const char* kGarments = "garments";
constexpr std::string_view kDataSets[] = {"fashion_mnist", kGarments};

std::string megabytes(std::int64_t bytes) {
  return fixed(static_cast<double>(bytes) / 1e6, 1) + " MB";
}

// No folder holds Fashion-MNIST, and nobody sent it.
IoError not_found(const Error& error) {
  return IoError({.where = "Fashion-MNIST",
                  .what = "is in no folder that is searched, and the download failed",
                  .found = error.info().where + ": " + error.info().what,
                  .fix = "Give --data DIR with its four files, or --data-set garments, drawn here."});
}

// Redraws one line of standard error while files arrive, and clears it in the end.
class DownloadLine {
 public:
  ~DownloadLine() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
  }
  void show(const std::string& file, std::int64_t received, std::int64_t total) {
    const bool redraw = file != file_ || received == total || received - drawn_ >= 200'000;
    if (!redraw) return;
    file_ = file;
    drawn_ = received;
    shown_ = true;
    std::cerr << "\rdownloading " << file << "  " << megabytes(received)
              << (total > 0 ? " of " + megabytes(total) : "") << "\x1b[K" << std::flush;
  }

 private:
  std::string file_;
  std::int64_t drawn_ = 0;
  bool shown_ = false;
};

bool is_embedded(const Dataset& data) {
  return data.info().source == kEmbedded;
}

std::string source_text(const Dataset& data) {
  if (is_embedded(data)) return "Embedded garments";
  const std::string& source = data.info().source;
  return source == "download" ? "Fashion-MNIST, downloaded" : "Fashion-MNIST from " + short_path(source);
}

// What a reader must know of the source before believing a figure.
std::string warning(const Dataset& data) {
  if (!is_embedded(data)) return "";
  return wrapped("Drawn by this program:", "no figure below is Fashion-MNIST's.", 0);
}

// One line, broken before the counts where a terminal would break it within a word.
std::string line_of(const Dataset& data, const std::string& parts) {
  const std::string source = source_text(data);
  const std::string counts = '(' + parts + ')';
  const auto columns = static_cast<std::size_t>(style_for(STDOUT_FILENO).columns);
  const bool breaks = columns > 0 && shown_width(source) + 1 + counts.size() > columns;
  return source + (breaks ? "\n" : " ") + counts + '\n' + warning(data);
}

}  // namespace

void add_data(CLI::App& command, DataOptions& options) {
  in_group(kDataGroup, add_text(command, "--data", options.directory,
                                {"DIR", "folder of the four IDX files, .gz or plain", "searched"}));
}

void add_data_set(CLI::App& command, DataOptions& options, const char* fallback) {
  in_group(kDataGroup, add_choice(command, "--data-set", options.data_set, kDataSets,
                                  {"NAME", "fashion_mnist, or garments, drawn here", fallback}));
}

bool has_data_set(const std::string& name) {
  return std::find(std::begin(kDataSets), std::end(kDataSets), name) != std::end(kDataSets);
}

datasets::TrainTest load(const DataOptions& options, const Common& common, Replacement replacement,
                         Notes& notes) {
  if (options.data_set == kGarments) {
    if (!options.directory.empty())
      throw ConfigError(
          {.where = "--data", .what = "does not go with --data-set garments, which is drawn, not read"});
    return datasets::garments();
  }
  DownloadLine line;
  datasets::LoadOptions load_options;
  load_options.directory = options.directory;
  load_options.allow_embedded = replacement == Replacement::kGarments && options.data_set.empty();
  if (!common.quiet && runtime::is_terminal(STDERR_FILENO))
    load_options.on_progress = [&line](const std::string& file, std::int64_t received, std::int64_t total) {
      line.show(file, received, total);
    };
  try {
    datasets::TrainTest data = datasets::fashion_mnist::load_data(load_options);
    if (!data.test.info().note.empty()) notes.add(data.test.info().note);
    return data;
  } catch (const UnreachableError& error) {
    throw not_found(error);
  } catch (const RefusedError& error) {
    throw not_found(error);
  }
}

SplitData split(const datasets::TrainTest& data, std::int64_t validation, std::int64_t rows,
                const std::string& command, Notes& notes) {
  const std::int64_t available = data.train.num_rows();
  if (validation >= available)
    throw usage_error(command, {.where = "",
                                .what = "no rows are left to train on",
                                .expected = "fewer than " + with_commas(available) + " held back",
                                .found = with_commas(validation)});
  const auto [valid, train] = data.train.split_at(validation);
  if (rows > train.num_rows())
    notes.add("--rows asks for " + with_commas(rows) + " rows, and there are " +
              with_commas(train.num_rows()) + '.');
  const bool shorten = rows > 0 && rows < train.num_rows();
  return {shorten ? train.slice(0, rows) : train, valid, data.test};
}

std::string describe(const SplitData& data) {
  std::string parts = with_commas(data.train.num_rows()) + " train, ";
  if (data.valid.num_rows() > 0) parts += with_commas(data.valid.num_rows()) + " valid, ";
  return line_of(data.train, parts + with_commas(data.test.num_rows()) + " test");
}

std::string describe_test(const Dataset& test) {
  return line_of(test, with_commas(test.num_rows()) + " test");
}

Value data_json(const Dataset& data) {
  return Value::Dict{{"name", data.info().name}, {"source", data.info().source}};
}

}  // namespace regulus::cli
