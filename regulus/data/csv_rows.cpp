// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/csv_rows.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "regulus/base/data_error.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/data/label_coding.h"
#include "regulus/data/table_columns.h"
#include "regulus/io/csv.h"
#include "regulus/io/csv_cell.h"
#include "regulus/io/csv_guess.h"

namespace regulus {
namespace {

constexpr std::size_t kMostForGuess = std::size_t{32} << 20;

std::string separator_text(char separator) {
  switch (separator) {
    case ',':
      return "commas";
    case ';':
      return "semicolons";
    case '\t':
      return "tabs";
    case ' ':
      return "blanks";
    default:
      return std::string("\"") + separator + '"';
  }
}

std::optional<char> separator_of(const TableOptions& table, const std::string& where) {
  const auto fail = [&](const char* what, const std::string& found) {
    throw ConfigError({.where = where,
                       .what = what,
                       .expected = "a comma, a semicolon, a tab, a blank or |",
                       .found = found});
  };
  if (table.decimal != '.' && table.decimal != ',')
    throw ConfigError({.where = where,
                       .what = "decimal must be a point or a comma",
                       .found = std::string(1, table.decimal)});
  if (table.separator.empty()) return std::nullopt;
  if (table.separator.size() != 1 ||
      std::string_view(",;\t |").find(table.separator[0]) == std::string_view::npos)
    fail("the separator is not known", table.separator);
  if (table.separator[0] == table.decimal) fail("the comma cannot separate cells and fractions", "");
  return table.separator[0];
}

// Of the content; more is looked at only where the first rows are very long.
io::CsvGuess guess(ByteSource& source, const RowReaderOptions& options, TableUse use, const Limits& limits) {
  const auto separator = separator_of(options.table, source.path());
  std::size_t size = io::kCsvGuessBytes;
  for (;; size *= 4) {
    const auto bytes = source.peek(size);
    const std::string_view first(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const bool whole = bytes.size() < size;
    if (!whole && size < kMostForGuess && !io::enough_for_guess(first)) continue;
    return io::guess_csv(first, whole, separator, options.table.decimal,
                         use == TableUse::kRows ? options.table.header : std::nullopt, limits);
  }
}

class CsvRows : public RowSource {
 public:
  CsvRows(std::shared_ptr<ByteSource> source, const RowReaderOptions& options, TableUse use,
          const Limits& limits)
      : source_(std::move(source)),
        guess_(guess(*source_, options, use, limits)),
        reader_([this](std::span<std::uint8_t> out) { return read(out); }, source_->path(), limits,
                guess_.format),
        limits_(limits),
        missing_(use == TableUse::kRows ? options.table.missing : Missing::kRefuse),
        fill_(options.table.fill),
        coding_(options, [this] { return label_place(); }) {
    if (guess_.may_count && use == TableUse::kRows)
      throw_data(source_->path(), "the first row counts 0, 1, 2, …: these may be names of columns or values",
                 "", "", "Give --header yes or --header no.");
    has_cells_ = reader_.next(cells_);
    if (!has_cells_) fail_without_rows("the file holds no rows");
    num_columns_ = cells_.size();
    if (use == TableUse::kLabels && !guess_.has_names) guess_.has_names = is_label_name(options);
    if (guess_.has_names) take_names();
    choose(options, use);
    for (const std::size_t column : features_)
      if (!names_.empty()) feature_names_.push_back(names_[column]);
    row_shape_ = Shape{static_cast<std::int64_t>(features_.size())};
    if (use == TableUse::kRows) tell(options);
    if (!has_cells_ && !(has_cells_ = reader_.next(cells_)))
      fail_without_rows("the file names columns and holds no rows");
  }

  const Shape& row_shape() const override { return row_shape_; }
  bool has_bytes() const override { return false; }
  std::optional<std::int64_t> num_rows() const override { return std::nullopt; }
  RowForm form() const override { return RowForm::kTable; }
  const std::vector<std::string>& column_names() const override { return feature_names_; }
  std::int64_t label_width() const override {
    return coding_.kind() == LabelKind::kClasses && !labels_.empty()
               ? 1
               : static_cast<std::int64_t>(labels_.size());
  }
  std::string shape_hint() const override {
    const std::size_t begin = guess_.has_names ? 1 : 0;
    for (const std::size_t column : features_) {
      bool words = false;
      for (std::size_t row = begin; row < guess_.rows.size(); ++row)
        words |= io::cell_kind(guess_.rows[row][column], guess_.format.decimal) == io::CellKind::kText;
      if (!words) continue;
      const std::string name = names_.empty() ? std::to_string(column) : names_[column];
      return "Of these " + reader_.column_text(column) + " holds words: name it as the labels (--labels " +
             name + "), or leave it out (--drop " + name + ").";
    }
    return "";
  }
  std::string labels_from() const override { return labels_.empty() ? "" : reader_.column_text(labels_[0]); }

  RowPiece next(std::int64_t count) override {
    RowPiece piece;
    const auto most = static_cast<std::int64_t>(limits_.memory / (num_columns_ * sizeof(float)));
    if (most == 0) reader_.fail("a row is too large for this machine's memory");
    count = std::min(count, most);
    while (piece.rows < count) {
      // The first row was read when the file was opened.
      if (!std::exchange(has_cells_, false) && !reader_.next(cells_)) break;
      if (add_row(piece))
        ++piece.rows;
      else
        piece.dropped.push_back(piece.taken());
    }
    count_missing(piece);
    return piece;
  }

 private:
  std::size_t read(std::span<std::uint8_t> out) {
    const std::size_t count = source_->read(out);
    if (count < out.size() && !source_->complete())
      reader_.fail("the gzip data lacks its end (truncated download?)", "", "", "Fetch the file again.");
    return count;
  }

  [[noreturn]] void fail_without_rows(const char* what) const {
    throw_data(source_->path(), what, "", "",
               guess_.has_names ? "If the first row is one of words as values, give --header no." : "");
  }

  LabelCoding::Place label_place() const {
    return {source_->path(), "line " + count_text(reader_.line()) + ": " + reader_.column_text(at_label_)};
  }

  // A lone word above the words or numbers of a file of labels.
  bool is_label_name(const RowReaderOptions& options) const {
    static constexpr std::string_view kNames[] = {"label",  "labels",  "class", "classes",
                                                  "target", "targets", "y",     "species"};
    if (num_columns_ != 1 || io::cell_kind(cells_[0], guess_.format.decimal) != io::CellKind::kText)
      return false;
    const std::string word(io::trimmed(cells_[0]));
    if (!options.class_names.empty())
      return std::find(options.class_names.begin(), options.class_names.end(), word) ==
             options.class_names.end();
    return std::find(std::begin(kNames), std::end(kNames), word) != std::end(kNames);
  }

  void take_names() {
    for (const std::string_view cell : cells_) names_.emplace_back(io::trimmed(cell));
    reader_.set_names(names_);
    has_cells_ = false;
  }

  void choose(const RowReaderOptions& options, TableUse use) {
    if (use == TableUse::kLabels) {
      // An index, as pandas writes it, is no label.
      const bool has_index = num_columns_ > 1 && !names_.empty() && names_[0].empty();
      for (std::size_t column = has_index ? 1 : 0; column < num_columns_; ++column) labels_.push_back(column);
      return;
    }
    TableColumns chosen =
        choose_columns(options, names_, num_columns_, guess_.format.row_names, source_->path());
    features_ = std::move(chosen.features);
    labels_ = std::move(chosen.labels);
    notes_of_columns_ = std::move(chosen.notes);
    if (features_.empty())
      reader_.fail(labels_.empty() ? "no column is left" : "there is no column beside the labels");
    if (options.leave_out_words && options.class_names.empty() && labels_are_words()) {
      notes_of_columns_.push_back(
          "the labels in " + reader_.column_text(labels_[0]) +
          " are words, and the model has no class names that would number them: they are "
          "left out. Give --class-names, in the order of the model's outputs");
      labels_.clear();
    }
  }

  bool labels_are_words() const {
    if (labels_.size() != 1) return false;
    for (std::size_t row = guess_.has_names ? 1 : 0; row < guess_.rows.size(); ++row)
      if (io::cell_kind(guess_.rows[row][labels_[0]], guess_.format.decimal) == io::CellKind::kText)
        return true;
    return false;
  }

  // What was decided.
  void tell(const RowReaderOptions& options) {
    std::string sentence =
        num_columns_ == 1 ? "one column" : "columns between " + separator_text(guess_.format.separator);
    if (guess_.format.names_line > 0)
      sentence += ", named by the comment in line " + count_text(guess_.format.names_line);
    else
      sentence += guess_.has_names ? ", named by the first row" : ", the first row holds values";
    const bool all_said = !options.table.separator.empty() && options.table.header.has_value();
    if (!all_said) note(std::move(sentence));
    for (std::string& decided : notes_of_columns_) note(std::move(decided));
  }

  // False if the row is left out.
  bool add_row(RowPiece& piece) {
    const std::size_t begin = piece.floats.size();
    for (const std::size_t column : features_) {
      auto value = reader_.number_or_missing(cells_, column);
      if (!value) {
        if (missing_ == Missing::kRefuse) reader_.fail_missing(cells_[column], column);
        ++num_missing_;
        if (missing_ == Missing::kDrop) return left_out(piece, begin);
        value = fill_;
      }
      piece.floats.push_back(*value);
    }
    if (labels_.empty()) return true;
    for (const std::size_t column : labels_) {
      if (!io::is_missing(cells_[column])) continue;
      if (missing_ != Missing::kDrop) fail_without_label(column);
      ++num_missing_;
      return left_out(piece, begin);
    }
    add_labels(piece);
    return true;
  }

  static bool left_out(RowPiece& piece, std::size_t begin) {
    piece.floats.resize(begin);
    return false;
  }

  [[noreturn]] void fail_without_label(std::size_t column) const {
    reader_.fail(reader_.column_text(column) + " holds no label", "a label", io::shown_cell(cells_[column]),
                 "Give --missing drop to leave such rows out.");
  }

  void add_labels(RowPiece& piece) {
    if (coding_.kind() == LabelKind::kNumbers) {
      for (const std::size_t column : labels_) piece.targets.push_back(reader_.number(cells_, column));
      return;
    }
    at_label_ = labels_[0];
    if (labels_.size() == 1)
      return piece.labels.push_back(coding_.of_word(cells_[at_label_], guess_.format.decimal));
    values_.clear();
    for (const std::size_t column : labels_) values_.push_back(reader_.number(cells_, column));
    piece.labels.push_back(coding_.of_one_hot(values_));
  }

  // Once, when the rows have ended.
  void count_missing(const RowPiece& piece) {
    num_dropped_ += static_cast<std::int64_t>(piece.dropped.size());
    if (piece.taken() > 0 || num_missing_ == 0) return;
    if (missing_ == Missing::kDrop)
      note(with_commas(num_dropped_) + (num_dropped_ == 1 ? " row that lacks" : " rows that lack") +
           " a value " + (num_dropped_ == 1 ? "was" : "were") +
           " left out; the others are numbered without " + (num_dropped_ == 1 ? "it" : "them"));
    else
      note(with_commas(num_missing_) + (num_missing_ == 1 ? " value is" : " values are") +
           " missing and filled in");
    num_missing_ = 0;
  }

  std::shared_ptr<ByteSource> source_;
  io::CsvGuess guess_;
  io::CsvReader reader_;
  Limits limits_;
  Missing missing_;
  float fill_;
  LabelCoding coding_;
  std::vector<std::string_view> cells_;
  bool has_cells_ = false;  // a row that was read and not given out
  std::size_t num_columns_ = 0;
  std::vector<std::string> names_;
  std::vector<std::string> feature_names_;
  std::vector<std::size_t> features_;
  std::vector<std::size_t> labels_;
  std::vector<std::string> notes_of_columns_;
  std::vector<float> values_;
  std::size_t at_label_ = 0;
  std::int64_t num_missing_ = 0;
  std::int64_t num_dropped_ = 0;
  Shape row_shape_;
};

}  // namespace

std::unique_ptr<RowSource> open_csv_rows(std::shared_ptr<ByteSource> source, const RowReaderOptions& options,
                                         TableUse use, const Limits& limits) {
  return std::make_unique<CsvRows>(std::move(source), options, use, limits);
}

}  // namespace regulus
