// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "regulus/base/buffer.h"
#include "regulus/base/feature_view.h"
#include "regulus/base/tensor.h"

namespace regulus {

/// x * scale + offset, feature by feature, applied while batches are gathered.
struct Scaling {
  Buffer<float> scale;
  Buffer<float> offset;
};

/// What is known of a data set as a whole.
struct DatasetInfo {
  std::string name;    ///< "fashion_mnist", "garments"; empty for the user's own arrays
  std::string source;  ///< a folder, "download" or "embedded"
  std::vector<std::string> class_names;
  std::string note = {};  ///< what the user should know of the source, e.g. why nothing was downloaded
};

/// Rows of features, with labels or targets where there are any. A cheap handle: copies and slices
/// share the stored values and remember which rows of the whole set they are, so that a row keeps
/// its random numbers (dropout masks) in whatever slice or batch it is met.
class Dataset {
 public:
  Dataset() = default;
  /// Features [rows, …] without targets. Throws ShapeError for rank 0 and for 2^32 rows or more.
  Dataset(Tensor x);
  /// Integer class labels, one a row, >= 0. Throws ShapeError if the counts differ, DataError for a negative
  /// label.
  Dataset(Tensor x, std::vector<std::int32_t> labels);
  /// Dense targets [rows, units] (or [rows], taken as [rows, 1]). Throws ShapeError for other shapes.
  Dataset(Tensor x, Tensor targets);
  /// Byte features, e.g. grey pixels, kept as bytes. `labels` may be empty. Throws ShapeError if the
  /// values are no whole number of rows or the labels' count differs, DataError for a negative label.
  static Dataset from_bytes(Shape row_shape, std::vector<std::uint8_t> values,
                            std::vector<std::int32_t> labels, DatasetInfo info = {});

  std::int64_t num_rows() const noexcept { return end_ - begin_; }
  const Shape& row_shape() const noexcept { return row_shape_; }
  bool has_labels() const noexcept { return labels_ != nullptr; }
  bool has_targets() const noexcept { return targets_ != nullptr; }
  /// One label for each row of this slice. Throws DataError without labels.
  std::span<const std::int32_t> labels() const;
  /// Dense targets of this slice, [num_rows, units] row-major. Throws DataError without targets.
  std::span<const float> targets() const;
  std::int64_t target_units() const noexcept { return target_units_; }
  const DatasetInfo& info() const;

  /// Rows [begin, end). Throws ShapeError if out of range.
  Dataset slice(std::int64_t begin, std::int64_t end) const;
  /// {the first `count` rows, the rest}. Throws ShapeError if out of range.
  std::pair<Dataset, Dataset> split_at(std::int64_t count) const;
  /// The same rows seen through another scaling (null: none). Throws ShapeError unless it has one
  /// entry for each feature.
  Dataset with_scaling(std::shared_ptr<const Scaling> scaling) const;
  /// The same rows under another description.
  Dataset with_info(DatasetInfo info) const;
  /// The same rows read as another shape, e.g. (28, 28) as (28, 28, 1). Throws ShapeError unless it has as
  /// many features.
  Dataset with_row_shape(Shape row_shape) const;
  /// The same rows as those from row `first` of a larger set on, which never is in memory as a whole. Throws
  /// ShapeError unless 0 <= first and that set may have so many rows.
  Dataset numbered_from(std::int64_t first) const;
  /// The features as float32 after scaling, [num_rows, row_shape…]; the bits that the plan gathers.
  Tensor to_tensor() const;

  /// For the plan: features of this slice's first row onwards.
  FeatureView view() const;
  /// Index of this slice's first row in the whole set.
  std::int64_t first_row() const noexcept { return begin_ + before_; }

 private:
  Shape row_shape_;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
  std::int64_t before_ = 0;  ///< rows of the whole set before the first stored one
  std::shared_ptr<const std::vector<std::uint8_t>> bytes_;
  std::shared_ptr<const Tensor> floats_;
  std::shared_ptr<const std::vector<std::int32_t>> labels_;
  std::shared_ptr<const Tensor> targets_;
  std::int64_t target_units_ = 0;
  std::shared_ptr<const DatasetInfo> info_;
  std::shared_ptr<const Scaling> scaling_;
};

}  // namespace regulus
