// SPDX-License-Identifier: Apache-2.0
#include "cli/feed.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/errors.h"
#include "cli/options.h"
#include "regulus/base/error.h"
#include "regulus/data/row_reader.h"

namespace regulus::cli {
namespace {

// The rows of a file.
class FileFeed final : public Feed {
 public:
  FileFeed(const FeedOptions& options, OpenedModel& model, Notes& notes, const std::string& command)
      : path_(options.file),
        asked_(!options.rows.labels.empty() && options.rows.labels != "none"),
        notes_(notes) {
    if (asked_ && model.meaning.outputs == Outputs::kArray)
      refuse_usage(command,
                   "--labels, but the model gives more than one position a row, and a label has none",
                   "Leave the labels out.");
    reader_ = open_rows(path_, how_to_read(options, model, command == "evaluate"));
    scaling_.emplace(options.scaling, model.loaded, reader_->row_shape(), command);
    take_notes();
  }

  Dataset next(std::int64_t count) override {
    Dataset rows = reader_->next(count);
    take_notes();
    if (rows.num_rows() == 0) return rows;
    if (!std::exchange(begun_, true))
      for (const std::string& text : scaling_->notes(rows)) notes_.add(text);
    return (*scaling_)(rows, reader_->has_bytes());
  }
  std::optional<std::int64_t> num_rows() const override { return reader_->num_rows(); }
  const Shape& row_shape() const override { return reader_->row_shape(); }
  bool has_labels() const override { return reader_->has_labels(); }
  bool labels_asked_for() const override { return asked_; }
  std::string headline() const override {
    return short_path(path_) + (has_labels() ? ", labels from " + short_path(reader_->labels_from()) : "") +
           '\n';
  }
  Value data_json() const override {
    return Value::Dict{{"file", path_}, {"labels", has_labels() ? Value(reader_->labels_from()) : Value()}};
  }

 private:
  static RowReaderOptions how_to_read(const FeedOptions& options, OpenedModel& model, bool needs_labels) {
    RowReaderOptions how = reader_options(options.rows);
    const Shape& shape = model.loaded.model.input_shape();
    how.row_lengths.emplace(shape.begin(), shape.end());
    how.label_kind = model.meaning.has_classes() ? LabelKind::kClasses : LabelKind::kNumbers;
    how.num_classes = model.meaning.classes;
    how.leave_out_words = how.leave_out_words && !needs_labels;
    how.column_names = model.loaded.notes.column_names;
    how.find_labels = options.rows.labels.empty() && model.meaning.outputs != Outputs::kArray;
    std::vector<std::string>& names = model.loaded.notes.class_names;
    if (!how.class_names.empty())
      names = how.class_names;
    else if (model.meaning.has_classes())
      how.class_names = names;
    return how;
  }
  void take_notes() {
    for (const std::string& text : reader_->take_notes()) notes_.add(short_path(path_) + ": " + text);
  }

  std::string path_;
  bool asked_;
  Notes& notes_;
  std::optional<InputScaling> scaling_;
  std::unique_ptr<RowReader> reader_;
  bool begun_ = false;
};

// The test rows of a data set that regulus has.
class SetFeed final : public Feed {
 public:
  SetFeed(const FeedOptions& options, OpenedModel& model, const Common& common, Notes& notes,
          const std::string& command)
      : test_(load_test(model, options.data_set, common, notes, command)) {
    const Shape& wanted = model.loaded.model.input_shape();
    const Dataset rows = wanted.is_open() ? test_ : test_.with_row_shape(wanted);
    const InputScaling scaling(options.scaling, model.loaded, rows.row_shape(), command);
    for (const std::string& text : scaling.notes(test_)) notes.add(text);
    rows_ = scaling(rows, true);
    model.loaded.notes.class_names = test_.info().class_names;
  }

  Dataset next(std::int64_t count) override {
    const std::int64_t begin = std::exchange(next_, std::min(next_ + count, rows_.num_rows()));
    return rows_.slice(begin, next_);
  }
  std::optional<std::int64_t> num_rows() const override { return rows_.num_rows(); }
  const Shape& row_shape() const override { return rows_.row_shape(); }
  bool has_labels() const override { return true; }
  bool labels_asked_for() const override { return true; }
  std::string headline() const override { return describe_test(test_); }
  Value data_json() const override { return cli::data_json(test_); }

 private:
  Dataset test_;
  Dataset rows_;  // as the model takes them
  std::int64_t next_ = 0;
};

}  // namespace

void add_feed(CLI::App& command, FeedOptions& options) {
  add_text(command, "DATA", options.file,
           {"DATA", "IDX, NPY, NPZ or a table, also .gz", "the model's data set"});
  add_scaling(command, options.scaling);
  add_row_options(command, options.rows);
  for (const char* name : row_option_names())
    if (std::string_view(name) != "--labels") in_group(kMoreGroup, option_of(command, name));
  add_data_set(command, options.data_set, "the model's");
  add_data(command, options.data_set);
}

void require_fitting(const CLI::App& command, const FeedOptions& options) {
  const std::string see = "See \"regulus " + name_of(command) + " --help\".";
  if (!options.file.empty()) {
    for (const char* option : {"--data-set", "--data"})
      if (is_given(command, option))
        refuse_usage(name_of(command), std::string(option) + " goes without DATA only", see);
    return;
  }
  for (const char* option : row_option_names())
    if (is_given(command, option))
      refuse_usage(name_of(command), std::string(option) + " needs DATA, a file of rows", see);
}

std::unique_ptr<Feed> open_feed(const FeedOptions& options, OpenedModel& model, const Common& common,
                                Notes& notes, const std::string& command) {
  if (options.file.empty()) return std::make_unique<SetFeed>(options, model, common, notes, command);
  return std::make_unique<FileFeed>(options, model, notes, command);
}

}  // namespace regulus::cli
