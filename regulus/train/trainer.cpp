// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/plan/pass/finite.h"
#include "regulus/random/sequence.h"
#include "regulus/train/diagnose.h"
#include "regulus/train/rows.h"

namespace regulus {
namespace {

using plan::Mode;

[[noreturn]] void throw_targets(const char* what, const std::string& problem, const std::string& fix) {
  throw DataError({.where = what, .what = problem, .fix = fix});
}

void check_labels(const char* what, std::span<const std::int32_t> labels, std::int64_t units) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] >= units)
      throw DataError({.where = what,
                       .what = "the label of row " + std::to_string(i) + " is out of range",
                       .expected = "0 to " + std::to_string(units - 1) + ", for " + std::to_string(units) +
                                   " outputs of the model",
                       .found = std::to_string(labels[i]),
                       .fix = "Give the last layer more units, or mend the labels."});
}

// Keras's rule: the place of the largest target; of a single one its value, rounded halves to even.
int class_of_row(const Dataset& data, std::size_t row) {
  if (data.has_labels()) return data.labels()[row];
  const auto width = static_cast<std::size_t>(data.target_units());
  const std::span<const float> y = data.targets().subspan(row * width, width);
  if (width != 1) return static_cast<int>(std::max_element(y.begin(), y.end()) - y.begin());
  const bool fits = std::fabs(y[0]) < 1e9f;  // nothing else is a class
  return fits ? static_cast<int>(std::nearbyint(y[0])) : -1;
}

// One weight a row from the user's two ways to say it.
std::vector<float> row_weights(const char* what, const Dataset& data, const std::vector<float>& sample_weight,
                               const std::map<int, double>& class_weight) {
  const auto rows = static_cast<std::size_t>(data.num_rows());
  if (!sample_weight.empty() && sample_weight.size() != rows)
    throw ShapeError({.where = what,
                      .what = "sample_weight must have one entry a row",
                      .expected = std::to_string(rows),
                      .found = std::to_string(sample_weight.size())});
  if (class_weight.empty()) return sample_weight;
  if (!data.has_labels() && !data.has_targets())
    throw_targets(what, "class_weight needs labels or targets", "Make the data with one of them.");
  std::vector<float> weights = sample_weight.empty() ? std::vector<float>(rows, 1.0f) : sample_weight;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto it = class_weight.find(class_of_row(data, i));
    if (it != class_weight.end()) weights[i] *= static_cast<float>(it->second);
  }
  return weights;
}

// A loss of one's own takes what there is; the metrics beside it are not so patient.
void check_own(const char* what, const ModelState& model, const Dataset& data, std::int64_t units) {
  if (!data.has_labels() && !data.has_targets())
    throw_targets(what, "the data has no targets", "Make it with labels or targets.");
  for (const Metric& metric : model.metrics) {
    if (metric.is_own()) continue;
    if (data.has_targets() && data.target_units() != units)
      throw_targets(what, "the metric " + metric.name() + " needs as many targets as outputs",
                    "Leave it out, or use metrics::Function.");
    if (!data.has_labels() || units == 1) continue;
    if (metric.class_name() != "accuracy")
      throw_targets(what, "the metric " + metric.name() + " cannot follow a loss of one's own",
                    "Use \"accuracy\", or metrics::Function.");
    check_labels(what, data.labels(), units);
  }
}

plan::PlanOptions training_options(const ModelState& model, std::int64_t max_rows) {
  const Optimizer& optimizer = **model.optimizer;
  const OptimizerOptions& o = optimizer.options();
  return {
      .mode = Mode::kTrain,
      .max_rows = max_rows,
      .loss = model.loss->spec(),
      .update = plan::UpdateSpec{optimizer.rule(), optimizer.num_slots(), o.clipnorm || o.global_clipnorm}};
}

}  // namespace

TrainingData::TrainingData(const char* what, const ModelState& model, const Dataset& data,
                           const std::vector<float>& sample_weight, const std::map<int, double>& class_weight)
    : data_(data), sample_weight_(row_weights(what, data, sample_weight, class_weight)) {
  model.require_fits(what, data);
  if (data.num_rows() == 0) throw_targets(what, "the data has no rows", "");
  const Shape output = model.shapes_for(what, data.row_shape()).back();
  if (output.rank() != 1)
    throw ShapeError({.where = what,
                      .what = "the model's output rows must have rank 1",
                      .found = to_batch_string(output),
                      .fix = "Add a Flatten layer."});
  const std::int64_t units = output[0];
  if (model.loss->is_own()) {
    check_own(what, model, data, units);
  } else if (model.loss->takes_labels()) {
    if (!data.has_labels())
      throw_targets(what, "the loss " + model.loss->class_name() + " needs integer labels",
                    data.has_targets() ? "Use CategoricalCrossentropy for arrays." : "Give the data labels.");
    check_labels(what, data.labels(), units);
  } else if (data.has_labels() && units == 1) {
    targets_.assign(data.labels().begin(), data.labels().end());
  } else if (data.has_labels()) {
    throw_targets(what, "the loss " + model.loss->class_name() + " needs an array of targets, not labels",
                  "For classes use SparseCategoricalCrossentropy.");
  } else if (!data.has_targets()) {
    throw_targets(what, "the data has no targets", "Make it with labels or targets.");
  } else if (data.target_units() != units) {
    throw ShapeError({.where = what,
                      .what = "the targets do not fit the model's output",
                      .expected = std::to_string(units) + " a row",
                      .found = std::to_string(data.target_units())});
  }
}

void TrainingData::attach_to(plan::Batch& batch) const {
  attach(batch, data_);
  if (!targets_.empty()) {
    batch.labels = nullptr;
    batch.targets = targets_.data();
  }
  batch.target_units = batch.targets ? std::max<std::int64_t>(data_.target_units(), 1) : 0;
  batch.sample_weight = sample_weight_.empty() ? nullptr : sample_weight_.data();
}

Trackers::Trackers(const ModelState& model, std::int64_t units) : metrics_(model.metrics) {
  for (const Metric& metric : metrics_) states_.push_back(metric.make(*model.loss, units));
}

void Trackers::reset() {
  data_loss_ = penalty_ = rows_ = 0;
  for (const auto& state : states_) state->reset();
}

void Trackers::add_loss(double data_loss, double penalty, std::int64_t rows) {
  data_loss_ += data_loss * static_cast<double>(rows);
  penalty_ += penalty * static_cast<double>(rows);
  rows_ += static_cast<double>(rows);
}

void Trackers::add_metrics(const plan::Batch& batch, const float* prediction, std::int64_t units,
                           std::int64_t stride) {
  // Keras's compiled metrics do not see sample weights.
  const MetricBatch view{prediction, batch.labels, batch.targets, batch.index,       nullptr,
                         batch.rows, units,        stride,        batch.target_units};
  for (const auto& state : states_) state->update(view);
}

void Trackers::report(Logs& logs, const std::string& prefix) const {
  if (names_.empty()) {
    for (const Metric& metric : metrics_) names_.push_back(prefix + metric.name());
    for (const char* name : {"loss", "data_loss", "penalty"}) names_.push_back(prefix + name);
  }
  const double rows = rows_ > 0 ? rows_ : 1;
  std::size_t n = 0;
  for (const auto& state : states_) logs.set(names_[n++], state->result());
  logs.set(names_[n], (data_loss_ + penalty_) / rows);
  logs.set(names_[n + 1], data_loss_ / rows);
  logs.set(names_[n + 2], penalty_ / rows);
}

Trainer::Trainer(ModelState& model, const TrainingData& data, std::int64_t batch_size)
    : model_(model),
      data_(data),
      batch_size_(std::min(batch_size, data.data().num_rows())),
      plan_(lower_layers(model.layers, model.shapes_for("fit", data.data().row_shape())),
            training_options(model, batch_size_), &model.slots),
      team_(runtime::team()),
      workspace_(plan_.make_workspace(team_->size())),
      pass_(plan_.make_pass(workspace_)),
      trackers_(model, plan_.output_width()),
      last_good_(plan_) {
  data.attach_to(pass_.batch);
  pass_.key = model.key;
  pass_.halted = &halted_;
  pass_.overflowed = &overflowed_;
  for (const auto& weight : plan_.weights().all())
    has_penalty_ = has_penalty_ || weight->parameter->penalty().any();
  const OptimizerOptions& options = (*model.optimizer)->options();
  pass_.update.clipnorm = options.clipnorm.value_or(0);
  pass_.update.global_clipnorm = options.global_clipnorm.value_or(0);
  pass_.update.clipvalue = options.clipvalue.value_or(0);
}

// Whoever trains the same weights at the same time, from a callback say, must know that they are others now.
Trainer::~Trainer() {
  for (const auto& weight : plan_.weights().all()) weight->parameter->touch();
  for (const auto& state : plan_.weights().states()) state->parameter->touch();
}

void Trainer::begin_epoch(bool shuffle) {
  last_good_.forget();
  const std::int64_t rows = data_.data().num_rows();
  if (shuffle) {
    random::permutation(model_.key, model_.epochs_shuffled++, order_, rows);
  } else {
    order_.resize(static_cast<std::size_t>(rows));
    std::iota(order_.begin(), order_.end(), 0u);
  }
  ids_ = order_;
  for (std::uint32_t& id : ids_) id += static_cast<std::uint32_t>(data_.data().first_row());
  trackers_.reset();
}

std::int64_t Trainer::num_steps() const {
  return (data_.data().num_rows() + batch_size_ - 1) / batch_size_;
}

std::span<const std::uint32_t> Trainer::rows_of(std::int64_t step) const {
  const std::int64_t first = step * batch_size_;
  const std::int64_t count = std::min(batch_size_, data_.data().num_rows() - first);
  return std::span(order_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

void Trainer::prepare_update() {
  Optimizer& optimizer = **model_.optimizer;
  const auto coefficients = optimizer.begin_step(model_.iterations + 1);
  std::transform(coefficients.begin(), coefficients.end(), pass_.update.coefficients.begin(),
                 [](double c) { return static_cast<float>(c); });
  pass_.update.decay = static_cast<float>(optimizer.rate(model_.iterations + 1) *
                                          optimizer.options().weight_decay.value_or(0));
}

void Trainer::take(std::int64_t step, std::uint32_t draw) {
  const auto rows = rows_of(step);
  pass_.batch.rows = static_cast<std::int64_t>(rows.size());
  pass_.batch.index = rows.data();
  pass_.batch.row_ids = ids_.data() + step * batch_size_;
  pass_.draw = draw;
}

bool Trainer::states_are_finite() const {
  for (const auto& state : plan_.weights().states())
    if (!plan::all_finite(state->values, state->parameter->packed_size())) return false;
  return true;
}

StepEnd Trainer::take_back(StepEnd end) {
  if (end != StepEnd::kPenaltyNotFinite) bad_weight_ = first_bad_weight(model_.layers);
  const auto& steps = last_good_.restore();
  for (std::size_t i = 0; i + 1 < last_good_.num_steps(); ++i) {
    take(steps[i].number, steps[i].draw);
    pass_.update = steps[i].update;
    plan_.run(*team_, workspace_, pass_);
  }
  overflowed_ = false;
  last_good_.forget();
  return end;
}

StepEnd Trainer::step(std::int64_t step) {
  const StandardFloats floats;
  if (last_good_.is_due()) last_good_.keep(*team_);
  take(step, static_cast<std::uint32_t>(model_.iterations));
  prepare_update();
  last_good_.note({step, pass_.draw, pass_.update});
  plan_.run(*team_, workspace_, pass_);
  if (halted_.load(std::memory_order_relaxed)) {
    halted_ = false;
    last_good_.forget();
    if (model_.loss->is_own()) model_.loss->spec().own->rethrow();
    return StepEnd::kLossNotFinite;
  }
  const double penalty = plan_.weight_penalty() + plan_.activity_penalty(pass_);
  if (!std::isfinite(penalty)) return take_back(StepEnd::kPenaltyNotFinite);
  if (overflowed_.load(std::memory_order_relaxed)) return take_back(StepEnd::kWeightsNotFinite);
  if (!states_are_finite()) return take_back(StepEnd::kAveragesNotFinite);
  ++model_.iterations;
  trackers_.add_loss(plan_.data_loss(pass_), penalty, pass_.rows());
  trackers_.add_metrics(pass_.batch, plan_.output(pass_), plan_.output_width(), plan_.output_stride());
  return StepEnd::kLearned;
}

}  // namespace regulus
