// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/row_shape.h"

#include <algorithm>
#include <vector>

#include "regulus/base/error.h"

namespace regulus {
namespace {

using Lengths = std::span<const std::int64_t>;

bool matches(std::int64_t length, std::int64_t wanted) {
  return wanted < 0 || wanted == length;
}

std::vector<std::int64_t> long_axes(Lengths lengths) {
  std::vector<std::int64_t> out;
  std::copy_if(lengths.begin(), lengths.end(), std::back_inserter(out),
               [](auto length) { return length != 1; });
  return out;
}

// The axes that are longer than 1 one after another, those of length 1 wherever they are wanted.
std::optional<Shape> without_single_axes(Lengths rows, Lengths wanted) {
  const std::vector<std::int64_t> lengths = long_axes(rows);
  std::vector<std::int64_t> out;
  std::size_t at = 0;
  for (const std::int64_t want : wanted) {
    if (want != 1 && (at == lengths.size() || !matches(lengths[at], want))) return std::nullopt;
    out.push_back(want == 1 ? 1 : lengths[at++]);
  }
  if (at < lengths.size()) return std::nullopt;
  return Shape(std::move(out));
}

std::string text(Lengths wanted) {
  std::string out = "(None";
  for (const std::int64_t length : wanted)
    out += ", " + (length < 0 ? std::string("None") : std::to_string(length));
  return out + (wanted.empty() ? ",)" : ")");
}

std::string mend(const Shape& rows, Lengths wanted, RowForm form) {
  if (form == RowForm::kTable)
    return "Leave out columns (--drop), choose them (--columns), or name the column of labels (--labels).";
  if (rows.rank() == 3 && wanted.size() == 3) {
    const auto fits = [&](std::size_t a, std::size_t b, std::size_t c) {
      return matches(rows[a], wanted[0]) && matches(rows[b], wanted[1]) && matches(rows[c], wanted[2]);
    };
    if (fits(1, 2, 0)) return "Move the channels to the end: numpy.moveaxis(x, 1, -1).";
    if (fits(2, 0, 1)) return "Move the channels to the front: numpy.moveaxis(x, -1, 1).";
  }
  return "";
}

}  // namespace

std::optional<Shape> reshaped(const Shape& rows, Lengths wanted, RowForm form) {
  if (rows.rank() == wanted.size() && std::equal(rows.begin(), rows.end(), wanted.begin(), matches))
    return rows;
  if (auto shape = without_single_axes(rows.dims(), wanted)) return shape;
  if (std::any_of(wanted.begin(), wanted.end(), [](auto length) { return length < 0; })) return std::nullopt;
  Shape shape(std::vector<std::int64_t>(wanted.begin(), wanted.end()));
  if (shape.size() != rows.size()) return std::nullopt;
  const std::size_t from = long_axes(rows.dims()).size();
  const std::size_t to = long_axes(wanted).size();
  if (form == RowForm::kTable || (std::min(from, to) == 1 && std::max(from, to) == 2)) return shape;
  return std::nullopt;
}

Shape require_reshaped(const std::string& where, const Shape& rows, Lengths wanted, RowForm form,
                       const std::string& hint) {
  if (auto shape = reshaped(rows, wanted, form)) return *std::move(shape);
  throw ShapeError({.where = where,
                    .what = "the data's rows do not fit the model",
                    .expected = text(wanted),
                    .found = to_batch_string(rows),
                    .fix = hint.empty() ? mend(rows, wanted, form) : hint});
}

}  // namespace regulus
