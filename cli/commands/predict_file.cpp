// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/predict_file.h"

#include <algorithm>
#include <iostream>
#include <optional>

#include "cli/errors.h"
#include "cli/output.h"
#include "cli/piece.h"
#include "cli/piece_writer.h"
#include "cli/process.h"
#include "cli/progress_line.h"
#include "cli/scoring.h"
#include "cli/written_file.h"
#include "regulus/base/file.h"
#include "regulus/base/names.h"

namespace regulus::cli {
namespace {

constexpr std::string_view kKinds[] = {"csv", "json", "npz"};

// What the output's name says: "csv", "json" or "npz", or nothing.
std::string ending_of(const std::string& path) {
  for (const std::string_view kind : kKinds)
    if (path.ends_with("." + std::string(kind))) return std::string(kind);
  return "";
}

std::string output_kind(const PredictFile& arguments) {
  const std::string ending = ending_of(arguments.output);
  return ending.empty() ? arguments.format : ending;
}

// Where a document goes: a file that appears when it is complete, or standard output.
struct Target {
  std::unique_ptr<FileWriter> file;

  explicit Target(const std::string& path) {
    if (!path.empty()) written([&] { file = std::make_unique<FileWriter>(path); });
  }
  TextSink text() {
    if (!file) return [](const std::string& piece) { std::cout << piece; };
    return [this](const std::string& piece) { written([&] { file->write(piece); }); };
  }
  void finish() {
    if (file) written([&] { file->finish(); });
  }
};

std::unique_ptr<PieceWriter> make_writer(const std::string& kind, Target& target, const PieceNames& names) {
  if (kind == "csv") return csv_writer(target.text(), names);
  if (kind == "json") return json_writer(target.text(), names);
  if (kind == "npz")
    return npz_writer(
        [&target](const std::vector<std::uint8_t>& bytes) { written([&] { target.file->write(bytes); }); });
  return table_writer(std::cout, names);
}

class Run {
 public:
  Run(const PredictFile& arguments, const Common& common)
      : arguments_(arguments),
        common_(common),
        notes_(common),
        model_(open_model(arguments.model, arguments.feed.rows.labels != "none", notes_)),
        feed_(open_feed(arguments.feed, model_, common, notes_, "predict")),
        profiling_(common),
        names_{gives_classes(model_.loaded.model), model_.loaded.notes.class_names} {
    if (feed_->has_labels()) {
      scoring_.emplace(model_, arguments.mc);
      if (!model_.meaning.doubt.empty()) notes_.add(model_.meaning.doubt);
    }
    note_unused_seed(model_.loaded.model, arguments.mc, common, notes_);
  }

  void operator()() {
    const bool to_file = !arguments_.output.empty();
    const std::string kind = to_file ? output_kind(arguments_) : common_.json ? "json" : arguments_.format;
    talks_ = (to_file || kind == "text") && !common_.json;
    Target target(arguments_.output);
    const auto writer = make_writer(kind, target, names_);
    try {
      predict_all(*writer);
      writer->finish(summary());
    } catch (const std::exception& error) {
      const Failure failure = failure_of(error);
      // What stands on standard output already becomes one whole document.
      if (to_file || !writer->fail(error_json(failure)) || !common_.json) throw;
      throw Answered(failure.exit_code);
    }
    target.finish();
    if (to_file && common_.json) return print_json(summary());
    if (talks_ && scores()) std::cout << '\n' << scoring_->table();
    if (talks_ && to_file)
      std::cout << "wrote " << short_path(arguments_.output) << " (" << with_commas(rows_) << " rows)\n";
    profiling_.show(talks_ ? std::cout : std::cerr);  // a table among the values would spoil them
  }

 private:
  void predict_all(PieceWriter& writer) {
    PiecePredictor predictor(model_.loaded.model, arguments_.mc, model_.loaded.notes.temperature, true);
    ProgressLine progress(common_, "predict");
    const FinishFirst finish_first;
    for (;;) {
      const Dataset rows = feed_->next(predictor.rows_at_once(feed_->row_shape()));
      if (rows.num_rows() == 0) break;
      const Piece piece = predictor.predict(rows, profiling_);
      note_piece(piece, arguments_.mc, notes_);
      score(piece, rows);
      notes_.say();
      if (rows_ == 0 && talks_) std::cout << feed_->headline();
      writer.add(piece);
      rows_ += piece.rows();
      progress.show(rows_, feed_->num_rows());
      throw_if_interrupted("Nothing was saved.");
    }
  }

  // Labels that nobody asked for never stop a prediction.
  void score(const Piece& piece, const Dataset& rows) {
    if (!scoring_) return;
    try {
      scoring_->add(piece, rows);
    } catch (const Error& error) {
      if (feed_->labels_asked_for()) throw;
      notes_.add(std::string("the labels beside the rows are not used: ") + error.what());
      scoring_.reset();
    }
  }

  bool scores() const { return scoring_ && scoring_->rows() > 0; }

  Value summary() const {
    Value::Dict document = {{"model", arguments_.model}, {"data", arguments_.feed.file}, {"num_rows", rows_}};
    if (scores()) document.emplace_back("scores", scores_json(scoring_->plain()));
    if (arguments_.mc.samples > 0) {
      Value::Dict mc = {{"samples", arguments_.mc.samples}, {"masks", arguments_.mc.masks}};
      if (scores()) mc.emplace_back("scores", scores_json(scoring_->monte_carlo()));
      document.emplace_back("mc", std::move(mc));
    }
    profiling_.add_to(document);
    notes_.add_to(document);
    return document;
  }

  const PredictFile& arguments_;
  const Common& common_;
  Notes notes_;
  OpenedModel model_;
  std::unique_ptr<Feed> feed_;
  Profiling profiling_;
  PieceNames names_;
  std::optional<Scoring> scoring_;
  std::int64_t rows_ = 0;
  bool talks_ = false;
};

}  // namespace

void require_sense(const PredictFile& arguments, const Common& common) {
  const std::string& format = arguments.format;
  if (arguments.output.empty()) {
    if (arguments.force) refuse_usage("predict", "--force needs --output");
    if (common.json && arguments.format_given && format != "json")
      refuse_usage("predict", "--json and --format " + format + " contradict each other");
    return;
  }
  const std::string ending = ending_of(arguments.output);
  if (arguments.format_given && !ending.empty() && ending != format)
    refuse_usage("predict", "--format " + format + " contradicts the ending of --output",
                 "Leave --format out.", arguments.output);
  if (ending.empty() && (!arguments.format_given || format == "text"))
    refuse_usage("predict", "--output must end in .csv, .json or .npz", "", arguments.output);
}

void predict_file(const PredictFile& arguments, const Common& common) {
  if (!arguments.output.empty()) {
    const std::string read[] = {arguments.feed.file, arguments.model, arguments.feed.rows.labels,
                                arguments.feed.scaling.normalization};
    require_not_read("predict", arguments.output, read);
    require_new(arguments.output, arguments.force);
  }
  set_random_seed(static_cast<std::uint64_t>(common.seed));
  Run run(arguments, common);
  run();
}

}  // namespace regulus::cli
