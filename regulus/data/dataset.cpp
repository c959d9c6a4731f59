// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"

namespace regulus {
namespace {

// Row numbers are 32-bit words of the random counters.
constexpr std::int64_t kMaxRows = std::int64_t{std::numeric_limits<std::uint32_t>::max()};

[[noreturn]] void throw_shape(const std::string& what, const std::string& expected,
                              const std::string& found) {
  throw ShapeError({.where = "Dataset", .what = what, .expected = expected, .found = found});
}

void check_num_rows(std::int64_t rows) {
  if (rows > kMaxRows) throw_shape("too many rows", "at most 4294967295", std::to_string(rows));
}

void check_labels(const std::vector<std::int32_t>& labels, std::int64_t rows) {
  if (static_cast<std::int64_t>(labels.size()) != rows)
    throw_shape("labels must have one entry a row", std::to_string(rows), std::to_string(labels.size()));
  const auto negative =
      std::find_if(labels.begin(), labels.end(), [](std::int32_t label) { return label < 0; });
  if (negative != labels.end())
    throw DataError({.where = "Dataset",
                     .what = "the label of row " + std::to_string(negative - labels.begin()) + " is negative",
                     .expected = "0 or more",
                     .found = std::to_string(*negative),
                     .fix = "Number the classes from 0."});
}

}  // namespace

Dataset::Dataset(Tensor x) {
  if (x.shape().empty()) throw_shape("features must have a rows axis", "rank 1 or more", "rank 0");
  end_ = x.shape()[0];
  check_num_rows(end_);
  row_shape_ = x.shape().without_front();
  floats_ = std::make_shared<const Tensor>(std::move(x));
}

Dataset::Dataset(Tensor x, std::vector<std::int32_t> labels) : Dataset(std::move(x)) {
  check_labels(labels, end_);
  labels_ = std::make_shared<const std::vector<std::int32_t>>(std::move(labels));
}

Dataset::Dataset(Tensor x, Tensor targets) : Dataset(std::move(x)) {
  const Shape& shape = targets.shape();
  if (shape.rank() != 1 && shape.rank() != 2)
    throw_shape("targets must have rank 1 or 2", "(rows, units)", to_string(shape));
  if (shape[0] != end_)
    throw_shape("targets must have one entry a row", std::to_string(end_), std::to_string(shape[0]));
  target_units_ = shape.rank() == 2 ? shape[1] : 1;
  targets_ = std::make_shared<const Tensor>(std::move(targets));
}

Dataset Dataset::from_bytes(Shape row_shape, std::vector<std::uint8_t> values,
                            std::vector<std::int32_t> labels, DatasetInfo info) {
  const auto size = static_cast<std::int64_t>(values.size());
  const std::int64_t width = row_shape.size();
  if (width == 0 || size % width != 0)
    throw_shape("the bytes must be whole rows", "a multiple of " + std::to_string(width),
                std::to_string(size));
  Dataset out;
  out.end_ = size / width;
  check_num_rows(out.end_);
  out.row_shape_ = std::move(row_shape);
  if (!labels.empty()) {
    check_labels(labels, out.end_);
    out.labels_ = std::make_shared<const std::vector<std::int32_t>>(std::move(labels));
  }
  out.bytes_ = std::make_shared<const std::vector<std::uint8_t>>(std::move(values));
  out.info_ = std::make_shared<const DatasetInfo>(std::move(info));
  return out;
}

std::span<const std::int32_t> Dataset::labels() const {
  if (!labels_) throw DataError({.where = "Dataset", .what = "the data has no labels"});
  return {labels_->data() + begin_, static_cast<std::size_t>(num_rows())};
}

std::span<const float> Dataset::targets() const {
  if (!targets_) throw DataError({.where = "Dataset", .what = "the data has no targets"});
  return {targets_->data() + begin_ * target_units_, static_cast<std::size_t>(num_rows() * target_units_)};
}

const DatasetInfo& Dataset::info() const {
  static const DatasetInfo unknown;
  return info_ ? *info_ : unknown;
}

Dataset Dataset::slice(std::int64_t begin, std::int64_t end) const {
  if (begin < 0 || begin > end || end > num_rows())
    throw_shape("no such rows", "0 <= begin <= end <= " + std::to_string(num_rows()),
                "[" + std::to_string(begin) + ", " + std::to_string(end) + ")");
  Dataset out = *this;
  out.begin_ = begin_ + begin;
  out.end_ = begin_ + end;
  return out;
}

std::pair<Dataset, Dataset> Dataset::split_at(std::int64_t count) const {
  return {slice(0, count), slice(std::min(std::max<std::int64_t>(count, 0), num_rows()), num_rows())};
}

Dataset Dataset::with_scaling(std::shared_ptr<const Scaling> scaling) const {
  const auto width = static_cast<std::size_t>(row_shape_.size());
  if (scaling && (scaling->scale.size() != width || scaling->offset.size() != width))
    throw_shape("the scaling must have one entry for each feature", std::to_string(width),
                std::to_string(scaling->scale.size()) + " and " + std::to_string(scaling->offset.size()));
  Dataset out = *this;
  out.scaling_ = std::move(scaling);
  return out;
}

Dataset Dataset::with_info(DatasetInfo info) const {
  Dataset out = *this;
  out.info_ = std::make_shared<const DatasetInfo>(std::move(info));
  return out;
}

Dataset Dataset::with_row_shape(Shape row_shape) const {
  if (row_shape.size() != row_shape_.size())
    throw_shape("the rows cannot be read as " + to_string(row_shape),
                std::to_string(row_shape_.size()) + " features", std::to_string(row_shape.size()));
  Dataset out = *this;
  out.row_shape_ = std::move(row_shape);
  return out;
}

Dataset Dataset::numbered_from(std::int64_t first) const {
  if (first < 0) throw_shape("no such row", "0 or more", std::to_string(first));
  check_num_rows(first > kMaxRows ? first : first + num_rows());
  Dataset out = *this;
  out.before_ = first - begin_;
  return out;
}

Tensor Dataset::to_tensor() const {
  const StandardFloats floats;
  Tensor out(row_shape_.with_front(num_rows()));
  const FeatureView from = view();
  float* to = out.data();
  for (std::int64_t row = 0; row < num_rows(); ++row)
    for (std::int64_t i = 0; i < from.width; ++i, ++to) {
      const std::int64_t at = row * from.width + i;
      const float value = from.bytes ? static_cast<float>(from.bytes[at]) : from.floats[at];
      *to = from.scale ? std::fma(value, from.scale[i], from.offset[i]) : value;
    }
  return out;
}

FeatureView Dataset::view() const {
  FeatureView out;
  out.width = row_shape_.size();
  if (!bytes_ && !floats_ && num_rows() > 0)
    throw DataError({.where = "Dataset",
                     .what = "the rows were moved away",
                     .fix = "Use the one that they were moved to."});
  if (bytes_) out.bytes = bytes_->data() + begin_ * out.width;
  if (floats_) out.floats = floats_->data() + begin_ * out.width;
  if (scaling_) {
    out.scale = scaling_->scale.data();
    out.offset = scaling_->offset.data();
  }
  return out;
}

}  // namespace regulus
