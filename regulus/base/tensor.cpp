// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/tensor.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"

namespace regulus {
namespace {

[[noreturn]] void throw_shape(const char* what, std::string expected, std::string found) {
  throw ShapeError(
      {.where = "Tensor", .what = what, .expected = std::move(expected), .found = std::move(found)});
}

void require_rank(const Tensor& x, std::size_t rank, const char* what) {
  if (x.shape().rank() < rank)
    throw_shape(what, "rank " + std::to_string(rank) + " or more", to_string(x.shape()));
}

void require_range(std::int64_t begin, std::int64_t end, std::int64_t length) {
  if (begin < 0 || begin > end || end > length)
    throw_shape("a slice is out of range", "0 <= begin <= end <= " + std::to_string(length),
                "[" + std::to_string(begin) + ", " + std::to_string(end) + ")");
}

std::size_t index(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

Tensor::Tensor(Shape shape) : shape_(std::move(shape)), values_(index(shape_.size())) {}

Tensor::Tensor(Shape shape, std::vector<float> values)
    : shape_(std::move(shape)), values_(std::move(values)) {
  if (size() != shape_.size())
    throw_shape("the number of values does not fit the shape", to_string(shape_), std::to_string(size()));
}

float Tensor::at(std::initializer_list<std::int64_t> indices) const {
  if (indices.size() != shape_.rank())
    throw_shape("wrong number of indices", std::to_string(shape_.rank()), std::to_string(indices.size()));
  std::int64_t offset = 0;
  std::size_t axis = 0;
  for (const std::int64_t i : indices) {
    const std::int64_t length = shape_[axis++];
    if (i < 0 || i >= length)
      throw_shape("an index is out of range", "0 to " + std::to_string(length - 1), std::to_string(i));
    offset = offset * length + i;
  }
  return values_[index(offset)];
}

Tensor Tensor::slice(std::int64_t begin, std::int64_t end) const {
  require_rank(*this, 1, "only an array with axes can be sliced");
  require_range(begin, end, shape_[0]);
  const Shape item = shape_.without_front();
  return Tensor(item.with_front(end - begin), std::vector<float>(values_.begin() + begin * item.size(),
                                                                 values_.begin() + end * item.size()));
}

Tensor Tensor::rows(std::int64_t begin, std::int64_t end) const {
  require_rank(*this, 2, "rows() needs two axes");
  const std::size_t axis = shape_.rank() - 2;
  require_range(begin, end, shape_[axis]);
  std::vector<std::int64_t> dims = shape_.dims();
  dims[axis] = end - begin;
  Tensor out(Shape(std::move(dims)));
  const std::int64_t width = shape_.back();
  const std::int64_t from = shape_[axis] * width;
  const std::int64_t to = (end - begin) * width;
  for (std::int64_t block = 0; to > 0 && block < out.size() / to; ++block)
    std::copy_n(data() + block * from + begin * width, to, out.data() + block * to);
  return out;
}

Tensor Tensor::reshape(Shape shape) const {
  if (shape.size() != size())
    throw_shape("cannot be reshaped: the sizes differ", to_string(shape), to_string(shape_));
  return Tensor(std::move(shape), values_);
}

Tensor round(const Tensor& x, int decimals) {
  const StandardFloats floats;
  // As NumPy: multiply by a power of ten, round halves to even, divide; all in float32.
  double ten_to = 1;  // exact up to 10^22
  for (int i = 0; i < std::abs(decimals) && ten_to < 1e40; ++i) ten_to *= 10;
  const auto power = static_cast<float>(ten_to);
  Tensor out(x.shape());
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const float v = x.data()[i];
    out.data()[i] = decimals >= 0 ? std::nearbyint(v * power) / power : std::nearbyint(v / power) * power;
  }
  return out;
}

Tensor mean(const Tensor& x) {
  const StandardFloats floats;
  require_rank(x, 1, "mean needs an axis");
  const std::int64_t count = x.shape()[0];
  Tensor out(x.shape().without_front());
  std::vector<double> sums(index(out.size()));
  for (std::int64_t row = 0; row < count; ++row)
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += x.values()[index(row) * sums.size() + i];
  for (std::size_t i = 0; i < sums.size(); ++i)
    out.data()[i] = static_cast<float>(sums[i] / static_cast<double>(count));
  return out;
}

Tensor std_dev(const Tensor& x) {
  const StandardFloats floats;
  require_rank(x, 1, "std_dev needs an axis");
  const std::int64_t count = x.shape()[0];
  Tensor out(x.shape().without_front());
  const std::size_t width = index(out.size());
  for (std::size_t i = 0; i < width; ++i) {
    double sum = 0;
    for (std::int64_t row = 0; row < count; ++row) sum += x.values()[index(row) * width + i];
    const double centre = sum / static_cast<double>(count);
    double squares = 0;
    for (std::int64_t row = 0; row < count; ++row) {
      const double deviation = x.values()[index(row) * width + i] - centre;
      squares += deviation * deviation;
    }
    out.data()[i] = static_cast<float>(std::sqrt(squares / static_cast<double>(count)));
  }
  return out;
}

std::vector<std::int32_t> argmax(const Tensor& x) {
  require_rank(x, 1, "argmax needs an axis");
  const std::int64_t width = x.shape().back();
  if (width == 0) throw_shape("argmax of an empty axis", "", to_string(x.shape()));
  std::vector<std::int32_t> best;
  best.reserve(index(x.size() / width));
  for (std::int64_t row = 0; row < x.size(); row += width)
    best.push_back(static_cast<std::int32_t>(std::max_element(x.data() + row, x.data() + row + width) -
                                             (x.data() + row)));
  return best;
}

}  // namespace regulus
