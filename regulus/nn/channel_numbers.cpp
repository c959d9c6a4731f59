// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/channel_numbers.h"

#include <cmath>

#include "regulus/base/check.h"
#include "regulus/base/error.h"

namespace regulus {

ChannelNumbers ChannelNumbers::read(ConfigReader& reader, const char* key, const ChannelNumbers& fallback) {
  const std::string rule = "a number or a list of numbers";
  reader.refuse_null(key, rule);
  const Value* value = reader.find(key);
  if (!value) return fallback;
  if (value->is_number()) return value->as_double();
  if (!value->is_list() || value->as_list().empty()) reader.refuse(key, rule, *value);
  ChannelNumbers numbers;
  for (const Value& each : value->as_list()) {
    if (!each.is_number()) reader.refuse(key, rule, each);
    numbers.numbers_.push_back(each.as_double());
  }
  return numbers;
}

Value ChannelNumbers::value() const {
  return all_ ? Value(numbers_[0]) : Value(Value::List(numbers_.begin(), numbers_.end()));
}

void ChannelNumbers::require_finite(const std::string& where, const std::string& key) const {
  for (const double number : numbers_)
    require_number(std::isfinite(number), where, key + " must be finite", number);
}

void ChannelNumbers::require_fits(const Shape& row, const std::string& where, const std::string& key) const {
  const auto count = static_cast<std::int64_t>(numbers_.size());
  if (count == 1 || (!row.empty() && row.back() == count)) return;
  throw ShapeError({.where = where,
                    .what = key + " must be one number, or one for each index of the last axis",
                    .expected = row.empty() ? "1" : std::to_string(row.back()),
                    .found = std::to_string(count)});
}

}  // namespace regulus
