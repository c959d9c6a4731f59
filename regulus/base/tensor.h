// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "regulus/base/shape.h"

namespace regulus {

/// A dense float32 array, row-major, that owns its values. Copies are deep, moves are free.
class Tensor {
 public:
  Tensor() = default;
  /// All zeros.
  explicit Tensor(Shape shape);
  /// Throws ShapeError unless values.size() == shape.size().
  Tensor(Shape shape, std::vector<float> values);

  const Shape& shape() const noexcept { return shape_; }
  std::int64_t size() const noexcept { return static_cast<std::int64_t>(values_.size()); }
  float* data() noexcept { return values_.data(); }
  const float* data() const noexcept { return values_.data(); }
  std::span<const float> values() const noexcept { return values_; }

  /// One value. Throws ShapeError for a wrong number of indices or one out of range.
  float at(std::initializer_list<std::int64_t> index) const;
  /// Entries [begin, end) of the first axis, copied: NumPy's x[begin:end].
  Tensor slice(std::int64_t begin, std::int64_t end) const;
  /// Entries [begin, end) of the second-to-last axis, copied: NumPy's x[..., begin:end, :].
  /// For stacked Monte-Carlo samples [samples, rows, classes] these are the rows.
  Tensor rows(std::int64_t begin, std::int64_t end) const;
  /// The same values under another shape of equal size.
  Tensor reshape(Shape shape) const;

  friend bool operator==(const Tensor&, const Tensor&) = default;

 private:
  Shape shape_;
  std::vector<float> values_;
};

/// Every value rounded to `decimals` places, halves to even as NumPy does.
Tensor round(const Tensor& x, int decimals);
/// Mean over the first axis, summed in double in ascending order.
Tensor mean(const Tensor& x);
/// Population standard deviation over the first axis (NumPy's std(axis=0)).
Tensor std_dev(const Tensor& x);
/// Index of the largest entry of the last axis, the lowest index on ties. One result for each row.
std::vector<std::int32_t> argmax(const Tensor& x);

/// The array as NumPy prints it with suppress=True, e.g. "[[0.   0.01 0.99]]".
std::string to_string(const Tensor& x);
std::ostream& operator<<(std::ostream& out, const Tensor& x);
/// Prints to_string(x) and a line end to standard output. For examples; the library never calls it.
void print(const Tensor& x);

}  // namespace regulus
