// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/plan.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/limits.h"
#include "regulus/base/memory.h"
#include "regulus/plan/steps/activation.h"
#include "regulus/plan/steps/input.h"
#include "regulus/plan/steps/softmax.h"
#include "regulus/runtime/cache.h"

namespace regulus::plan {
namespace {

// What a pass takes at most if a row of it takes less.
constexpr std::int64_t kPassBytes = std::int64_t{64} << 20;

// True if `step` turns logits into the probabilities that this cross-entropy is defined on.
template <class T>
bool gives_probabilities(const Step<T>& step, kernels::Loss loss) {
  switch (loss) {
    case kernels::Loss::kBinaryCrossentropy: {
      const auto* activation = dynamic_cast<const ActivationStep<T>*>(&step);
      return activation && activation->spec().activation == kernels::Activation::kSigmoid;
    }
    case kernels::Loss::kSparseCategoricalCrossentropy:
    case kernels::Loss::kCategoricalCrossentropy: {
      const auto* softmax = dynamic_cast<const SoftmaxStep<T>*>(&step);
      return softmax && !softmax->spec().log;
    }
    default:
      return false;
  }
}

// What make() gives. Weights take their memory when a plan first wants them, and steps may find that they
// need too much: the error then names the layer.
template <class Make>
auto named(const std::string& layer, Make make) {
  try {
    return make();
  } catch (const MemoryError& error) {
    ErrorInfo info = error.info();
    info.where = "layer \"" + layer + "\": " + info.where;
    throw MemoryError(std::move(info));
  }
}

}  // namespace

template <class T>
Plan<T>::Plan(const Graph& graph, PlanOptions options, Slots<T>* slots) : options_(std::move(options)) {
  Compiler<T> compiler(options_, weights_);
  make_steps(graph, compiler);
  peel_loss();
  fuse();
  if (compiler.training()) {
    updater_ = std::make_unique<Updater<T>>(options_, weights_, slots);
    compiler.set_updater(updater_.get());
  }
  lay_out(compiler);
}

template <class T>
void Plan<T>::make_steps(const Graph& graph, Compiler<T>& compiler) {
  steps_.push_back(std::make_unique<InputStep<T>>(graph.input_shape().size()));
  names_.emplace_back("input");
  for (const auto& op : graph.ops()) {
    auto step = named(op->name(), [&] { return op->make(compiler); });
    if (step->identity()) continue;
    steps_.push_back(std::move(step));
    names_.push_back(op->name());
  }
}

// A cross-entropy behind its own softmax or sigmoid is computed from the logits, as Keras does on
// TensorFlow: exact where probabilities round to 0 or 1.
template <class T>
void Plan<T>::peel_loss() {
  if (!options_.loss) return;
  LossSpec spec = *options_.loss;
  const bool peeled = !spec.own && gives_probabilities(*steps_.back(), spec.loss);
  if (peeled && spec.from_logits)
    throw ConfigError({.where = "loss",
                       .what = "from_logits is true, but the model ends in probabilities",
                       .expected = "logits",
                       .found = spec.loss == kernels::Loss::kBinaryCrossentropy ? "sigmoid" : "softmax",
                       .fix = "Leave from_logits out, or take the activation off the last layer."});
  if (peeled) {
    steps_.pop_back();
    names_.pop_back();
    spec.from_logits = true;
  }
  auto loss = std::make_unique<LossStep<T>>(spec, peeled);
  loss_ = loss.get();
  steps_.push_back(std::move(loss));
  names_.emplace_back("loss");
}

template <class T>
void Plan<T>::fuse() {
  std::vector<std::unique_ptr<Step<T>>> fused;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    auto& step = steps_[i];
    // In training nothing runs apart, so a draw may always join the step before it.
    const bool fresh_draw = options_.mode != Mode::kTrain && !stochastic_ && step->stochastic();
    stochastic_ = stochastic_ || step->stochastic();
    if (!fused.empty() && fused.back()->absorb(*step, fresh_draw)) continue;
    fused.push_back(std::move(step));
    names.push_back(std::move(names_[i]));
  }
  steps_ = std::move(fused);
  names_ = std::move(names);
}

template <class T>
void Plan<T>::lay_out(Compiler<T>& compiler) {
  const Step<T>* previous = nullptr;
  bool before_draw = true;
  std::int64_t most = -1;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const auto& step = steps_[i];
    const std::int64_t before = compiler.layout().bytes(options_.max_rows);
    before_draw = before_draw && !step->stochastic();
    output_ = named(names_[i], [&] { return step->lay_out(compiler, output_, previous); });
    if (before_draw) drawn_from_ = output_;
    previous = step.get();
    couples_rows_ = couples_rows_ || step->couples_rows();
    const std::int64_t own = compiler.layout().bytes(options_.max_rows) - before;
    if (own > most) {
      most = own;
      largest_ = names_[i];
    }
  }
  layout_ = compiler.layout();
  rows_together_ = compiler.rows_together();
  const std::int64_t row_bytes = layout_.bytes(options_.max_rows) / options_.max_rows + 1;
  rows_at_once_ = std::max<std::int64_t>(runtime::second_level_cache() / 2 / row_bytes, 1);
  scratch_bytes_ = compiler.scratch_bytes();

  const bool training = options_.mode == Mode::kTrain;
  PhaseList<T> phases(/*keep_apart=*/!training);
  bool after_draw = false;
  phases.begin_joint();
  for (const auto& step : steps_) step->add_preparation(phases);
  phases.end_joint();
  if (training)
    for (const auto& step : steps_) step->add_prologue(phases);
  for (const auto& step : steps_) {
    if (step->stochastic() && !after_draw) {
      after_draw = true;
      phases.set_stochastic(true);
      // Every mask of a draw in one phase, before the first use.
      if (!training)
        for (const auto& each : steps_) each->add_prologue(phases);
    }
    step->add_forward(phases);
  }
  if (training) {
    updater_->add_before(phases);
    for (std::size_t i = steps_.size(); i-- > 0;) steps_[i]->add_backward(phases);
    num_phases_before_learning_ = phases.size();
    phases.begin_joint();
    for (const auto& step : steps_) step->add_learning(phases);
    phases.end_joint();
    updater_->add_after(phases);
  }
  phases_ = phases.take();
  first_stochastic_phase_ = static_cast<std::size_t>(
      std::find_if(phases_.begin(), phases_.end(), [](const Phase<T>& p) { return p.stochastic; }) -
      phases_.begin());
}

template <class T>
std::int64_t Plan<T>::rows_of_a_pass() const {
  return std::clamp<std::int64_t>(kPassBytes / std::max<std::int64_t>(layout_.row_bytes(), 1), 1,
                                  options_.max_rows);
}

template <class T>
std::int64_t Plan<T>::workspace_bytes(int workers, std::int64_t rows) const {
  return sum_of(layout_.bytes(rows), product_of(scratch_bytes_, workers));
}

template <class T>
int Plan<T>::workers_within_budget(std::int64_t rows) const {
  constexpr std::int64_t kMostWorkers = 1 << 16;
  const std::int64_t each = std::max<std::int64_t>(workspace_bytes(1, rows), 1);
  const auto budget = static_cast<std::int64_t>(std::min<std::uint64_t>(memory_budget(), kTooLarge));
  return static_cast<int>(std::clamp<std::int64_t>(budget / each, 1, kMostWorkers));
}

template <class T>
Workspace Plan<T>::make_workspace(int workers, std::int64_t rows) const {
  const bool training = options_.mode == Mode::kTrain;
  require_memory(workspace_bytes(workers, rows), "layer \"" + largest_ + "\"",
                 (training ? "a batch of " : "a pass of ") + std::to_string(rows) +
                     (rows == 1 ? " row" : " rows") +
                     " through the model needs too much memory, and this layer most of it",
                 training && rows > 1 ? "Use a smaller batch_size." : "");
  Workspace workspace;
  workspace.rows = rows;
  workspace.arena = Buffer<std::byte>(static_cast<std::size_t>(layout_.bytes(rows)));
  for (int w = 0; w < workers; ++w) workspace.scratch.emplace_back(static_cast<std::size_t>(scratch_bytes_));
  return workspace;
}

template <class T>
Pass<T> Plan<T>::make_pass(Workspace& workspace) const {
  Pass<T> pass;
  pass.kernels = &kernels::active_table<T>();
  pass.arena = workspace.arena.data();
  pass.room = workspace.rows;
  return pass;
}

// Only the forward parts set the flag, and it is asked for only behind the last barrier before the
// weights change: there every worker sees the same. Asked for elsewhere, a late worker could see the
// flag of a phase that it has not yet run, leave, and let the others wait for it for ever.
template <class T>
bool Plan<T>::halts_after(std::size_t phase, const Pass<T>& pass) const {
  return phase + 1 == num_phases_before_learning_ && pass.halted &&
         pass.halted->load(std::memory_order_relaxed);
}

template <class T>
void Plan<T>::run_parts(const Phase<T>& phase, const Pass<T>& pass, int worker, int size, std::byte* scratch,
                        Stopwatch* watch) const {
  const auto run = [&](std::size_t p, runtime::Range range) {
    phase.parts[p].run(pass, range, scratch);
    if (watch) watch->end_part(phase.first_part + p);
  };
  if (!phase.row_by_row()) {
    for (std::size_t p = 0; p < phase.parts.size(); ++p)
      run(p, runtime::split(phase.parts[p].items, worker, size));
    return;
  }
  // What one part has written, the next finds in the cache.
  const std::int64_t groups = (pass.rows() + rows_together_ - 1) / rows_together_;
  const runtime::Range share = runtime::split(groups, worker, size);
  const runtime::Range rows{share.begin * rows_together_, std::min(share.end * rows_together_, pass.rows())};
  for (std::int64_t r = rows.begin; r < rows.end; r += rows_at_once_)
    for (std::size_t p = 0; p < phase.parts.size(); ++p) run(p, {r, std::min(r + rows_at_once_, rows.end)});
}

template <class T>
void Plan<T>::run(runtime::Team& team, Workspace& workspace, const Pass<T>& pass) const {
  team.run([&](int worker, int size) {
    std::byte* scratch = workspace.scratch[static_cast<std::size_t>(worker)].data();
    Stopwatch* const watch = pass.stopwatches ? pass.stopwatches + worker : nullptr;
    if (watch) watch->start();
    for (std::size_t i = 0; i < phases_.size(); ++i) {
      run_parts(phases_[i], pass, worker, size, scratch, watch);
      team.barrier(size);
      if (watch) {
        watch->end_wait(i);
        if (worker == 0) watch->count(i, pass.rows());
      }
      if (halts_after(i, pass)) return;
    }
  });
}

template <class T>
void Plan<T>::run_alone(const Pass<T>& pass, std::byte* scratch, Part part) const {
  const std::size_t begin = part == Part::kStochastic ? first_stochastic_phase_ : 0;
  const std::size_t end = part == Part::kDeterministic ? first_stochastic_phase_ : phases_.size();
  Stopwatch* const watch = pass.stopwatches;
  if (watch) watch->start();
  for (std::size_t i = begin; i < end; ++i) {
    run_parts(phases_[i], pass, 0, 1, scratch, watch);
    if (watch) watch->count(i, pass.rows());
    if (halts_after(i, pass)) return;
  }
}

template <class T>
double Plan<T>::weight_penalty() const {
  double total = 0;
  for (const auto& weight : weights_.all()) total += weight->penalty();
  return total;
}

template <class T>
double Plan<T>::current_weight_penalty() const {
  double total = 0;
  for (const auto& weight : weights_.all()) total += penalty_now(*weight);
  return total;
}

template <class T>
double Plan<T>::activity_penalty(const Pass<T>& pass) const {
  double total = 0;
  for (const auto& step : steps_) total += step->activity_penalty(pass);
  return total;
}

template class Plan<float>;
template class Plan<double>;

}  // namespace regulus::plan
