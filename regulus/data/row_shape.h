// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "regulus/base/shape.h"

namespace regulus {

/// Where a row's shape comes from.
enum class RowForm : std::uint8_t {
  kArray,  ///< an array has a shape of its own
  kTable,  ///< a line of text has none: its values are the last axis first, as everybody writes them
};

/// The one place that says which rows may be read as another shape. `wanted`: the lengths that a model takes,
/// below 0 where any will do. The shape of such rows, or nothing where they do not fit. Rows fit that
///   - have these lengths;
///   - have them but for axes of length 1: (28, 28) and (28, 28, 1);
///   - are flat, or shall be, and on the other side at most two axes are longer than 1: (784) and (28, 28,
///   1).
///     Of three, as in pictures of colours, nobody knows the order: (3072) does not become (32, 32, 3);
///   - come from a table and are as many values.
/// Axes never change places: (3, 8, 8) is no (8, 8, 3).
std::optional<Shape> reshaped(const Shape& rows, std::span<const std::int64_t> wanted,
                              RowForm form = RowForm::kArray);

/// The same; throws the ShapeError that begins with `where` and says how to mend it, with `hint` if there is
/// one.
Shape require_reshaped(const std::string& where, const Shape& rows, std::span<const std::int64_t> wanted,
                       RowForm form = RowForm::kArray, const std::string& hint = "");

}  // namespace regulus
