// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/errors.h"
#include "cli/feed.h"
#include "cli/model.h"
#include "cli/output.h"
#include "cli/process.h"
#include "cli/profile.h"
#include "cli/progress_line.h"
#include "cli/scoring.h"
#include "regulus/runtime/isa.h"
#include "regulus/runtime/team.h"

namespace regulus::cli {
namespace {

constexpr const char* kEvaluateExamples =
    "regulus evaluate model.safetensors --mc 100\n"
    "regulus evaluate model.safetensors rows.csv --labels label\n"
    "regulus evaluate model.safetensors --mc 1000 --masks shared --json";

struct EvaluateArguments {
  std::string path;
  FeedOptions feed;
  MonteCarlo mc;
};

/// A run over all rows.
class Evaluation {
 public:
  Evaluation(const EvaluateArguments& arguments, const Common& common)
      : arguments_(arguments),
        common_(common),
        notes_(common),
        model_(open_model(arguments.path, true, notes_)),
        feed_(open_feed(arguments.feed, model_, common, notes_, "evaluate")),
        profiling_(common) {}

  void operator()() {
    if (!feed_->has_labels())
      refuse_usage("evaluate", short_path(arguments_.feed.file) + " has no labels to compare with",
                   "Give --labels: a file, or a column's name or number.");
    if (!model_.meaning.doubt.empty()) notes_.add(model_.meaning.doubt);
    note_unused_seed(model_.loaded.model, arguments_.mc, common_, notes_);
    Scoring scoring(model_, arguments_.mc);
    PiecePredictor predictor(model_.loaded.model, arguments_.mc, model_.loaded.notes.temperature, false);
    run(predictor, scoring);
    if (common_.json) return print_json(document(scoring));
    std::cout << feed_->headline() << loss_line(scoring) << '\n' << scoring.table(note());
    profiling_.show(std::cout);
  }

 private:
  void run(PiecePredictor& predictor, Scoring& scoring) {
    ProgressLine progress(common_, "evaluate");
    const FinishFirst finish_first;
    for (;;) {
      const Dataset rows = feed_->next(predictor.rows_at_once(feed_->row_shape()));
      if (rows.num_rows() == 0) return;
      const Piece piece = predictor.predict(rows, profiling_);
      note_piece(piece, arguments_.mc, notes_);
      scoring.add(piece, rows);
      notes_.say();
      seconds_ = predictor.monte_carlo_seconds();
      progress.show(scoring.rows(), feed_->num_rows());
      throw_if_interrupted("Nothing was to be saved.");
      rows_ = scoring.rows();
    }
  }

  std::string note() const { return passes_note(arguments_.mc.samples * rows_, seconds_); }

  static std::string loss_line(const Scoring& scoring) {
    std::string line;
    const auto scores = scoring.plain();
    if (const auto loss = scoring.loss()) line = "loss: " + fixed(*loss, 4);
    if (scoring.penalty() > 0 && scoring.loss()) line += " (penalties: " + fixed(scoring.penalty(), 4) + ')';
    if (scores.front().first == "accuracy")
      line += (line.empty() ? "accuracy: " : "  accuracy: ") + fixed(scores.front().second, 4);
    return line.empty() ? line : line + '\n';
  }

  Value document(const Scoring& scoring) const {
    const auto loss = scoring.loss();
    Value::Dict out = {{"data", feed_->data_json()},
                       {"rows", scoring.rows()},
                       {"seed", common_.seed},
                       {"threads", runtime::num_threads()},
                       {"isa", std::string(name(runtime::active_isa()))},
                       {"loss", loss ? Value(*loss) : Value()}};
    if (scoring.penalty() > 0) out.emplace_back("penalty", scoring.penalty());
    const auto append = [](Value::Dict& to, Value::Dict from) {
      for (auto& member : from) to.push_back(std::move(member));
    };
    append(out, scores_json(scoring.plain()));
    Value mc;
    if (arguments_.mc.samples > 0) {
      Value::Dict samples = mc_json(arguments_.mc, seconds_);
      append(samples, scores_json(scoring.monte_carlo()));
      mc = std::move(samples);
    }
    out.emplace_back("mc", std::move(mc));
    out.emplace_back("weights_sha256", model_.loaded.model.weights_sha256());
    profiling_.add_to(out);
    notes_.add_to(out);
    return out;
  }

  const EvaluateArguments& arguments_;
  const Common& common_;
  Notes notes_;
  OpenedModel model_;
  std::unique_ptr<Feed> feed_;
  Profiling profiling_;
  std::int64_t rows_ = 0;
  double seconds_ = 0;
};

void evaluate(const EvaluateArguments& arguments, const Common& common) {
  set_random_seed(static_cast<std::uint64_t>(common.seed));
  Evaluation run(arguments, common);
  run();
}

}  // namespace

void add_evaluate(CLI::App& app, Context& context) {
  const auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App& command =
      add_command(app, "evaluate", "Measure a trained model on rows with labels.", kEvaluateExamples);
  add_model(command, arguments->path);
  add_feed(command, arguments->feed);
  add_monte_carlo(command, arguments->mc, {0, 1'000'000});
  add_common(command, context.common);
  when_parsed(command, [&context, arguments, &command] {
    require_fitting(command, arguments->feed);
    require_samples(command, arguments->mc);
    if (arguments->feed.rows.labels == "none")
      refuse_usage("evaluate", "--labels none leaves nothing to compare with");
    context.action = [=, &context] { evaluate(*arguments, context.common); };
  });
}

}  // namespace regulus::cli
