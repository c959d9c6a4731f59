// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "regulus/base/config_reader.h"
#include "regulus/base/shape.h"
#include "regulus/base/value.h"

namespace regulus {

/// An argument of Keras that names axes of the rows: `.axis = -1`, `.axis = {1, 2}`, or none: `.axis = {}`.
/// 0 is the batch, 1 a row's first axis, -1 its last.
class RowAxes {
 public:
  RowAxes() = default;
  RowAxes(std::int64_t axis) : axes_{axis}, one_(true) {}
  RowAxes(std::initializer_list<std::int64_t> axes) : axes_(axes) {}
  /// The member of a config: an integer or a list of integers; `fallback` if there is none. Throws
  /// ConfigError for null, which to some layers of Keras is an error, to others all axes.
  static RowAxes read(ConfigReader& reader, const char* key, const RowAxes& fallback);

  std::size_t count() const { return axes_.size(); }
  /// As Keras stores them: the one integer or the list that was given; or always a list.
  Value value() const;
  Value list() const;
  /// Ascending, a row's first axis as 0. Throws ShapeError unless each is one of the row's, once.
  std::vector<std::size_t> of_row(const Shape& row, const std::string& where) const;

 private:
  std::vector<std::int64_t> axes_;
  bool one_ = false;
};

}  // namespace regulus
