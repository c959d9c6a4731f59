// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/csv_rows.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/io/csv.h"

namespace regulus {
namespace {

class CsvRows : public RowSource {
 public:
  CsvRows(std::shared_ptr<ByteSource> source, const std::string& label_column, const Limits& limits)
      : source_(std::move(source)),
        reader_([this](std::span<std::uint8_t> out) { return read(out); }, source_->path(), limits),
        limits_(limits) {
    has_cells_ = reader_.next(cells_);
    if (!has_cells_)
      throw DataError({.where = source_->path(),
                       .what = "the file holds no rows",
                       .expected = "",
                       .found = "",
                       .fix = ""});
    const bool has_header = io::is_csv_header(cells_);
    num_columns_ = cells_.size();
    label_ = find_column(label_column, has_header);
    if (label_ < num_columns_ && num_columns_ == 1) reader_.fail("there is no column beside the labels");
    row_shape_ = Shape{static_cast<std::int64_t>(num_columns_ - (label_ < num_columns_ ? 1 : 0))};
    if (has_header) has_cells_ = false;
  }

  const Shape& row_shape() const override { return row_shape_; }
  bool has_bytes() const override { return false; }
  std::optional<std::int64_t> num_rows() const override { return std::nullopt; }

  RowPiece next(std::int64_t count) override {
    RowPiece piece;
    const auto most = static_cast<std::int64_t>(limits_.memory / (num_columns_ * sizeof(float)));
    if (most == 0) reader_.fail("a row is too large for this machine's memory");
    for (count = std::min(count, most); piece.rows < count; ++piece.rows) {
      // The first row was read when the file was opened.
      if (!std::exchange(has_cells_, false) && !reader_.next(cells_)) break;
      for (std::size_t column = 0; column < cells_.size(); ++column)
        if (column == label_)
          piece.labels.push_back(reader_.label(cells_, column));
        else
          piece.floats.push_back(reader_.number(cells_, column));
    }
    return piece;
  }

 private:
  std::size_t read(std::span<std::uint8_t> out) {
    const std::size_t count = source_->read(out);
    if (count < out.size() && !source_->complete())
      reader_.fail("the gzip data lacks its end (truncated download?)", "", "", "Fetch the file again.");
    return count;
  }

  // num_columns_ where none is asked for.
  std::size_t find_column(const std::string& wanted, bool has_header) const {
    if (wanted.empty()) return num_columns_;
    if (has_header) {
      const auto named = std::find(cells_.begin(), cells_.end(), wanted);
      if (named != cells_.end()) return static_cast<std::size_t>(named - cells_.begin());
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
    const auto columns = static_cast<std::int64_t>(num_columns_);
    const bool is_number = error == std::errc() && end == wanted.data() + wanted.size();
    if (is_number && number >= -columns && number < columns)
      return static_cast<std::size_t>(number < 0 ? number + columns : number);
    throw ConfigError({.where = source_->path(),
                       .what = "there is no column \"" + wanted + "\"",
                       .expected = (has_header ? "a name of the first row, or " : "") +
                                   std::to_string(-columns) + " to " + std::to_string(columns - 1),
                       .found = "",
                       .fix = has_header && !is_number ? did_you_mean(wanted, cells_) : ""});
  }

  std::shared_ptr<ByteSource> source_;
  io::CsvReader reader_;
  Limits limits_;
  std::vector<std::string_view> cells_;
  bool has_cells_ = false;  // a row that was read and not given out
  std::size_t num_columns_ = 0;
  std::size_t label_ = 0;  // num_columns_ without labels
  Shape row_shape_;
};

}  // namespace

std::unique_ptr<RowSource> open_csv_rows(std::shared_ptr<ByteSource> source, const std::string& label_column,
                                         const Limits& limits) {
  return std::make_unique<CsvRows>(std::move(source), label_column, limits);
}

}  // namespace regulus
