// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "regulus/plan/graph.h"
#include "regulus/plan/pass/workspace.h"
#include "regulus/plan/steps/loss.h"
#include "regulus/plan/weights/update.h"

namespace regulus::plan {

/// A compiled network: a flat list of phases over one arena, laid out once. Immutable apart from
/// the weights, so any number of passes with workspaces of their own may run at once as long as
/// none of them trains.
template <class T>
class Plan {
 public:
  /// Throws ConfigError if the loss wants logits but the network ends in its probabilities, or if
  /// two steps would train the same weight. `slots`: for options.update.
  Plan(const Graph& graph, PlanOptions options, Slots<T>* slots = nullptr);
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const PlanOptions& options() const { return options_; }
  const WeightSet<T>& weights() const { return weights_; }
  std::int64_t output_width() const { return output_.width; }
  std::int64_t output_stride() const { return output_.stride; }
  /// False if every draw gives the same result: nothing is random in this plan.
  bool stochastic() const { return stochastic_; }
  /// What the first draw works on: the last value of the deterministic part. The output if nothing draws.
  const Value& drawn_from() const { return drawn_from_; }
  /// True if a row's loss depends on its batch: an orthogonal activity penalty, a batch's statistics.
  bool couples_rows() const { return couples_rows_; }

  /// Rows of a pass that keeps its memory small: the most that it may have, or as many as 64 MiB hold, but
  /// one at least.
  std::int64_t rows_of_a_pass() const;
  /// Of an arena with room for `rows` rows and the scratch of `workers`; kTooLarge: more than any memory.
  std::int64_t workspace_bytes(int workers, std::int64_t rows) const;
  /// How many workers may have such an arena each at once within memory_budget(): one at least, which then is
  /// refused.
  int workers_within_budget(std::int64_t rows) const;
  /// For passes of up to `rows` rows, 1 to options().max_rows. Throws MemoryError, naming the layer that
  /// needs most, if they are more than memory_budget().
  Workspace make_workspace(int workers, std::int64_t rows) const;
  Workspace make_workspace(int workers) const { return make_workspace(workers, options_.max_rows); }
  /// One for a single worker, kept for the next borrower when the loan ends.
  IdleWorkspaces::Loan borrow_workspace(std::int64_t rows) const {
    return idle_.borrow(rows, [&] { return make_workspace(1, rows); });
  }
  IdleWorkspaces::Loan borrow_workspace() const { return borrow_workspace(options_.max_rows); }
  /// A pass over that workspace with the active kernels.
  Pass<T> make_pass(Workspace& workspace) const;

  /// One pass by the whole team, each phase split between the workers. Allocates nothing.
  void run(runtime::Team& team, Workspace& workspace, const Pass<T>& pass) const;

  enum class Part { kAll, kDeterministic, kStochastic };
  /// One pass, or the part before or from the first draw on, by the calling thread alone. Allocates nothing.
  void run_alone(const Pass<T>& pass, std::byte* scratch, Part part = Part::kAll) const;

  const T* output(const Pass<T>& pass) const { return pass.at(output_.data); }
  /// After a pass with a loss: the mean of weight * loss, and one row's.
  double data_loss(const Pass<T>& pass) const { return loss_->mean_loss(pass); }
  double row_loss(const Pass<T>& pass, std::int64_t row) const { return loss_->row_loss(pass, row); }
  /// After a training pass: the weights' penalty before its update.
  double weight_penalty() const;
  /// The weights' penalty as they are now.
  double current_weight_penalty() const;
  /// The activity penalty of the batch, divided by its rows.
  double activity_penalty(const Pass<T>& pass) const;

  const std::vector<Phase<T>>& phases() const { return phases_; }
  const std::vector<std::unique_ptr<Step<T>>>& steps() const { return steps_; }

 private:
  void make_steps(const Graph& graph, Compiler<T>& compiler);
  void peel_loss();
  void fuse();
  void lay_out(Compiler<T>& compiler);
  bool halts_after(std::size_t phase, const Pass<T>& pass) const;
  void run_parts(const Phase<T>& phase, const Pass<T>& pass, int worker, int size, std::byte* scratch,
                 Stopwatch* watch) const;

  PlanOptions options_;
  WeightSet<T> weights_;
  std::vector<std::unique_ptr<Step<T>>> steps_;
  std::vector<std::string> names_;  // of the steps
  LossStep<T>* loss_ = nullptr;
  std::unique_ptr<Updater<T>> updater_;
  std::vector<Phase<T>> phases_;
  std::size_t first_stochastic_phase_ = 0;
  std::size_t num_phases_before_learning_ = 0;
  Value output_;
  Value drawn_from_;
  Layout layout_;
  std::string largest_;  // the step that needs most
  std::int64_t scratch_bytes_ = 0;
  std::int64_t rows_together_ = 1;  ///< that one worker takes
  std::int64_t rows_at_once_ = 1;   ///< of a phase that works row by row
  bool stochastic_ = false;
  bool couples_rows_ = false;
  mutable IdleWorkspaces idle_;
};

}  // namespace regulus::plan
