// SPDX-License-Identifier: Apache-2.0
#include "fuzz/flat.h"

#include <algorithm>
#include <iterator>

namespace regulus::fuzz {
namespace {

// Where the element that comes at place `i` row by row lies in an array that lies column by column.
std::int64_t column_major_place(const Shape& shape, std::int64_t i) {
  std::int64_t place = 0;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    std::int64_t stride = 1;
    for (std::size_t before = 0; before < axis; ++before) stride *= shape[before];
    place += i % shape[axis] * stride;
    i /= shape[axis];
  }
  return place;
}

}  // namespace

void append(std::string& out, const io::Array& array) {
  append(out, io::name(array.dtype));
  append(out, to_string(array.shape));
  const auto item = static_cast<std::int64_t>(io::item_bytes(array.dtype));
  std::string values;
  for (std::int64_t i = 0; i < array.shape.size(); ++i) {
    const std::int64_t place = array.column_major ? column_major_place(array.shape, i) : i;
    const auto element =
        array.bytes.subspan(static_cast<std::size_t>(place * item), static_cast<std::size_t>(item));
    if (array.big_endian)
      std::copy(element.rbegin(), element.rend(), std::back_inserter(values));
    else
      std::copy(element.begin(), element.end(), std::back_inserter(values));
  }
  append(out, values);
}

}  // namespace regulus::fuzz
