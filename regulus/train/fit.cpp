// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <memory>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/train/call_profile.h"
#include "regulus/train/diagnose.h"
#include "regulus/train/evaluate.h"
#include "regulus/train/progress.h"

namespace regulus {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void throw_option(const std::string& what, const std::string& expected,
                               const std::string& found) {
  throw ConfigError({.where = "fit", .what = what, .expected = expected, .found = found});
}

void check(const FitOptions& o) {
  if (o.initial_epoch < 0)
    throw_option("initial_epoch must not be negative", "", std::to_string(o.initial_epoch));
  if (o.epochs < 0) throw_option("epochs must not be negative", "", std::to_string(o.epochs));
  if (o.batch_size < 1) throw_option("batch_size must be at least 1", "", std::to_string(o.batch_size));
  if (o.validation_batch_size < 0)
    throw_option("validation_batch_size must not be negative", "", std::to_string(o.validation_batch_size));
  if (o.validation_freq < 1)
    throw_option("validation_freq must be at least 1", "", std::to_string(o.validation_freq));
  if (!(o.validation_split >= 0 && o.validation_split < 1))
    throw_option("validation_split is out of range", "[0, 1)", number_text(o.validation_split));
  for (const auto& [label, weight] : o.class_weight)
    if (!std::isfinite(weight) || weight < 0)
      throw_option("class_weight of class " + std::to_string(label) + " must be finite and not negative", "",
                   number_text(weight));
}

// The rows that are trained on and those that are only looked at, with their sample weights.
struct Parts {
  Dataset train;
  std::vector<float> train_weight;
  std::optional<Dataset> validation;
  std::vector<float> validation_weight;
};

Parts divide(const Dataset& data, const FitOptions& o) {
  Parts parts{data, o.sample_weight, o.validation_data, {}};
  if (o.validation_data || o.validation_split == 0) return parts;
  const std::int64_t rows = data.num_rows();
  const auto split = static_cast<std::int64_t>(static_cast<double>(rows) * (1 - o.validation_split));
  if (split == 0 || split == rows)
    throw_option("validation_split leaves no rows to " + std::string(split == 0 ? "train on" : "validate on"),
                 "", number_text(o.validation_split) + " of " + std::to_string(rows) + " rows");
  auto [train, validation] = data.split_at(split);
  parts.train = std::move(train);
  parts.validation = std::move(validation);
  if (o.sample_weight.size() == static_cast<std::size_t>(rows)) {
    const auto middle = o.sample_weight.begin() + split;
    parts.train_weight.assign(o.sample_weight.begin(), middle);
    parts.validation_weight.assign(middle, o.sample_weight.end());
  }
  return parts;
}

// Everything that runs beside the training: the user's callbacks, then the progress display.
class Audience {
 public:
  Audience(const FitOptions& options, Sequential& model, const FitParams& params)
      : callbacks_(options.callbacks) {
    require_callbacks("fit", callbacks_);
    const bool silent = !options.verbose.is_auto() && options.verbose.level() == 0;
    if (!silent)
      callbacks_.push_back(std::make_shared<ProgbarLogger>(progress_stream(options.log),
                                                           progress_style(options.verbose, options.log)));
    for (const CallbackPtr& callback : callbacks_) {
      callback->set_model(&model);
      callback->set_params(params);
    }
  }
  const std::vector<CallbackPtr>& callbacks() const { return callbacks_; }
  bool empty() const { return callbacks_.empty(); }
  template <class... Hook, class... Args>
  void call(void (Callback::*hook)(Hook...), const Args&... args) const {
    notify(callbacks_, hook, args...);
  }

 private:
  std::vector<CallbackPtr> callbacks_;
};

}  // namespace

History Sequential::fit(const Dataset& data, FitOptions options) {
  const StandardFloats floats;
  (void)state();
  const std::shared_ptr<ModelState> kept = state_;  // a callback may give this object another model
  ModelState& s = *kept;
  s.require_compiled("fit");
  const TrainingNow training_now("fit", s);
  check(options);
  s.require_trainable("fit");
  if (!built()) build(data.row_shape());
  Parts parts = divide(data, options);
  const TrainingData training("fit", s, parts.train, parts.train_weight, options.class_weight);
  std::optional<TrainingData> validation;
  if (parts.validation)
    validation.emplace("fit: validation_data", s, *parts.validation, parts.validation_weight);
  const std::int64_t validation_batch =
      options.validation_batch_size > 0 ? options.validation_batch_size : options.batch_size;

  Trainer trainer(s, training, options.batch_size);
  CallProfile profile(options.profile, trainer.plan(), trainer.num_threads());
  trainer.set_profile(profile.get());
  const Audience audience(options, *this,
                          {.epochs = options.epochs,
                           .initial_epoch = options.initial_epoch,
                           .steps = trainer.num_steps(),
                           .samples = parts.train.num_rows(),
                           .has_penalty = trainer.has_penalty()});
  History history;
  Logs logs;
  s.stop = false;
  audience.call(&Callback::on_train_begin);
  for (int epoch = options.initial_epoch; epoch < options.epochs && !s.stop; ++epoch) {
    const Clock::time_point begin = Clock::now();
    audience.call(&Callback::on_epoch_begin, epoch);
    trainer.begin_epoch(options.shuffle);
    profile.resume();
    std::int64_t step = 0;
    for (; step < trainer.num_steps() && !s.stop; ++step) {
      audience.call(&Callback::on_train_batch_begin, step);
      if (const StepEnd end = trainer.step(step); end != StepEnd::kLearned)
        throw_not_finite("fit: epoch " + std::to_string(epoch + 1) + ", step " + std::to_string(step + 1), s,
                         trainer, end, parts.train, step);
      if (audience.empty()) continue;
      trainer.trackers().report(logs, "");
      audience.call(&Callback::on_train_batch_end, step, logs);
    }
    profile.pause(step);
    trainer.trackers().report(logs, "");
    if (validation && (epoch + 1) % options.validation_freq == 0)
      for (const auto& [name, value] :
           regulus::evaluate(s, *validation, validation_batch, "val_", audience.callbacks()))
        logs.set(name, value);
    history.append(epoch, logs, std::chrono::duration<double>(Clock::now() - begin).count());
    audience.call(&Callback::on_epoch_end, epoch, logs);
  }
  audience.call(&Callback::on_train_end, logs);
  return history;
}

Logs Sequential::train_on_batch(const Dataset& data, const std::vector<float>& sample_weight) {
  const StandardFloats floats;
  ModelState& s = state();
  s.require_compiled("train_on_batch");
  const TrainingNow training_now("train_on_batch", s);
  s.require_trainable("train_on_batch");
  if (!built()) build(data.row_shape());
  const TrainingData training("train_on_batch", s, data, sample_weight);
  Trainer trainer(s, training, data.num_rows());
  trainer.begin_epoch(/*shuffle=*/false);
  if (const StepEnd end = trainer.step(0); end != StepEnd::kLearned)
    throw_not_finite("train_on_batch", s, trainer, end, data, 0);
  Logs logs;
  trainer.trackers().report(logs, "");
  return logs;
}

}  // namespace regulus
