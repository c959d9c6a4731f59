// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/table_columns.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "regulus/base/data_error.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/data/row_reader.h"
#include "regulus/io/csv_cell.h"

namespace regulus {
namespace {

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Finder {
 public:
  Finder(std::span<const std::string> names, std::size_t num_columns, const std::string& where)
      : names_(names), columns_(static_cast<std::int64_t>(num_columns)), where_(where) {}

  std::vector<std::size_t> find(std::string_view text) const {
    if (const auto one = find_one(text)) return {*one};
    if (auto range = find_range(text)) return *range;
    if (text.find(',') == text.npos) fail(text);
    std::vector<std::size_t> all;
    while (!text.empty()) {
      const std::size_t comma = std::min(text.find(','), text.size());
      const std::string_view part = io::trimmed(text.substr(0, comma));
      text.remove_prefix(std::min(comma + 1, text.size()));
      if (const auto one = find_one(part)) {
        all.push_back(*one);
      } else if (const auto range = find_range(part)) {
        all.insert(all.end(), range->begin(), range->end());
      } else {
        fail(part);
      }
    }
    return all;
  }

 private:
  std::optional<std::size_t> find_one(std::string_view text) const {
    const auto named = std::find(names_.begin(), names_.end(), text);
    if (named != names_.end()) {
      if (std::find(named + 1, names_.end(), text) != names_.end())
        throw ConfigError({.where = where_,
                           .what = "two columns are called \"" + std::string(text) + '"',
                           .fix = "Give the number instead, from 0 on."});
      return static_cast<std::size_t>(named - names_.begin());
    }
    const auto number = number_in(text);
    if (!number || *number < -columns_ || *number >= columns_) return std::nullopt;
    return static_cast<std::size_t>(*number < 0 ? *number + columns_ : *number);
  }

  std::optional<std::vector<std::size_t>> find_range(std::string_view text) const {
    const std::size_t colon = text.find(':');
    if (colon == text.npos) return std::nullopt;
    const auto end_of = [&](std::string_view part, std::int64_t fallback) -> std::optional<std::int64_t> {
      if (part.empty()) return fallback;
      const auto number = number_in(part);
      if (!number || *number < -columns_ || *number > columns_) return std::nullopt;
      return *number < 0 ? *number + columns_ : *number;
    };
    const auto begin = end_of(text.substr(0, colon), 0);
    const auto end = end_of(text.substr(colon + 1), columns_);
    if (!begin || !end || *begin >= *end) return std::nullopt;
    std::vector<std::size_t> range;
    for (std::int64_t column = *begin; column < *end; ++column)
      range.push_back(static_cast<std::size_t>(column));
    return range;
  }

  [[noreturn]] void fail(std::string_view text) const {
    const std::vector<std::string_view> known(names_.begin(), names_.end());
    const bool ask = !names_.empty() && !number_in(text);
    throw ConfigError({.where = where_,
                       .what = "there is no column \"" + std::string(text) + "\"",
                       .expected = (names_.empty() ? "" : "a name of the first row, or ") +
                                   std::to_string(-columns_) + " to " + std::to_string(columns_ - 1),
                       .fix = ask ? did_you_mean(text, known) : ""});
  }

  std::span<const std::string> names_;
  std::int64_t columns_;
  const std::string& where_;
};

std::string several(std::size_t count, const char* what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

// Up to three names, for a note.
std::string listed(std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 3; ++i)
    text += (i == 0 ? "" : ", ") + io::shown_cell(names[i]);
  return text + (names.size() > 3 ? ", …" : "");
}

class Choice {
 public:
  Choice(const RowReaderOptions& options, std::span<const std::string> names, std::size_t num_columns,
         const std::string& where)
      : options_(options),
        names_(names),
        num_columns_(num_columns),
        where_(where),
        finder_(names, num_columns, where) {}

  TableColumns choose(bool is_index) {
    if (!options_.label_column.empty()) chosen_.labels = finder_.find(options_.label_column);
    if (options_.table.columns.empty())
      take_all(is_index);
    else
      for (const std::string& text : options_.table.columns)
        for (const std::size_t column : finder_.find(text)) take(column);
    for (const std::string& text : options_.table.drop)
      for (const std::size_t column : finder_.find(text)) std::erase(chosen_.features, column);
    if (!options_.column_names.empty() && options_.table.columns.empty()) put_in_order();
    leave_out_index(is_index);
    return std::move(chosen_);
  }

 private:
  bool is_label(std::size_t column) const {
    return std::find(chosen_.labels.begin(), chosen_.labels.end(), column) != chosen_.labels.end();
  }

  void take_all(bool is_index) {
    for (std::size_t column = is_index ? 1 : 0; column < num_columns_; ++column)
      if (!is_label(column)) chosen_.features.push_back(column);
    if (is_index) chosen_.notes.emplace_back("the first column holds the names of the rows: it is left out");
  }

  // A column that was asked for.
  void take(std::size_t column) {
    const bool twice =
        std::find(chosen_.features.begin(), chosen_.features.end(), column) != chosen_.features.end();
    if (!twice && !is_label(column)) return chosen_.features.push_back(column);
    throw ConfigError({.where = where_,
                       .what = "column " +
                               (names_.empty() ? std::to_string(column) : io::shown_cell(names_[column])) +
                               (twice ? " is chosen twice" : " is chosen, and holds the labels")});
  }

  void put_in_order() {
    if (names_.empty()) {
      if (chosen_.features.size() == options_.column_names.size())
        chosen_.notes.emplace_back(
            "the table does not name its columns: they are taken in the model's order");
      return;
    }
    std::unordered_map<std::string_view, std::size_t> places;
    for (const std::size_t column : chosen_.features)
      if (!places.emplace(names_[column], column).second) fail_twice(column);
    std::vector<std::size_t> ordered;
    std::vector<std::string> missing;
    for (const std::string& name : options_.column_names) {
      const auto place = places.find(name);
      if (place == places.end())
        missing.push_back(name);
      else
        ordered.push_back(place->second);
    }
    if (!missing.empty()) fail_missing(missing);
    note_difference(ordered);
    chosen_.features = std::move(ordered);
  }

  [[noreturn]] void fail_twice(std::size_t column) const {
    throw_data(where_, "two columns are called " + io::shown_cell(names_[column]), "", "",
               "Leave one out: --drop " + std::to_string(column) + ".");
  }

  [[noreturn]] void fail_missing(std::span<const std::string> missing) const {
    const std::vector<std::string_view> known(names_.begin(), names_.end());
    const std::string near = nearest_name(missing[0], known);
    throw_data(where_,
               "the table lacks " +
                   (missing.size() == 1 ? "the column " : several(missing.size(), "column") + ": ") +
                   listed(missing) + ", on which the model was trained",
               several(options_.column_names.size(), "column"), "",
               near.empty() ? "" : "Is it the one called " + io::shown_cell(near) + '?');
  }

  void note_difference(const std::vector<std::size_t>& ordered) {
    std::vector<std::string> beyond;
    for (const std::size_t column : chosen_.features)
      if (std::find(ordered.begin(), ordered.end(), column) == ordered.end())
        beyond.push_back(names_[column]);
    if (!beyond.empty())
      chosen_.notes.push_back((beyond.size() == 1 ? "a column that the model does not know is left out: "
                                                  : several(beyond.size(), "column") +
                                                        " that the model does not know are left out: ") +
                              listed(beyond));
    if (!std::is_sorted(ordered.begin(), ordered.end()))
      chosen_.notes.emplace_back("the columns are put in the order in which the model was trained");
  }

  void leave_out_index(bool is_index) {
    const bool said = !options_.table.columns.empty() || !options_.table.drop.empty();
    if (is_index || said || names_.empty() || chosen_.features.empty() || chosen_.features[0] != 0) return;
    if (!names_[0].empty() && names_[0] != "Unnamed: 0") return;
    if (!options_.row_lengths) return;
    std::int64_t wanted = 1;
    for (const std::int64_t length : *options_.row_lengths)
      if (length < 0 || __builtin_mul_overflow(wanted, length, &wanted)) return;
    if (static_cast<std::int64_t>(chosen_.features.size()) != wanted + 1) return;
    chosen_.features.erase(chosen_.features.begin());
    chosen_.notes.emplace_back(
        "the first column has no name, as the index that pandas writes, and the model takes one value less: "
        "it is "
        "left out");
  }

  const RowReaderOptions& options_;
  std::span<const std::string> names_;
  std::size_t num_columns_;
  const std::string& where_;
  Finder finder_;
  TableColumns chosen_;
};

}  // namespace

std::vector<std::size_t> find_columns(const std::string& text, std::span<const std::string> names,
                                      std::size_t num_columns, const std::string& where) {
  return Finder(names, num_columns, where).find(text);
}

TableColumns choose_columns(const RowReaderOptions& options, std::span<const std::string> names,
                            std::size_t num_columns, bool is_index, const std::string& where) {
  return Choice(options, names, num_columns, where).choose(is_index);
}

}  // namespace regulus
