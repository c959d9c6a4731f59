// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "regulus/train/last_good.h"
#include "regulus/train/state.h"

namespace regulus {

/// What is trained on, checked once: rows, targets in the form the loss wants, one weight a row.
class TrainingData {
 public:
  /// Throws ShapeError or DataError, beginning with `what`, if the data does not fit model and loss.
  TrainingData(const char* what, const ModelState& model, const Dataset& data,
               const std::vector<float>& sample_weight, const std::map<int, double>& class_weight = {});
  void attach_to(plan::Batch& batch) const;
  const Dataset& data() const { return data_; }

 private:
  Dataset data_;
  std::vector<float> targets_;        // labels as 0.0, 1.0, … for a loss that wants arrays of one unit
  std::vector<float> sample_weight_;  // empty: all one
};

/// A running mean of the loss and its parts, weighted by rows as Keras does, and the metrics.
class Trackers {
 public:
  Trackers(const ModelState& model, std::int64_t units);
  void reset();
  void add_loss(double data_loss, double penalty, std::int64_t rows);
  void add_metrics(const plan::Batch& batch, const float* prediction, std::int64_t units,
                   std::int64_t stride);
  /// Writes `prefix` + name for every number.
  void report(Logs& logs, const std::string& prefix) const;

 private:
  std::vector<Metric> metrics_;
  std::vector<std::unique_ptr<MetricState>> states_;
  mutable std::vector<std::string> names_;  // with the prefix, made once
  double data_loss_ = 0;
  double penalty_ = 0;
  double rows_ = 0;
};

/// How a step of training ended.
enum class StepEnd {
  kLearned,
  kLossNotFinite,      ///< of a row of the batch: nothing was learned
  kPenaltyNotFinite,   ///< of the weights or activities: what was learned is taken back
  kWeightsNotFinite,   ///< after the update, which is taken back
  kAveragesNotFinite,  ///< those that batch normalization keeps; what was learned is taken back
};

/// One batch after another through the training plan: rooms 3 to 6 of ARCHITECTURE.md.
class Trainer {
 public:
  /// Compiles the plan for batches of up to `batch_size` rows.
  Trainer(ModelState& model, const TrainingData& data, std::int64_t batch_size);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// The order of an epoch's rows: the next keyed permutation, or 0, 1, 2, ….
  void begin_epoch(bool shuffle);
  std::int64_t num_steps() const;
  /// Trains on batch `step` of the epoch. Allocates nothing. Unless it could learn, weights and optimizer
  /// are afterwards what they were before, bit for bit.
  StepEnd step(std::int64_t step);
  /// After the last two: `"dense_1" kernel`, the first in the layers' order that became infinite or NaN.
  const std::string& bad_weight() const { return bad_weight_; }

  /// The positions in the data of batch `step`'s rows.
  std::span<const std::uint32_t> rows_of(std::int64_t step) const;

  Trackers& trackers() { return trackers_; }
  const plan::Plan<float>& plan() const { return plan_; }
  int num_threads() const { return team_->size(); }
  /// Times all further steps. Null: none.
  void set_profile(plan::Profile* profile) { pass_.stopwatches = profile ? profile->stopwatches() : nullptr; }
  bool has_penalty() const { return has_penalty_; }

 private:
  void take(std::int64_t step, std::uint32_t draw);
  void prepare_update();
  bool states_are_finite() const;
  StepEnd take_back(StepEnd end);

  ModelState& model_;
  const TrainingData& data_;
  std::int64_t batch_size_;
  plan::Plan<float> plan_;
  std::shared_ptr<runtime::Team> team_;
  plan::Workspace workspace_;
  plan::Pass<float> pass_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> ids_;
  Trackers trackers_;
  LastGood last_good_;
  std::string bad_weight_;
  std::atomic<bool> halted_ = false;
  std::atomic<bool> overflowed_ = false;
  bool has_penalty_ = false;
};

}  // namespace regulus
