// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/row_reader.h"

#include <limits>
#include <utility>
#include <vector>

#include "regulus/base/data_error.h"
#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/names.h"
#include "regulus/data/label_file.h"
#include "regulus/data/labels_beside.h"
#include "regulus/data/row_files.h"
#include "regulus/data/row_shape.h"

namespace regulus {
namespace {

constexpr std::int64_t kRows = 4096;

class FileRows : public RowReader {
 public:
  FileRows(const std::string& path, const RowReaderOptions& options, const Limits& limits)
      : path_(path), options_(options), limits_(limits) {
    if (!options.labels.empty() && !options.label_column.empty())
      throw ConfigError(
          {.where = path, .what = "labels and label_column are both given", .expected = "one of them"});
    if (options.labels.empty() && !options.label_key.empty())
      throw ConfigError({.where = path,
                         .what = "label_key names an array of a file of labels, and there is none",
                         .found = options.label_key,
                         .fix = "An array beside the rows is named with label_column (--labels)."});
    check_class_options();
    OpenedRows opened = open_row_source(path, options.key, NpzRole::kRows, options, limits);
    source_ = std::move(opened.rows);
    row_shape_ = source_->row_shape();
    take_notes_of(source_->take_notes());
    if (options.row_lengths)
      row_shape_ =
          require_reshaped(path, row_shape_, *options.row_lengths, source_->form(), source_->shape_hint());
    open_labels(opened);
  }

  const Shape& row_shape() const override { return row_shape_; }
  std::optional<std::int64_t> num_rows() const override {
    return options_.table.missing == Missing::kDrop && !source_->has_bytes() ? std::nullopt
                                                                             : source_->num_rows();
  }
  bool has_bytes() const override { return source_->has_bytes(); }
  const std::vector<std::string>& column_names() const override { return source_->column_names(); }
  bool has_labels() const override { return labels_ || source_->label_width() > 0; }
  const std::string& labels_from() const override { return labels_from_; }
  std::vector<std::string> take_notes() override {
    take_notes_of(source_->take_notes());
    return std::exchange(notes_, {});
  }

  Dataset next(std::int64_t count) override {
    const StandardFloats floats;
    if (count < 1)
      throw ConfigError({.where = path_, .what = "count must be 1 or more", .found = std::to_string(count)});
    RowPiece piece;
    // Where all rows of a piece are left out, another one follows.
    do {
      piece = source_->next(count);
      if (labels_) labels_->label(piece, taken_, path_);
      taken_ += piece.taken();
    } while (piece.rows == 0 && piece.taken() > 0);
    if (piece.rows == 0) end();
    const std::int64_t first = std::exchange(first_, first_ + piece.rows);
    return dataset(std::move(piece)).numbered_from(first);
  }

 private:
  void take_notes_of(std::vector<std::string> notes) {
    for (std::string& sentence : notes) notes_.push_back(std::move(sentence));
  }

  void check_class_options() const {
    const auto refuse = [&](const char* what, std::string expected = "", std::string found = "") {
      throw ConfigError(
          {.where = path_, .what = what, .expected = std::move(expected), .found = std::move(found)});
    };
    if (options_.label_kind == LabelKind::kNumbers) {
      if (!options_.class_names.empty())
        refuse("class_names go with labels of classes, and these are numbers");
      if (options_.first_label != 0) refuse("first_label goes with labels of classes, and these are numbers");
    }
    const auto names = static_cast<std::int64_t>(options_.class_names.size());
    if (names > 0 && options_.num_classes > 0 && names != options_.num_classes)
      refuse("class_names are not as many as the classes", std::to_string(options_.num_classes),
             std::to_string(names));
  }

  void end() {
    if (labels_) labels_->expect_end(taken_, path_);
    if (first_ == 0)
      throw_data(path_, taken_ == 0 ? "the file holds no rows" : "every row lacks a value: no row is left");
  }

  void open_labels(const OpenedRows& opened) {
    std::string path = options_.labels;
    std::string key = options_.label_key;
    if (!options_.label_column.empty() && !opened.keys.empty()) {
      path = path_;
      key = options_.label_column;
    }
    if (!path.empty()) return use_labels(path, key);
    labels_from_ = source_->labels_from();
    if (!options_.find_labels || !options_.label_column.empty() || source_->label_width() > 0) return;
    path = labels_beside(path_);
    if (const std::string paired = paired_key(opened.keys, opened.key); !paired.empty()) {
      path = path_;
      key = paired;
    }
    if (!path.empty()) try_labels(path, key);
  }

  void use_labels(const std::string& path, const std::string& key) {
    labels_ = std::make_unique<LabelFile>(path, key, options_, limits_);
    const auto rows = source_->num_rows();
    const auto labels = labels_->num_rows();
    if (rows && labels && *rows != *labels)
      throw_data(path, "the labels do not fit " + path_, with_commas(*rows), with_commas(*labels));
    labels_from_ = path == path_ ? key : path;
    take_notes_of(labels_->take_notes());
  }

  // Nobody asked for them: all are looked at before the first is used.
  void try_labels(const std::string& path, const std::string& key) {
    try {
      use_labels(path, key);
      LabelFile all(path, key, options_, limits_);
      const auto rows = all.num_rows();
      for (std::int64_t row = 0; rows && row < *rows; row += kRows) {
        RowPiece piece;
        piece.rows = std::min(kRows, *rows - row);
        all.label(piece, row, path_);
      }
    } catch (const Error& error) {
      labels_.reset();
      labels_from_.clear();
      note_unused(error);
    }
  }

  void note_unused(const Error& error) {
    notes_.push_back(std::string("the labels beside the rows are not used: ") + error.what());
    if (notes_.back().ends_with('.')) notes_.back().pop_back();
  }

  Dataset dataset(RowPiece piece) const {
    if (source_->has_bytes() && piece.targets.empty())
      return Dataset::from_bytes(row_shape_, std::move(piece.bytes), std::move(piece.labels));
    if (source_->has_bytes()) piece.floats.assign(piece.bytes.begin(), piece.bytes.end());
    Tensor values(row_shape_.with_front(piece.rows), std::move(piece.floats));
    if (!piece.targets.empty()) {
      const Shape shape{piece.rows, static_cast<std::int64_t>(piece.targets.size()) / piece.rows};
      return Dataset(std::move(values), Tensor(shape, std::move(piece.targets)));
    }
    if (piece.labels.empty()) return Dataset(std::move(values));
    return Dataset(std::move(values), std::move(piece.labels));
  }

  std::string path_;
  RowReaderOptions options_;
  Limits limits_;
  std::unique_ptr<RowSource> source_;
  Shape row_shape_;
  std::unique_ptr<LabelFile> labels_;
  std::string labels_from_;
  std::vector<std::string> notes_;
  std::int64_t first_ = 0;  // rows given out
  std::int64_t taken_ = 0;  // rows of the file gone through
};

}  // namespace

std::unique_ptr<RowReader> open_rows(const std::string& path, const RowReaderOptions& options,
                                     const Limits& limits) {
  return std::make_unique<FileRows>(path, options, limits);
}

}  // namespace regulus
