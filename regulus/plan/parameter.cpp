// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/parameter.h"

#include <string>
#include <utility>

#include "regulus/base/error.h"

namespace regulus::plan {
namespace {

void require_rank(bool fits, const std::string& where, const char* what, const Shape& shape) {
  if (!fits)
    throw ShapeError({.where = where, .what = what, .expected = "", .found = to_string(shape), .fix = ""});
}

// More than any memory holds, and few enough for every size in bytes to be an int64.
constexpr std::int64_t kMaxAxis = std::int64_t{1} << 31;
constexpr std::int64_t kMaxValues = std::int64_t{1} << 40;

bool fits_memory(std::int64_t inputs, std::int64_t units) {
  return inputs < kMaxAxis && units < kMaxAxis && inputs * kernels::padded(units) < kMaxValues;
}

}  // namespace

Parameter::Parameter(std::string name, Shape shape, Penalty penalty, Constraint constraint, bool trainable,
                     std::size_t unit_axes)
    : name_(std::move(name)),
      shape_(std::move(shape)),
      penalty_(penalty),
      constraint_(std::move(constraint)),
      trainable_(trainable) {
  const auto rank = static_cast<int>(shape_.rank());
  require_rank(rank > 0, name_, "a weight must have an axis", shape_);
  require_rank(penalty_.orthogonal == 0 || rank == 2, name_, "an orthogonal penalty needs a weight of rank 2",
               shape_);
  for (int& axis : constraint_.axes) {
    if (constraint_.any() && (axis < -rank || axis >= rank))
      throw ShapeError({.where = name_,
                        .what = "the constraint's axis is out of range",
                        .expected = std::to_string(-rank) + " to " + std::to_string(rank - 1),
                        .found = std::to_string(axis),
                        .fix = ""});
    if (axis < 0) axis += rank;
  }
  inputs_ = 1;
  units_ = 1;
  for (std::size_t axis = 0; axis < shape_.rank(); ++axis) {
    std::int64_t& length = axis + unit_axes < shape_.rank() ? inputs_ : units_;
    if (length < kMaxAxis) length *= shape_[axis];
  }
  if (!fits_memory(inputs_, units_))
    throw ShapeError({.where = name_,
                      .what = "a weight has too many values",
                      .expected = "fewer than 2^40, and fewer than 2^31 along an axis",
                      .found = to_string(shape_),
                      .fix = ""});
  packed_ = Buffer<float>(static_cast<std::size_t>(packed_size()));
}

Tensor Parameter::value() const {
  Tensor out(shape_);
  kernels::unpack(packed_.data(), inputs_, units_, out.data());
  return out;
}

void Parameter::assign(const Tensor& value) {
  if (value.shape() != shape_)
    throw ShapeError({.where = name_,
                      .what = "the new value has another shape",
                      .expected = to_string(shape_),
                      .found = to_string(value.shape()),
                      .fix = ""});
  kernels::pack(value.data(), inputs_, units_, packed_.data());
}

}  // namespace regulus::plan
