// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/data/label_coding.h"
#include "regulus/data/row_source.h"

namespace regulus {

/// Labels (or targets) of a file of their own, one a row.
class LabelFile {
 public:
  /// `key`: the array of an NPZ file. Throws IoError, and DataError unless the file's rows are labels of the
  /// kind that the options ask for.
  LabelFile(const std::string& path, const std::string& key, const RowReaderOptions& options,
            const Limits& limits);
  LabelFile(const LabelFile&) = delete;
  LabelFile& operator=(const LabelFile&) = delete;

  std::optional<std::int64_t> num_rows() const { return source_->num_rows(); }
  std::vector<std::string> take_notes();
  /// Values of one target.
  std::int64_t target_width() const { return width_; }

  /// Adds the labels or targets of `rows.taken()` rows of the file `of`, from row `first` on, to `rows`,
  /// without those that it has dropped. Throws DataError that names the row.
  void label(RowPiece& rows, std::int64_t first, const std::string& of);
  /// Behind the last row.
  void expect_end(std::int64_t rows, const std::string& of);

 private:
  void add(RowPiece& out, const RowPiece& labels);
  void find_first_label(const std::string& key, const RowReaderOptions& options, const Limits& limits);

  std::string path_;
  std::unique_ptr<RowSource> source_;
  LabelCoding coding_;
  std::int64_t width_ = 1;
  std::int64_t row_ = 0;  ///< of the label that is read
  std::vector<std::string> notes_;
};

}  // namespace regulus
