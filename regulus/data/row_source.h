// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "regulus/base/shape.h"
#include "regulus/data/row_shape.h"

namespace regulus {

/// Rows as a file gives them: values are bytes or float32, one after another; labels or targets where the
/// file has columns of them.
struct RowPiece {
  std::int64_t rows = 0;
  std::vector<std::uint8_t> bytes;
  std::vector<float> floats;
  std::vector<std::int32_t> labels;
  std::vector<float> targets;
  std::vector<std::int64_t> dropped =
      {};  ///< rows of the file that were left out, counted from the piece's first
  /// Rows of the file that this piece has gone through.
  std::int64_t taken() const { return rows + static_cast<std::int64_t>(dropped.size()); }
};

/// The rows of one array or table, piece by piece.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual const Shape& row_shape() const = 0;
  /// The values are bytes: then every piece has them as such.
  virtual bool has_bytes() const = 0;
  virtual std::optional<std::int64_t> num_rows() const = 0;
  virtual RowForm form() const { return RowForm::kArray; }
  /// Of the features of a table that names them.
  virtual const std::vector<std::string>& column_names() const {
    static const std::vector<std::string> none;
    return none;
  }
  /// What a person should do about rows of another shape, a sentence; empty where nothing special is known.
  virtual std::string shape_hint() const { return ""; }
  /// Labels or targets of a row; 0: none.
  virtual std::int64_t label_width() const { return 0; }
  /// The column that they come from.
  virtual std::string labels_from() const { return ""; }
  /// What a person should know of how the file is read, a sentence each.
  std::vector<std::string> take_notes() { return std::exchange(notes_, {}); }
  /// At most `count` rows, fewer where memory or the rows end; none (and none taken) behind the last. Throws
  /// DataError.
  virtual RowPiece next(std::int64_t count) = 0;

 protected:
  void note(std::string sentence) { notes_.push_back(std::move(sentence)); }

 private:
  std::vector<std::string> notes_;
};

}  // namespace regulus
