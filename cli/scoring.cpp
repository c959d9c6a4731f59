// SPDX-License-Identifier: Apache-2.0
#include "cli/scoring.h"

#include <algorithm>
#include <string_view>

namespace regulus::cli {
namespace {

std::optional<Loss> loss_of(const OpenedModel& model) {
  const bool logits = model.meaning.logits;
  switch (model.meaning.outputs) {
    case Outputs::kClasses:
      return losses::SparseCategoricalCrossentropy({.from_logits = logits});
    case Outputs::kBinary:
      return losses::BinaryCrossentropy({.from_logits = logits});
    case Outputs::kNumbers:
    case Outputs::kLabels:
      return model.loss;
    default:
      return std::nullopt;
  }
}

// Some member of the layer's config that is not null, of those whose names end so.
bool has_regularizer(const Layer& layer, std::string_view ending) {
  const Value config = layer.config();
  return std::any_of(config.as_dict().begin(), config.as_dict().end(), [&](const auto& member) {
    return member.first.ends_with(ending) && !member.second.is_null();
  });
}

}  // namespace

Scoring::Scoring(OpenedModel& model, const MonteCarlo& mc)
    : model_(model), options_(mc), plain_(model.meaning, model.loss), mc_(model.meaning, model.loss) {
  const std::optional<Loss> loss = loss_of(model);
  bool always_on = false;
  for (const LayerPtr& layer : model.loaded.model.layers()) {
    const bool activity = layer->class_name() == std::string_view("ActivityRegularization") ||
                          has_regularizer(*layer, "activity_regularizer");
    penalty_of_rows_ = penalty_of_rows_ || activity;
    has_penalty_ = has_penalty_ || activity || has_regularizer(*layer, "_regularizer");
    always_on = always_on || layer->always_on();
  }
  if (!loss) return;
  model.loaded.model.compile({.optimizer = "sgd", .loss = loss, .metrics = {}});
  compiled_ = true;
  exact_ = model.meaning.has_classes() && !always_on && !model.loaded.notes.temperature;
}

void Scoring::add(const Piece& piece, const Dataset& rows) {
  Sequential& model = model_.loaded.model;
  Grades::Exact exact;
  if (exact_) exact = [&](std::int64_t row) { return model.evaluate(rows.slice(row, row + 1))["data_loss"]; };
  plain_.add(piece.prediction, rows, exact);
  if (piece.has_samples()) mc_.add(piece.mean, rows);
  if (compiled_ && has_penalty_) add_penalty(rows);
}

void Scoring::add_penalty(const Dataset& rows) {
  if (!penalty_of_rows_ && penalty_sum_ > 0) return;
  const Dataset asked = penalty_of_rows_ ? rows : rows.slice(0, 1);
  const double penalty = model_.loaded.model.evaluate(asked)["penalty"];
  penalty_sum_ += penalty_of_rows_ ? penalty * static_cast<double>(rows.num_rows()) : penalty;
}

double Scoring::penalty() const {
  if (rows() == 0) return 0;
  return penalty_of_rows_ ? penalty_sum_ / static_cast<double>(rows()) : penalty_sum_;
}

std::optional<double> Scoring::loss() const {
  const std::optional<double> loss = plain_.loss();
  return loss ? std::optional(*loss + penalty()) : std::nullopt;
}

std::string Scoring::table(const std::string& note) const {
  std::vector<ScoreLine> lines = {{"predict", plain(), ""}};
  if (mc_.rows() > 0) lines.push_back({mc_name(options_), monte_carlo(), note});
  return scores_table(lines);
}

}  // namespace regulus::cli
