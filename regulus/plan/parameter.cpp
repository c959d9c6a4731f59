// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/parameter.h"

#include <utility>

#include "regulus/base/error.h"

namespace regulus::plan {

Parameter::Parameter(std::string name, Shape shape, Penalty penalty, Constraint constraint)
    : name_(std::move(name)), shape_(std::move(shape)), penalty_(penalty), constraint_(std::move(constraint)) {
  if (shape_.rank() != 1 && shape_.rank() != 2)
    throw ShapeError(
        {.where = name_, .what = "a weight must have rank 1 or 2", .expected = "", .found = to_string(shape_), .fix = ""});
  inputs_ = shape_.rank() == 2 ? shape_[0] : 1;
  units_ = shape_.back();
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
