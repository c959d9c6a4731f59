// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/base/shape.h"
#include "regulus/data/dataset.h"
#include "regulus/data/table_options.h"

namespace regulus {

/// What labels are.
enum class LabelKind : std::uint8_t {
  kClasses,  ///< of classes, from 0 on: Dataset::labels. One-hot rows, words and true/false become numbers
  kNumbers,  ///< of a regression: Dataset::targets
};

struct RowReaderOptions {
  /// A second file with a label for each row: an array of one axis, or of rows of one value or one-hot rows,
  /// or a table with such columns.
  std::string labels = {};
  /// What holds the labels in the file itself: a column of a table by its name in the first row or its number
  /// from 0 on, or -1 for the last, -2 for the one before and so on; or an array of an NPZ file. Several
  /// columns (see TableOptions::columns) are one-hot, or targets.
  std::string label_column = {};
  /// Labels that nobody named are used where they lie beside the rows: MNIST's labels beside its images
  /// (labels_beside), y_test for x_test in an NPZ file. What is wrong with them is a note, never an error.
  bool find_labels = false;
  /// The array of an NPZ file; without it the only one, or the only one whose name or shape tells features.
  std::string key = {};
  /// The same for `labels`.
  std::string label_key = {};
  LabelKind label_kind = LabelKind::kClasses;
  /// Class labels count from here; what is given out counts from 0.
  std::int32_t first_label = 0;
  /// Labels must be below; 0: anything. A label file that goes from 1 to num_classes, as EMNIST's letters do,
  /// counts from 1, which is said.
  std::int64_t num_classes = 0;
  /// Labels may be these words, the first for class 0.
  std::vector<std::string> class_names = {};
  /// Labels that are words without class_names: the rows come without labels and a note says so, instead of
  /// an error.
  bool leave_out_words = false;
  /// The columns that a table must have, as a model was trained on them: a table that names its columns is
  /// put in this order, a name that is missing is an error, columns beyond are left out with a note.
  std::vector<std::string> column_names = {};
  /// The lengths that a row shall have, below 0 where any will do: what the model takes. Rows are read as
  /// that shape where reshaped() (row_shape.h) allows it; else ShapeError.
  std::optional<std::vector<std::int64_t>> row_lengths = {};
  TableOptions table = {};
};

/// Rows of a data file, piece by piece, so that the file may be larger than memory: IDX, NPY, NPZ or a table
/// of text (CSV, tabs, semicolons, blanks), each plain or packed by gzip; the content tells which. Bytes (u8)
/// stay bytes, all else becomes float32. An NPZ file and an array in Fortran's order are read whole.
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual const Shape& row_shape() const = 0;
  /// Unknown for a table.
  virtual std::optional<std::int64_t> num_rows() const = 0;
  /// The file holds bytes (u8). Rows come as such, but for rows with targets of a regression, which are
  /// float32.
  virtual bool has_bytes() const = 0;
  /// Of the features, in their order; empty unless a table names them.
  virtual const std::vector<std::string>& column_names() const = 0;
  /// Rows come with labels or targets.
  virtual bool has_labels() const = 0;
  /// Where they come from: a file's path, a column; empty without labels.
  virtual const std::string& labels_from() const = 0;
  /// What a person should know of how the file is read, a sentence each, each given once: those of the
  /// opening, and later those of the rows (how many were left out).
  virtual std::vector<std::string> take_notes() = 0;
  /// The next rows, at most `count`, which must be 1 or more; fewer where memory or the rows end, none behind
  /// the last. Row numbers (Dataset::first_row) go on where the last piece ended; a row that is left out has
  /// none. Throws DataError that names the file and what it lacks, e.g. the row that is cut, or that there
  /// are no rows at all; ConfigError for another count.
  virtual Dataset next(std::int64_t count) = 0;
};

/// Throws IoError, DataError, ShapeError, and ConfigError for options that do not fit the file.
std::unique_ptr<RowReader> open_rows(const std::string& path, const RowReaderOptions& options = {},
                                     const Limits& limits = {});

}  // namespace regulus
