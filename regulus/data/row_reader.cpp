// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/row_reader.h"

#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "regulus/base/check.h"
#include "regulus/base/data_error.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/data/array_rows.h"
#include "regulus/data/byte_source.h"
#include "regulus/data/csv_rows.h"
#include "regulus/data/row_source.h"
#include "regulus/io/npy.h"
#include "regulus/io/zip.h"

namespace regulus {
namespace {

constexpr std::array<std::string_view, 3> kFeatureKeys = {"x", "images", "features"};
constexpr std::array<std::string_view, 3> kLabelKeys = {"y", "labels", "targets"};
// The largest integer below which float32 has all others.
constexpr float kMaxLabel = 0x1p24f;

// An option that this file has no use for.
void require_unused(const std::string& path, const std::string& option, const std::string& value,
                    const char* format) {
  if (!value.empty())
    throw ConfigError({.where = path,
                       .what = option + " is for " + format + " files",
                       .expected = "",
                       .found = value,
                       .fix = ""});
}

std::unique_ptr<RowSource> open_source(const std::string& path, const std::string& label_column,
                                       const std::string& key, std::span<const std::string_view> usual_keys,
                                       const Limits& limits) {
  const auto source = std::make_shared<ByteSource>(path);
  const auto first = source->peek(io::kNpyPrefixBytes);
  if (first.empty()) throw_data(path, "the file is empty");
  const bool is_npz = io::is_zip(first);
  const bool is_idx = first.size() > 1 && first[0] == 0 && first[1] == 0;  // no text begins so
  const bool is_csv = !is_npz && !is_idx && !io::is_npy(first);
  if (!is_npz) require_unused(path, "key", key, "NPZ");
  if (!is_csv) require_unused(path, "label_column", label_column, "CSV");
  if (is_npz) return open_npz_rows(*source, key, usual_keys, limits);
  if (is_idx) return open_idx_rows(source, limits);
  if (is_csv) return open_csv_rows(source, label_column, limits);
  return open_npy_rows(source, limits);
}

// Labels of a file of their own, one a row.
class LabelFile {
 public:
  LabelFile(const std::string& path, const Limits& limits)
      : path_(path), source_(open_source(path, "", "", kLabelKeys, limits)) {
    if (source_->row_shape().size() != 1)
      throw_data(path, "the file holds more than one label a row", "1 value",
                 to_string(source_->row_shape()));
  }

  std::optional<std::int64_t> num_rows() const { return source_->num_rows(); }

  // `rows` labels for the rows from `first` on of the file `of`.
  std::vector<std::int32_t> next(std::int64_t first, std::int64_t rows, const std::string& of) {
    std::vector<std::int32_t> labels;
    while (static_cast<std::int64_t>(labels.size()) < rows) {
      const auto have = static_cast<std::int64_t>(labels.size());
      const RowPiece piece = source_->next(rows - have);
      if (piece.rows == 0)
        throw_data(path_, "row " + with_commas(first + have) + " of " + of + " has no label", "more labels",
                   with_commas(first + have));
      labels.insert(labels.end(), piece.bytes.begin(), piece.bytes.end());
      for (const float value : piece.floats) {
        if (!(value >= 0 && value <= kMaxLabel) || value != std::floor(value))
          throw_data(
              path_,
              "row " + with_commas(first + static_cast<std::int64_t>(labels.size())) + " is no class label",
              "a whole number from 0 to 16,777,216", number_text(value));
        labels.push_back(static_cast<std::int32_t>(value));
      }
    }
    return labels;
  }

  void expect_end(std::int64_t rows, const std::string& of) {
    if (source_->next(1).rows > 0)
      throw_data(path_, "there are more labels than rows in " + of, with_commas(rows), "more");
  }

 private:
  std::string path_;
  std::unique_ptr<RowSource> source_;
};

class FileRows : public RowReader {
 public:
  FileRows(const std::string& path, const RowReaderOptions& options, const Limits& limits)
      : path_(path), source_(open_source(path, options.label_column, options.key, kFeatureKeys, limits)) {
    if (options.labels.empty()) return;
    if (!options.label_column.empty())
      throw ConfigError({.where = path,
                         .what = "labels and label_column are both given",
                         .expected = "one of them",
                         .found = "",
                         .fix = ""});
    labels_.emplace(options.labels, limits);
    const auto rows = source_->num_rows();
    const auto labels = labels_->num_rows();
    if (rows && labels && *rows != *labels)
      throw_data(options.labels, "the labels do not fit " + path, with_commas(*rows), with_commas(*labels));
  }

  const Shape& row_shape() const override { return source_->row_shape(); }
  std::optional<std::int64_t> num_rows() const override { return source_->num_rows(); }

  Dataset next(std::int64_t count) override {
    if (count < 1)
      throw ConfigError({.where = path_,
                         .what = "count must be 1 or more",
                         .expected = "",
                         .found = std::to_string(count),
                         .fix = ""});
    RowPiece piece = source_->next(count);
    if (labels_) {
      piece.labels = labels_->next(first_, piece.rows, path_);
      if (piece.rows == 0) labels_->expect_end(first_, path_);
    }
    const std::int64_t first = std::exchange(first_, first_ + piece.rows);
    return dataset(std::move(piece)).numbered_from(first);
  }

 private:
  Dataset dataset(RowPiece piece) const {
    if (source_->has_bytes())
      return Dataset::from_bytes(row_shape(), std::move(piece.bytes), std::move(piece.labels));
    Tensor values(row_shape().with_front(piece.rows), std::move(piece.floats));
    if (piece.labels.empty()) return Dataset(std::move(values));
    return Dataset(std::move(values), std::move(piece.labels));
  }

  std::string path_;
  std::unique_ptr<RowSource> source_;
  std::optional<LabelFile> labels_;
  std::int64_t first_ = 0;
};

}  // namespace

std::unique_ptr<RowReader> open_rows(const std::string& path, const RowReaderOptions& options,
                                     const Limits& limits) {
  return std::make_unique<FileRows>(path, options, limits);
}

}  // namespace regulus
