// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/axis_lengths.h"

#include <algorithm>

#include "regulus/base/error.h"

namespace regulus {
namespace {

constexpr std::int64_t kMaxLength = (std::int64_t{1} << 31) - 1;

}  // namespace

AxisLengths AxisLengths::read(ConfigReader& reader, const char* key) {
  AxisLengths lengths;
  const Value* value = reader.find(key);
  if (!value) return lengths;
  if (!value->is_list()) return reader.integer(key, 0);
  for (const Value& length : value->as_list()) {
    if (!length.is_int()) reader.refuse(key, "an integer or a list of integers", length);
    lengths.lengths_.push_back(length.as_int());
  }
  return lengths;
}

std::vector<std::int64_t> AxisLengths::for_axes(std::size_t count, const std::string& where,
                                                const std::string& key) const {
  std::vector<std::int64_t> each = lengths_;
  if (all_) each.assign(count, lengths_[0]);
  const bool fit = std::all_of(each.begin(), each.end(),
                               [](std::int64_t length) { return length >= 1 && length <= kMaxLength; });
  if (each.size() == count && fit) return each;
  std::string found;
  for (const std::int64_t length : lengths_) found += (found.empty() ? "" : ", ") + std::to_string(length);
  throw ConfigError({.where = where,
                     .what = key + " must be " +
                             (count == 1 ? "one integer" : std::to_string(count) + " integers") +
                             " in [1, 2147483647], got " + (all_ ? found : "(" + found + ")")});
}

Value to_value(const std::vector<std::int64_t>& lengths) {
  return Value::List(lengths.begin(), lengths.end());
}

}  // namespace regulus
