// SPDX-License-Identifier: Apache-2.0
#include "cli/predict_file.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <optional>

#include "cli/errors.h"
#include "cli/model.h"
#include "cli/output.h"
#include "cli/piece.h"
#include "cli/piece_writer.h"
#include "cli/process.h"
#include "cli/saved_model.h"
#include "cli/scores.h"
#include "regulus/base/file.h"
#include "regulus/base/names.h"
#include "regulus/data/row_reader.h"
#include "regulus/runtime/terminal.h"
#include "regulus/saving/model_file.h"
#include "regulus/train/temperature.h"

namespace regulus::cli {
namespace {

[[noreturn]] void refuse(std::string what, std::string found = "", std::string fix = "") {
  throw usage_error("predict", {.where = "",
                                .what = std::move(what),
                                .expected = "",
                                .found = std::move(found),
                                .fix = std::move(fix)});
}

// "csv", "json" or "npz"; of a name that says none, an error before anything is read.
std::string output_kind(const std::string& path) {
  for (const char* kind : {"csv", "json", "npz"})
    if (path.ends_with(std::string(".") + kind)) return kind;
  refuse("--output must end in .csv, .json or .npz", path);
}

void require_output(const PredictFile& arguments) {
  if (arguments.output.empty()) return;
  output_kind(arguments.output);
  std::error_code ignored;
  for (const std::string& input : {arguments.data, arguments.model})
    if (std::filesystem::equivalent(input, arguments.output, ignored))
      refuse("--output is one of the files that are read", arguments.output, "Name another file.");
  require_new(arguments.output, arguments.force);
}

// Rows scaled as the model wants them.
class Fitting {
 public:
  Fitting(const LoadedModel& loaded, const PredictFile& arguments) : model_(loaded.model) {
    if (!arguments.normalization.empty())
      normalization_ = Normalization::load(arguments.normalization);
    else
      normalization_ = loaded.notes.normalization;
  }
  Dataset operator()(const Dataset& rows) const { return normalization_ ? (*normalization_)(rows) : rows; }
  // What a person should know of pixels that nobody scales.
  std::string notice(const Dataset& first) const {
    const std::string_view layer = model_.layers().front()->class_name();
    const bool scaled = normalization_.has_value() || layer == "Rescaling" || layer == "Normalization";
    if (scaled || first.view().bytes == nullptr) return "";
    return "the model file holds no scaling of its inputs: bytes go in as 0 to 255. If it was trained on "
           "scaled ones, give --normalization FILE.";
  }

 private:
  const Sequential& model_;
  std::optional<Normalization> normalization_;
};

// "predict 12,000 of 60,000 rows" on a terminal's standard error.
class ProgressLine {
 public:
  explicit ProgressLine(const Common& common)
      : shown_(!common.quiet && runtime::is_terminal(STDERR_FILENO)) {}
  ~ProgressLine() {
    if (drawn_) std::cerr << "\r\x1b[K" << std::flush;
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(std::int64_t rows, std::optional<std::int64_t> of) {
    if (!shown_) return;
    drawn_ = true;
    std::cerr << "\rpredict " << with_commas(rows) << (of ? " of " + with_commas(*of) : std::string())
              << " rows" << std::flush;
  }

 private:
  bool shown_;
  bool drawn_ = false;
};

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
      : arguments_(arguments), common_(common), loaded_(load_model(arguments.model, {.compile = false})) {
    names_ = {is_classifier(loaded_.model), loaded_.notes.class_names};
    for (const std::string& notice : loaded_.notices) note(notice);
  }

  void operator()() {
    const bool to_file = !arguments_.output.empty();
    const std::string kind = to_file        ? output_kind(arguments_.output)
                             : common_.json ? "json"
                                            : arguments_.format;
    const bool talks = to_file || kind == "text";
    talks_ = talks && !common_.json;
    Target target(arguments_.output);
    const auto writer = make_writer(kind, target, names_);
    predict_all(*writer);
    writer->finish(summary());
    target.finish();
    if (to_file && common_.json) return print_json(summary());
    if (talks) std::cout << scores_text();
    if (to_file) std::cout << "wrote " << arguments_.output << " (" << with_commas(rows_) << " rows)\n";
  }

 private:
  void note(const std::string& text) const {
    if (!common_.quiet) std::cerr << "regulus: note: " << text << '\n';
  }

  std::string headline(const RowReader& reader) const {
    const std::string& labels = reader.labels_from();
    return short_path(arguments_.data) + (labels.empty() ? "" : ", labels from " + short_path(labels)) + '\n';
  }

  // What the model asks of the rows.
  RowReaderOptions row_options() const {
    RowReaderOptions options = reader_options(arguments_.rows);
    const Sequential& model = loaded_.model;
    options.row_lengths = model.input_shape().dims();
    if (options.class_names.empty()) options.class_names = loaded_.notes.class_names;
    options.column_names = loaded_.notes.column_names;
    options.label_kind = names_.classifier ? LabelKind::kClasses : LabelKind::kNumbers;
    if (names_.classifier) options.num_classes = model.output_shape().size();
    return options;
  }

  void note_all(RowReader& reader) const {
    for (const std::string& sentence : reader.take_notes())
      note(short_path(arguments_.data) + ": " + sentence);
  }

  void predict_all(PieceWriter& writer) {
    const auto reader = open_rows(arguments_.data, row_options());
    const Fitting fitting(loaded_, arguments_);
    const PiecePredictor predictor(loaded_.model, arguments_.mc, loaded_.notes.temperature);
    ProgressLine progress(common_);
    const FinishFirst finish_first;
    for (;;) {
      const Dataset rows = reader->next(predictor.rows_at_once());
      if (rows.num_rows() == 0) break;
      const Piece piece = predictor.predict(fitting(rows));
      if (rows_ == 0) begin(*reader, fitting.notice(rows));
      add_scores(piece);
      writer.add(piece);
      rows_ += piece.rows();
      progress.show(rows_, reader->num_rows());
      throw_if_interrupted("Nothing was saved.");
    }
    note_all(*reader);
  }

  // Once something is known to come.
  void begin(RowReader& reader, const std::string& notice) {
    note_all(reader);
    if (!notice.empty()) note(notice);
    if (talks_) std::cout << headline(reader);
  }

  void add_scores(const Piece& piece) {
    if (!names_.classifier || piece.labels.empty()) return;
    plain_.add(piece.prediction, piece.labels);
    if (piece.has_samples()) mc_.add(piece.mean, piece.labels);
  }

  std::string scores_text() const {
    if (plain_.rows() == 0) return "";
    std::string text = '\n' + scores_header() + scores_line("predict", plain_.scores());
    if (mc_.rows() > 0) text += scores_line(mc_name(arguments_.mc), mc_.scores());
    return text;
  }

  Value summary() const {
    Value::Dict document = {{"model", arguments_.model}, {"data", arguments_.data}, {"num_rows", rows_}};
    if (plain_.rows() > 0) document.emplace_back("scores", scores_json(plain_.scores()));
    if (arguments_.mc.samples > 0) {
      Value::Dict mc = {{"samples", arguments_.mc.samples}, {"masks", arguments_.mc.masks}};
      if (mc_.rows() > 0) mc.emplace_back("scores", scores_json(mc_.scores()));
      document.emplace_back("mc", std::move(mc));
    }
    return document;
  }

  const PredictFile& arguments_;
  const Common& common_;
  LoadedModel loaded_;
  PieceNames names_;
  ScoreSums plain_;
  ScoreSums mc_;
  std::int64_t rows_ = 0;
  bool talks_ = false;
};

}  // namespace

void predict_file(const PredictFile& arguments, const Common& common) {
  require_output(arguments);
  set_random_seed(static_cast<std::uint64_t>(common.seed));
  Run run(arguments, common);
  run();
}

}  // namespace regulus::cli
