// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>

#include "cli/commands/predict_file.h"
#include "cli/errors.h"
#include "cli/feed.h"
#include "cli/model.h"
#include "cli/output.h"
#include "cli/piece.h"
#include "cli/profile.h"
#include "regulus/base/json.h"

namespace regulus::cli {
namespace {

constexpr const char* kPredictExamples =
    "regulus predict model.keras t10k-images-idx3-ubyte.gz --mc 100\n"
    "regulus predict model.keras rows.csv --labels label -o out.npz\n"
    "regulus predict model.keras --rows 0:5 --mc 100 --format csv";

struct PredictArguments {
  PredictFile file;
  std::int64_t begin = 0;
  std::int64_t end = 10;
};

/// Some test rows of a data set and what the model says of them.
struct Rows {
  Value data;
  std::string headline;
  Piece piece;
  std::vector<std::string> class_names;
  std::vector<std::int32_t> classes;
  double seconds = 0;

  std::int64_t count() const { return piece.rows(); }
  bool has_std() const { return piece.has_samples(); }
  const std::string& class_name(std::int32_t label) const {
    return class_names[static_cast<std::size_t>(label)];
  }
  double value(const Tensor& x, std::int64_t row) const {
    return x.at({row, classes[static_cast<std::size_t>(row)]});
  }
};

std::string text_table(const Rows& rows) {
  Cells titles = {"   row", "class      ", "probability"};
  if (rows.has_std()) titles.emplace_back("   std");
  titles.emplace_back("label");
  std::vector<Cells> lines;
  for (std::int64_t r = 0; r < rows.count(); ++r) {
    const auto i = static_cast<std::size_t>(r);
    Cells cells = {std::to_string(rows.piece.first + r), rows.class_name(rows.classes[i]),
                   fixed(rows.value(rows.piece.best(), r), 4)};
    if (rows.has_std()) cells.push_back(fixed(rows.value(rows.piece.std, r), 4));
    cells.push_back(rows.class_name(rows.piece.labels[i]));
    lines.push_back(std::move(cells));
  }
  return table(titles, lines, rows.has_std() ? "rlrrl" : "rlrl");
}

void print_csv(std::ostream& out, const Rows& rows) {
  out << "row,class,class_name,probability" << (rows.has_std() ? ",std" : "") << ",label\n";
  for (std::int64_t r = 0; r < rows.count(); ++r) {
    const auto i = static_cast<std::size_t>(r);
    out << rows.piece.first + r << ',' << rows.classes[i] << ',' << rows.class_name(rows.classes[i]) << ','
        << to_json(rows.value(rows.piece.best(), r));
    if (rows.has_std()) out << ',' << to_json(rows.value(rows.piece.std, r));
    out << ',' << rows.piece.labels[i] << '\n';
  }
}

Value row_of(const Tensor& x, std::int64_t row) {
  const std::int64_t classes = x.shape().back();
  Value::List values;
  for (std::int64_t k = 0; k < classes; ++k) values.emplace_back(double{x.at({row, k})});
  return values;
}

Value document(const Rows& rows, const PredictArguments& arguments, const Common& common,
               const Profiling& profiling, const Notes& notes) {
  Value::List list;
  for (std::int64_t r = 0; r < rows.count(); ++r) {
    const auto i = static_cast<std::size_t>(r);
    Value::Dict row = {{"row", rows.piece.first + r},
                       {"class", rows.classes[i]},
                       {"class_name", rows.class_name(rows.classes[i])},
                       {"label", rows.piece.labels[i]},
                       {"probabilities", row_of(rows.piece.best(), r)}};
    if (rows.has_std()) row.emplace_back("std", row_of(rows.piece.std, r));
    list.emplace_back(std::move(row));
  }
  Value::Dict document = {{"data", rows.data},
                          {"seed", common.seed},
                          {"mc", rows.has_std() ? Value(mc_json(arguments.file.mc, rows.seconds)) : Value()},
                          {"rows", std::move(list)}};
  profiling.add_to(document);
  notes.add_to(document);
  return document;
}

Dataset chosen_rows(Feed& feed, const PredictArguments& arguments) {
  const std::int64_t rows = *feed.num_rows();
  if (arguments.begin >= rows)
    throw usage_error("predict", {.where = "",
                                  .what = "--rows begins after the last row",
                                  .expected = "at most " + std::to_string(rows - 1),
                                  .found = std::to_string(arguments.begin)});
  feed.next(arguments.begin);
  return feed.next(std::min(arguments.end, rows) - arguments.begin);
}

// The test rows of a data set that regulus has.
void predict_set(const PredictArguments& arguments, const Common& common) {
  const PredictFile& file = arguments.file;
  set_random_seed(static_cast<std::uint64_t>(common.seed));
  Notes notes(common);
  OpenedModel model = open_model(file.model, false, notes);
  const auto feed = open_feed(file.feed, model, common, notes, "predict");
  const Dataset chosen = chosen_rows(*feed, arguments);
  Profiling profiling(common);
  PiecePredictor predictor(model.loaded.model, file.mc, model.loaded.notes.temperature, false);
  Rows rows{feed->data_json(),
            feed->headline(),
            predictor.predict(chosen, profiling),
            model.loaded.notes.class_names,
            {},
            predictor.monte_carlo_seconds()};
  rows.classes = argmax(rows.piece.best());
  note_piece(rows.piece, file.mc, notes);
  note_unused_seed(model.loaded.model, file.mc, common, notes);
  notes.say();
  if (common.json || file.format == "json") {
    print_json(document(rows, arguments, common, profiling, notes));
    return common.json ? void() : profiling.show(std::cerr);
  }
  if (file.format == "csv") {
    print_csv(std::cout, rows);
    return profiling.show(std::cerr);  // a table among the values would spoil them
  }
  std::cout << rows.headline << text_table(rows);
  profiling.show(std::cout);
}

void predict(const PredictArguments& arguments, const Common& common) {
  require_sense(arguments.file, common);
  return arguments.file.feed.file.empty() ? predict_set(arguments, common)
                                          : predict_file(arguments.file, common);
}

// Some options speak of a file's rows, others of the data set's; the wrong ones would do nothing.
void require_fitting_options(const CLI::App& command, const PredictArguments& arguments) {
  const bool has_file = !arguments.file.feed.file.empty();
  const auto refuse = [&](const char* option, const char* rule) {
    if (is_given(command, option))
      refuse_usage("predict", std::string(option) + " " + rule, "See \"regulus predict --help\".");
  };
  if (has_file) refuse("--rows", "goes without DATA only");
  if (!has_file)
    for (const char* option : {"--output", "--force"}) refuse(option, "needs DATA, a file of rows");
  require_fitting(command, arguments.file.feed);
  require_samples(command, arguments.file.mc);
}

}  // namespace

void add_predict(CLI::App& app, Context& context) {
  static constexpr std::string_view kFormats[] = {"text", "csv", "json"};
  const auto arguments = std::make_shared<PredictArguments>();
  CLI::App& command =
      add_command(app, "predict", "Say what a trained model sees in the rows of a file.", kPredictExamples);
  PredictFile& file = arguments->file;
  add_model(command, file.model);
  add_feed(command, file.feed);
  add_text(command, "-o,--output", file.output, {"FILE", "predictions: .csv, .json or .npz", "shown"});
  add_flag(command, "--force", file.force, "replace a file that exists");
  add_range(command, "--rows", arguments->begin, arguments->end,
            {"A:B", "without DATA: rows A to B - 1; \":\" means all", "0:10"});
  add_choice(command, "--format", file.format, kFormats, {"KIND", "text, csv or json", "text"});
  add_monte_carlo(command, file.mc, {0, 1'000'000});
  add_common(command, context.common);
  when_parsed(command, [&context, arguments, &command] {
    require_fitting_options(command, *arguments);
    arguments->file.format_given = is_given(command, "--format");
    context.action = [=, &context] { predict(*arguments, context.common); };
  });
}

}  // namespace regulus::cli
