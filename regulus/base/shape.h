// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

namespace regulus {

/// The lengths of an array's axes, outermost first. Every length is >= 0; the product fits int64. Rows of a
/// model may have open lengths besides, which each call's rows fill in: {Shape::kOpen, Shape::kOpen, 3}.
class Shape {
 public:
  /// Keras's None. Less than any length.
  static constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::min();

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims) : Shape(std::vector<std::int64_t>(dims)) {}
  /// Throws ShapeError for a negative length or an overflowing product, lengths of 0 left out.
  explicit Shape(std::vector<std::int64_t> dims);

  std::size_t rank() const noexcept { return dims_.size(); }
  bool empty() const noexcept { return dims_.empty(); }
  std::int64_t operator[](std::size_t axis) const { return dims_[axis]; }
  std::int64_t back() const { return dims_.back(); }
  const std::vector<std::int64_t>& dims() const noexcept { return dims_; }
  auto begin() const noexcept { return dims_.begin(); }
  auto end() const noexcept { return dims_.end(); }

  bool is_open() const noexcept { return size_ == kOpen; }
  /// Product of all lengths; 1 for rank 0. Throws ShapeError if one is open.
  std::int64_t size() const {
    if (is_open()) throw_open();
    return size_;
  }
  /// This shape with one more, outermost axis.
  Shape with_front(std::int64_t length) const;
  /// This shape with `length` wherever one is open.
  Shape filled(std::int64_t length) const;
  /// True if `rows` has these lengths, and any where one is open. Of a shape without open lengths: equal.
  bool takes(const Shape& rows) const;
  /// This shape without its outermost axis. Requires rank >= 1.
  Shape without_front() const;

  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  [[noreturn]] void throw_open() const;

  std::vector<std::int64_t> dims_;
  std::int64_t size_ = 1;
};

/// "(3, 4)" and "(3,)" as Python prints tuples; an open length is None.
std::string to_string(const Shape& shape);
/// "(None, 28, 28)": a row's shape as Keras prints it, with the batch axis open.
std::string to_batch_string(const Shape& row_shape);

}  // namespace regulus
