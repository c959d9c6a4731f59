// SPDX-License-Identifier: Apache-2.0
#include "cli/table_options.h"

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/errors.h"
#include "cli/options.h"
#include "regulus/io/csv_cell.h"

namespace regulus::cli {
namespace {

constexpr const char* kTableGroup = "Tables of text";

[[noreturn]] void refuse_table(const CLI::App& command, const char* option, const std::string& given,
                               const char* expected) {
  throw usage_error(
      name_of(command),
      {.where = "", .what = std::string(option) + " is not known", .expected = expected, .found = given});
}

// An option whose text is taken apart here; what is given more than once adds up.
void add_parsed(CLI::App& command, const char* flags, OptionText text, const char* group,
                const std::function<void(const std::string& given)>& take) {
  in_group(group, add_each(command, flags, take, std::move(text)));
}

// "comma", "tab" and so on, and the signs themselves.
std::string separator_in(const CLI::App& command, const std::string& given) {
  static constexpr std::array<std::pair<const char*, const char*>, 14> kWords = {{{",", ","},
                                                                                  {"comma", ","},
                                                                                  {";", ";"},
                                                                                  {"semicolon", ";"},
                                                                                  {"\t", "\t"},
                                                                                  {"\\t", "\t"},
                                                                                  {"tab", "\t"},
                                                                                  {"|", "|"},
                                                                                  {"bar", "|"},
                                                                                  {" ", " "},
                                                                                  {"blank", " "},
                                                                                  {"blanks", " "},
                                                                                  {"space", " "},
                                                                                  {"auto", ""}}};
  for (const auto& [word, sign] : kWords)
    if (given == word) return sign;
  refuse_table(command, "--separator", given, "comma, semicolon, tab, blank or bar");
}

void read_missing(const CLI::App& command, const std::string& given, TableOptions& table) {
  if (given == "drop" || given == "refuse") {
    table.missing = given == "drop" ? Missing::kDrop : Missing::kRefuse;
    return;
  }
  float value = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (error != std::errc() || end != given.data() + given.size() || !std::isfinite(value))
    refuse_table(command, "--missing", given, "drop, or a number to fill in");
  table.missing = Missing::kFill;
  table.fill = value;
}

// Names with commas between.
void add_names(const std::string& given, std::vector<std::string>& names) {
  std::string_view rest = given;
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    more = comma != rest.npos;
    names.emplace_back(io::trimmed(rest.substr(0, comma)));
    if (more) rest.remove_prefix(comma + 1);
  }
}

void add_table_options(CLI::App& command, TableOptions& table) {
  add_parsed(command, "--separator", {"SIGN", "comma, semicolon, tab, blank or bar", "found out"},
             kTableGroup, [&](const std::string& given) { table.separator = separator_in(command, given); });
  add_parsed(command, "--decimal", {"SIGN", "before a fraction: . or ,", "."}, kTableGroup,
             [&](const std::string& given) {
               if (given == "." || given == "point") {
                 table.decimal = '.';
               } else if (given == "," || given == "comma") {
                 table.decimal = ',';
               } else {
                 refuse_table(command, "--decimal", given, ". or ,");
               }
             });
  add_parsed(command, "--header", {"YES|NO", "the first row names the columns", "found out"}, kTableGroup,
             [&](const std::string& given) {
               if (given != "yes" && given != "no" && given != "auto")
                 refuse_table(command, "--header", given, "yes or no");
               table.header = given == "auto" ? std::nullopt : std::optional(given == "yes");
             });
  add_parsed(command, "--columns", {"LIST", "features: names, numbers from 0, A:B", "all"}, kTableGroup,
             [&](const std::string& given) { table.columns.push_back(given); });
  add_parsed(command, "--drop", {"LIST", "columns to leave out", "none"}, kTableGroup,
             [&](const std::string& given) { table.drop.push_back(given); });
  add_parsed(command, "--missing", {"HOW", "drop such rows, or a number to fill in", "refused"}, kTableGroup,
             [&](const std::string& given) { read_missing(command, given, table); });
}

}  // namespace

void add_row_options(CLI::App& command, RowOptions& options) {
  RowReaderOptions& reader = options.reader;
  in_group(kDataGroup, add_text(command, "--labels", options.labels,
                                {"NAME", "file, column or array of them, or none", "beside the rows"}));
  in_group(kDataGroup, add_text(command, "--label-key", reader.label_key,
                                {"NAME", "array of an NPZ file of labels", "the only one, or y"}));
  add_parsed(command, "--first-label", {"N", "the smallest class label", "0"}, kDataGroup,
             [&](const std::string& given) {
               const auto [end, error] =
                   std::from_chars(given.data(), given.data() + given.size(), reader.first_label);
               if (error != std::errc() || end != given.data() + given.size() || reader.first_label < 0)
                 refuse_table(command, "--first-label", given, "a whole number from 0 on");
             });
  add_parsed(command, "--class-names", {"A,B,…", "words of the labels, in order", "the model's"}, kDataGroup,
             [&](const std::string& given) { add_names(given, reader.class_names); });
  in_group(kDataGroup,
           add_text(command, "--key", reader.key, {"NAME", "array of an NPZ file", "the only one, or x"}));
  add_table_options(command, reader.table);
}

std::span<const char* const> row_option_names() {
  static constexpr std::array<const char*, 11> kNames = {
      "--labels",  "--label-key", "--first-label", "--class-names", "--key",    "--separator",
      "--decimal", "--header",    "--columns",     "--drop",        "--missing"};
  return kNames;
}

RowReaderOptions reader_options(const RowOptions& options) {
  RowReaderOptions reader = options.reader;
  reader.find_labels = options.labels.empty();
  reader.leave_out_words = true;
  if (options.labels.empty() || options.labels == "none") return reader;
  std::error_code ignored;
  (std::filesystem::exists(options.labels, ignored) ? reader.labels : reader.label_column) = options.labels;
  return reader;
}

}  // namespace regulus::cli
