// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/input_shape.h"

#include <algorithm>
#include <vector>

#include "regulus/base/json.h"
#include "regulus/saving/keras/members.h"

namespace regulus::keras {

bool is_known(const Value& shape) {
  if (!shape.is_list() || shape.as_list().empty()) return false;
  return std::all_of(shape.as_list().begin() + 1, shape.as_list().end(),
                     [](const Value& length) { return length.is_int(); });
}

Shape row_shape(const Value& shape, const std::string& where, std::optional<std::int64_t> first_length) {
  const auto is_length = [](const Value& length) { return length.is_int() && length.as_int() >= 1; };
  const bool sound = shape.is_list() && !shape.as_list().empty() &&
                     (shape.as_list().front().is_null() || is_length(shape.as_list().front()));
  if (!sound)
    throw_member(where, "the input shape must begin with the number of rows, or null for any",
                 to_json(shape));
  if (first_length && shape.as_list().size() == 2 && shape.as_list()[1].is_null())
    return Shape{*first_length};
  std::vector<std::int64_t> dims;
  for (std::size_t i = 1; i < shape.as_list().size(); ++i) {
    const Value& length = shape.as_list()[i];
    if (!length.is_null() && !is_length(length))
      throw_member(where, "every length of a row must be at least 1, or null if it is open", to_json(shape));
    dims.push_back(length.is_null() ? Shape::kOpen : length.as_int());
  }
  return Shape(std::move(dims));
}

}  // namespace regulus::keras
