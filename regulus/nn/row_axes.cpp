// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/row_axes.h"

#include <algorithm>

#include "regulus/base/error.h"

namespace regulus {

RowAxes RowAxes::read(ConfigReader& reader, const char* key, const RowAxes& fallback) {
  const std::string rule = "an integer or a list of integers";
  reader.refuse_null(key, rule);
  const Value* value = reader.find(key);
  if (!value) return fallback;
  if (value->is_int()) return value->as_int();
  if (!value->is_list()) reader.refuse(key, rule, *value);
  RowAxes axes;
  for (const Value& axis : value->as_list()) {
    if (!axis.is_int()) reader.refuse(key, rule, axis);
    axes.axes_.push_back(axis.as_int());
  }
  return axes;
}

Value RowAxes::value() const {
  return one_ ? Value(axes_[0]) : list();
}

Value RowAxes::list() const {
  return Value::List(axes_.begin(), axes_.end());
}

std::vector<std::size_t> RowAxes::of_row(const Shape& row, const std::string& where) const {
  const auto rank = static_cast<std::int64_t>(row.rank());
  std::vector<std::size_t> found;
  for (const std::int64_t axis : axes_) {
    const bool exists = axis != 0 && axis >= -rank && axis <= rank;
    if (!exists)
      throw ShapeError({.where = where,
                        .what = "axis " + std::to_string(axis) + " is not one of a row's",
                        .found = to_batch_string(row),
                        .fix = "Axis 0, the batch, has none: rows do not depend on each other."});
    found.push_back(static_cast<std::size_t>(axis < 0 ? axis + rank : axis - 1));
  }
  std::sort(found.begin(), found.end());
  const auto twice = std::adjacent_find(found.begin(), found.end());
  if (twice != found.end())
    throw ShapeError({.where = where,
                      .what = "axis " + std::to_string(*twice + 1) + " is given twice",
                      .found = to_batch_string(row)});
  return found;
}

}  // namespace regulus
