// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/shape.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"

namespace regulus {
namespace {

std::string joined(const std::vector<std::int64_t>& dims) {
  std::string text;
  for (std::size_t i = 0; i < dims.size(); ++i)
    text += (i > 0 ? ", " : "") + (dims[i] == Shape::kOpen ? "None" : std::to_string(dims[i]));
  return text;
}

}  // namespace

Shape::Shape(std::vector<std::int64_t> dims) : dims_(std::move(dims)) {
  // The product of the other lengths must fit too: an empty array can still be sliced or stacked.
  std::int64_t nonzero = 1;
  bool empty = false;
  bool open = false;
  for (const std::int64_t length : dims_) {
    if (length == kOpen) {
      open = true;
      continue;
    }
    if (length < 0)
      throw ShapeError(
          {.where = "shape", .what = "a length is negative", .found = "(" + joined(dims_) + ")"});
    if (length == 0) {
      empty = true;
    } else if (__builtin_mul_overflow(nonzero, length, &nonzero)) {
      throw ShapeError({.where = "shape",
                        .what = "the product of the lengths is too large",
                        .expected = "below 2^63",
                        .found = "(" + joined(dims_) + ")"});
    }
  }
  size_ = open ? kOpen : empty ? 0 : nonzero;
}

void Shape::throw_open() const {
  throw ShapeError({.where = "shape",
                    .what = "some lengths are open",
                    .expected = "all of them known",
                    .found = to_string(*this)});
}

Shape Shape::filled(std::int64_t length) const {
  std::vector<std::int64_t> dims = dims_;
  std::replace(dims.begin(), dims.end(), kOpen, length);
  return Shape(std::move(dims));
}

bool Shape::takes(const Shape& rows) const {
  return rows.rank() == rank() && std::equal(begin(), end(), rows.begin(), [](auto length, auto found) {
           return length == kOpen || length == found;
         });
}

Shape Shape::with_front(std::int64_t length) const {
  std::vector<std::int64_t> dims;
  dims.reserve(rank() + 1);
  dims.push_back(length);
  dims.insert(dims.end(), dims_.begin(), dims_.end());
  return Shape(std::move(dims));
}

Shape Shape::without_front() const {
  return Shape(std::vector<std::int64_t>(dims_.begin() + 1, dims_.end()));
}

std::string to_string(const Shape& shape) {
  return "(" + joined(shape.dims()) + (shape.rank() == 1 ? ",)" : ")");
}

std::string to_batch_string(const Shape& row_shape) {
  return row_shape.empty() ? "(None,)" : "(None, " + joined(row_shape.dims()) + ")";
}

}  // namespace regulus
