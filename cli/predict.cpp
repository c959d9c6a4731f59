// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>

#include "cli/errors.h"
#include "cli/model.h"
#include "cli/output.h"
#include "cli/predict_file.h"
#include "cli/profile.h"
#include "cli/saved_model.h"
#include "regulus/base/json.h"
#include "regulus/base/names.h"

namespace regulus::cli {
namespace {

constexpr const char* kExamples =
    "regulus predict model.keras t10k-images-idx3-ubyte.gz --mc 100\n"
    "regulus predict model.keras rows.csv --labels label -o out.npz\n"
    "regulus predict model.keras --rows 0:5 --mc 100 --format csv";

struct PredictArguments {
  std::string path;
  DataOptions data;
  PredictFile file;  // its model, format and mc are those below
  MonteCarlo mc;
  std::int64_t begin = 0;
  std::int64_t end = 10;
  std::string format = "text";
};

/// The rows that were asked for and what the model says of them.
struct Rows {
  Dataset data;
  std::int64_t first = 0;
  Prediction prediction;
  std::vector<std::int32_t> classes;

  std::int64_t count() const { return data.num_rows(); }
  bool has_std() const { return prediction.std.size() > 0; }
  const std::string& class_name(std::int32_t label) const {
    return data.info().class_names[static_cast<std::size_t>(label)];
  }
  double value(const Tensor& x, std::int64_t row) const {
    return x.at({row, classes[static_cast<std::size_t>(row)]});
  }
};

void print_text(std::ostream& out, const Rows& rows) {
  out << "   row  class        probability" << (rows.has_std() ? "     std" : "") << "  label\n";
  for (std::int64_t r = 0; r < rows.count(); ++r) {
    const auto i = static_cast<std::size_t>(r);
    out << right(std::to_string(rows.first + r), 6) << "  " << left(rows.class_name(rows.classes[i]), 11)
        << right(fixed(rows.value(rows.prediction.mean, r), 4), 13);
    if (rows.has_std()) out << right(fixed(rows.value(rows.prediction.std, r), 4), 8);
    out << "  " << rows.class_name(rows.data.labels()[i]) << '\n';
  }
}

void print_csv(std::ostream& out, const Rows& rows) {
  out << "row,class,class_name,probability" << (rows.has_std() ? ",std" : "") << ",label\n";
  for (std::int64_t r = 0; r < rows.count(); ++r) {
    const auto i = static_cast<std::size_t>(r);
    out << rows.first + r << ',' << rows.classes[i] << ',' << rows.class_name(rows.classes[i]) << ','
        << to_json(rows.value(rows.prediction.mean, r));
    if (rows.has_std()) out << ',' << to_json(rows.value(rows.prediction.std, r));
    out << ',' << rows.data.labels()[i] << '\n';
  }
}

Value row_of(const Tensor& x, std::int64_t row) {
  const std::int64_t classes = x.shape().back();
  Value::List values;
  for (std::int64_t k = 0; k < classes; ++k) values.emplace_back(double{x.at({row, k})});
  return values;
}

Value document(const Rows& rows, const PredictArguments& arguments, const Common& common,
               const Profiling& profiling) {
  Value::List list;
  for (std::int64_t r = 0; r < rows.count(); ++r) {
    const auto i = static_cast<std::size_t>(r);
    Value::Dict row = {{"row", rows.first + r},
                       {"class", rows.classes[i]},
                       {"class_name", rows.class_name(rows.classes[i])},
                       {"label", rows.data.labels()[i]},
                       {"probabilities", row_of(rows.prediction.mean, r)}};
    if (rows.has_std()) row.emplace_back("std", row_of(rows.prediction.std, r));
    list.emplace_back(std::move(row));
  }
  Value::Dict document = {
      {"data", data_json(rows.data)},
      {"seed", common.seed},
      {"mc", rows.has_std() ? Value(mc_json(arguments.mc, rows.prediction.seconds)) : Value()},
      {"rows", std::move(list)}};
  profiling.add_to(document);
  return document;
}

Dataset chosen_rows(const Dataset& test, const PredictArguments& arguments) {
  if (arguments.begin >= test.num_rows())
    throw usage_error("predict", {.where = "",
                                  .what = "--rows begins after the last row",
                                  .expected = "at most " + std::to_string(test.num_rows() - 1),
                                  .found = std::to_string(arguments.begin),
                                  .fix = ""});
  return test.slice(arguments.begin, std::min(arguments.end, test.num_rows()));
}

void predict(const PredictArguments& arguments, const Common& common) {
  if (!arguments.file.data.empty()) {
    PredictFile file = arguments.file;
    file.model = arguments.path;
    file.format = arguments.format;
    file.mc = arguments.mc;
    return predict_file(file, common);
  }
  set_random_seed(static_cast<std::uint64_t>(common.seed));
  const SavedModel saved = load_saved(arguments.path);
  const Dataset test = load_test(saved, arguments.data, common);
  Rows rows{chosen_rows(test, arguments), arguments.begin, {}, {}};
  const Dataset scaled = saved.scaling(rows.data);
  Profiling profiling(common);
  const bool monte_carlo = arguments.mc.samples > 0;
  rows.prediction = monte_carlo ? predict_mc(saved.model, scaled, arguments.mc, profiling.report())
                                : cli::predict(saved.model, scaled, profiling.report());
  profiling.keep(monte_carlo ? mc_name(arguments.mc) : "predict");
  rows.classes = argmax(rows.prediction.mean);
  if (common.json || arguments.format == "json")
    return print_json(document(rows, arguments, common, profiling));
  if (arguments.format == "csv") {
    print_csv(std::cout, rows);
    return profiling.show(std::cerr);  // a table among the values would spoil them
  }
  std::cout << describe_test(test);
  print_text(std::cout, rows);
  profiling.show(std::cout);
}

// Some options speak of a file's rows, others of the data set's; the wrong ones would do nothing.
void require_fitting_options(const CLI::App& command, bool has_file) {
  const auto refuse = [&](const char* option, const char* rule) {
    if (command.count(option) == 0) return;
    throw usage_error("predict", {.where = "",
                                  .what = std::string(option) + " " + rule,
                                  .expected = "",
                                  .found = "",
                                  .fix = "See \"regulus predict --help\"."});
  };
  if (has_file)
    for (const char* option : {"--rows", "--data-set", "--data"}) refuse(option, "goes without DATA only");
  if (has_file) return;
  for (const char* option : {"--output", "--force", "--normalization"})
    refuse(option, "needs DATA, a file of rows");
  for (const char* option : row_option_names()) refuse(option, "needs DATA, a file of rows");
}

}  // namespace

void add_predict(CLI::App& app, Context& context) {
  static constexpr std::string_view kFormats[] = {"text", "csv", "json"};
  const auto arguments = std::make_shared<PredictArguments>();
  CLI::App* command = app.add_subcommand("predict", "Say what a trained model sees in the rows of a file.");
  command->footer(kExamples);
  add_model(*command, arguments->path);
  PredictFile& file = arguments->file;
  add_text(*command, "DATA", file.data,
           {"DATA", "IDX, NPY, NPZ or a table, also .gz", "the model's test rows"});
  add_text(*command, "-o,--output", file.output, {"FILE", "predictions: .csv, .json or .npz", "shown"});
  add_flag(*command, "--force", file.force, "replace a file that exists");
  add_row_options(*command, file.rows);
  add_text(*command, "--normalization", file.normalization, {"FILE", "scaling of the rows", "the model's"})
      ->group(kDataGroup);
  add_range(*command, "--rows", arguments->begin, arguments->end,
            {"A:B", "without DATA: rows A to B - 1; \":\" means all", "0:10"});
  add_choice(*command, "--format", arguments->format, kFormats, {"KIND", "text, csv or json", "text"});
  add_monte_carlo(*command, arguments->mc, {0, 1'000'000});
  add_data_set(*command, arguments->data, "the model's");
  add_data(*command, arguments->data);
  add_common(*command, context.common);
  command->callback([&context, arguments, command] {
    require_fitting_options(*command, !arguments->file.data.empty());
    context.action = [=, &context] { predict(*arguments, context.common); };
  });
}

}  // namespace regulus::cli
