// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/parameter.h"

#include <string>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/limits.h"
#include "regulus/base/memory.h"

namespace regulus::plan {
namespace {

void require_rank(bool fits, const std::string& where, const char* what, const Shape& shape) {
  if (!fits) throw ShapeError({.where = where, .what = what, .found = to_string(shape)});
}

// More than any memory holds, and few enough for every size in bytes to be an int64.
constexpr std::int64_t kMaxAxis = std::int64_t{1} << 31;
constexpr std::int64_t kMaxValues = std::int64_t{1} << 40;
constexpr std::int64_t kBytes = sizeof(float);

/// Calls body(place when packed, place in row-major order) for every value.
template <class Body>
void for_each_value(const Parameter& p, Body body) {
  const std::int64_t groups = p.unit_groups();
  const std::int64_t units = p.units() / groups;
  const std::int64_t size = p.packed_size() / groups;
  for (std::int64_t group = 0; group < groups; ++group)
    for (std::int64_t k = 0; k < p.inputs(); ++k)
      for (std::int64_t n = 0; n < units; ++n)
        body(group * size + kernels::packed_index(p.inputs(), k, n), (k * groups + group) * units + n);
}

}  // namespace

Parameter::Parameter(std::string name, Shape shape, Penalty penalty, Constraint constraint, bool trainable,
                     UnitLayout layout)
    : name_(std::move(name)),
      shape_(std::move(shape)),
      penalty_(penalty),
      constraint_(std::move(constraint)),
      trainable_(trainable),
      groups_(layout.groups) {
  const auto rank = static_cast<int>(shape_.rank());
  require_rank(penalty_.orthogonal == 0 || rank == 2, name_, "an orthogonal penalty needs a weight of rank 2",
               shape_);
  for (int& axis : constraint_.axes) {
    if (constraint_.any() && (axis < -rank || axis >= rank))
      throw ShapeError({.where = name_,
                        .what = "the constraint's axis is out of range",
                        .expected = std::to_string(-rank) + " to " + std::to_string(rank - 1),
                        .found = std::to_string(axis)});
    if (axis < 0) axis += rank;
  }
  if (shape_.rank() > Limits().rank)
    throw ShapeError({.where = name_,
                      .what = "a weight has too many axes, more than a file holds",
                      .expected = "at most " + std::to_string(Limits().rank),
                      .found = std::to_string(shape_.rank())});
  if (shape_.rank() > Limits().rank)
    throw ShapeError({.where = name_,
                      .what = "a weight has too many axes, more than a file holds",
                      .expected = "at most " + std::to_string(Limits().rank),
                      .found = std::to_string(shape_.rank())});
  inputs_ = 1;
  units_ = 1;
  for (std::size_t axis = 0; axis < shape_.rank(); ++axis) {
    std::int64_t& length = axis + layout.axes < shape_.rank() ? inputs_ : units_;
    if (length < kMaxAxis) length *= shape_[axis];
  }
  // Each comparison keeps the product of the next one from an overflow.
  const bool fits =
      inputs_ < kMaxAxis && units_ < kMaxAxis && inputs_ * units_ < kMaxValues && packed_size() < kMaxValues;
  if (!fits)
    throw ShapeError({.where = name_,
                      .what = "a weight has too many values",
                      .expected = "fewer than 2^40, and fewer than 2^31 along an axis",
                      .found = to_string(shape_)});
}

void Parameter::start_with(std::function<Tensor()> draw) {
  const std::lock_guard lock(mutex_);
  draw_ = std::move(draw);
}

// Drawn only once, also for two threads that predict at once. An error leaves everything as it was.
void Parameter::draw_own() const {
  if (!draw_) return;
  require_memory(shape_.size() * kBytes, name_, "the weight " + to_string(shape_) + " needs too much memory");
  own_ = draw_();
  draw_ = nullptr;
}

void Parameter::pack_own() const {
  const std::lock_guard lock(mutex_);
  if (is_packed_.load(std::memory_order_relaxed)) return;
  require_memory(packed_size() * kBytes, name_,
                 "the weight " + to_string(shape_) + " needs too much memory, packed for computing");
  draw_own();
  Buffer<float> packed(static_cast<std::size_t>(packed_size()));
  if (own_.size() > 0) pack_into(packed.data(), own_);
  packed_ = std::move(packed);
  own_ = Tensor();
  is_packed_.store(true, std::memory_order_release);
}

Tensor Parameter::value() const {
  if (is_packed_.load(std::memory_order_acquire)) return unpacked(packed_.data());
  const std::lock_guard lock(mutex_);
  if (is_packed_.load(std::memory_order_relaxed)) return unpacked(packed_.data());
  draw_own();
  return own_.size() > 0 ? own_ : Tensor(shape_);
}

template <class T>
Tensor Parameter::unpacked(const T* packed) const {
  Tensor out(shape_);
  float* to = out.data();
  for_each_value(
      *this, [&](std::int64_t from, std::int64_t place) { to[place] = static_cast<float>(packed[from]); });
  return out;
}
template Tensor Parameter::unpacked<float>(const float*) const;
template Tensor Parameter::unpacked<double>(const double*) const;

void Parameter::require_shape(const Tensor& value) const {
  if (value.shape() != shape_)
    throw ShapeError({.where = name_,
                      .what = "the new value has another shape",
                      .expected = to_string(shape_),
                      .found = to_string(value.shape())});
}

void Parameter::pack_into(float* packed, const Tensor& value) const {
  const float* from = value.data();
  for_each_value(*this, [&](std::int64_t to, std::int64_t place) { packed[to] = from[place]; });
}

Buffer<float> Parameter::pack(const Tensor& value) const {
  require_shape(value);
  Buffer<float> packed(static_cast<std::size_t>(packed_size()));
  pack_into(packed.data(), value);
  return packed;
}

void Parameter::assign(Tensor value) {
  require_shape(value);
  const std::lock_guard lock(mutex_);
  draw_ = nullptr;
  // In place: plans have noted where the values lie.
  if (is_packed_.load(std::memory_order_relaxed))
    pack_into(packed_.data(), value);
  else
    own_ = std::move(value);
  touch();
}

}  // namespace regulus::plan
