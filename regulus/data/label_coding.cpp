// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/label_coding.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/base/data_error.h"
#include "regulus/base/names.h"
#include "regulus/io/csv_cell.h"

namespace regulus {
namespace {

constexpr std::int32_t kTwice = -1;  // a name of two classes

// Of a label as text, in double: float32 does not have all of them.
std::optional<double> whole_number(std::string_view text, char decimal) {
  for (const auto& [word, value] : {std::pair("true", 1.0), std::pair("false", 0.0)}) {
    const std::string_view lower = word;
    const bool same = lower.size() == text.size() &&
                      std::equal(lower.begin(), lower.end(), text.begin(),
                                 [](char a, char b) { return a == static_cast<char>(b | 0x20); });
    if (same && io::cell_number(text)) return value;
  }
  std::string digits(text);
  if (decimal == ',') std::replace(digits.begin(), digits.end(), ',', '.');
  if (digits.starts_with('+')) digits.erase(0, 1);
  double value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return value == std::floor(value) && value < 0x1p31 ? std::optional(value) : std::nullopt;
}

}  // namespace

LabelCoding::LabelCoding(const RowReaderOptions& options, std::function<Place()> place)
    : kind_(options.label_kind),
      first_(options.first_label),
      classes_(options.num_classes),
      class_names_(options.class_names),
      place_(std::move(place)) {
  for (std::size_t i = 0; i < class_names_.size(); ++i) {
    const auto [place_of, is_new] = by_name_.emplace(class_names_[i], static_cast<std::int32_t>(i));
    if (!is_new) place_of->second = kTwice;
  }
}

void LabelCoding::fail(const std::string& what, std::string expected, std::string found,
                       std::string fix) const {
  const Place place = place_();
  throw_data(place.where, place.prefix + what, std::move(expected), std::move(found), std::move(fix));
}

std::int32_t LabelCoding::of_number(double value, double most) const {
  if (!(value >= first_ && value <= most) || value != std::floor(value))
    fail(" is no class label",
         "a whole number from " + std::to_string(first_) +
             (most < 0x1p30 ? " to " + with_commas(static_cast<long long>(most)) : " on"),
         number_text(value));
  const double label = value - first_;
  if (classes_ > 0 && label >= static_cast<double>(classes_)) {
    const auto last = static_cast<long long>(classes_) - 1 + first_;
    fail(" is a label out of range", std::to_string(first_) + " to " + std::to_string(last),
         number_text(value),
         static_cast<long long>(value) == last + 1
             ? "Do the labels count from " + std::to_string(first_ + 1) + "? Then give --first-label " +
                   std::to_string(first_ + 1) + '.'
             : "");
  }
  return static_cast<std::int32_t>(label);
}

std::int32_t LabelCoding::of_word(std::string_view cell, char decimal) const {
  const std::string_view word = io::trimmed(cell);
  if (!by_name_.empty()) {
    const auto found = by_name_.find(std::string(word));
    if (found != by_name_.end() && found->second == kTwice)
      fail(" is the name of two classes", "", io::shown_cell(cell), "Say all names: --class-names A,B,….");
    if (found != by_name_.end()) return found->second;
  }
  const auto number = whole_number(word, decimal);
  if (number && *number >= first_) return of_number(*number);
  const std::vector<std::string_view> known(class_names_.begin(), class_names_.end());
  const bool is_word = io::cell_kind(word, decimal) == io::CellKind::kText;
  fail(" is no class label",
       class_names_.empty() ? "a whole number from " + std::to_string(first_) + " on"
                            : "a class name or number",
       io::shown_cell(cell),
       !is_word               ? ""
       : class_names_.empty() ? "Say which words they are, in the order of the outputs: --class-names A,B,…."
                              : did_you_mean(word, known));
}

std::int32_t LabelCoding::of_one_hot(std::span<const float> values) const {
  const auto one = std::find(values.begin(), values.end(), 1.0f);
  const auto ones = std::count(values.begin(), values.end(), 1.0f);
  const auto zeros = std::count(values.begin(), values.end(), 0.0f);
  if (ones != 1 || ones + zeros != static_cast<std::ptrdiff_t>(values.size()))
    fail(" holds more than one label", "one value, or a single 1 among zeros",
         with_commas(static_cast<long long>(values.size())) + " values, " + with_commas(ones) + " of them 1");
  const auto label = static_cast<std::int64_t>(one - values.begin());
  if (classes_ > 0 && label >= classes_)
    fail(" is a label out of range", "0 to " + std::to_string(classes_ - 1), std::to_string(label));
  return static_cast<std::int32_t>(label);
}

}  // namespace regulus
