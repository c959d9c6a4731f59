// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <string>
#include <utility>

#include "regulus/train/callback.h"
#include "regulus/train/options.h"

namespace regulus {

/// How a line of progress looks where it is written.
struct ProgressStyle {
  bool bar = false;     ///< redraw one line (verbose 1); else one line an epoch (verbose 2)
  bool redraw = false;  ///< a terminal: carriage returns are understood
  bool utf8 = false;
  bool colour = false;
  int columns = 80;
};

/// Where `verbose` writes: `log`, or standard output if that is null.
std::ostream& progress_stream(std::ostream* log);
/// Resolves `verbose` for a stream; null means standard output. "auto": a bar where std::cout or
/// std::cerr leads to a terminal, else lines.
ProgressStyle progress_style(Verbose verbose, const std::ostream* log);

/// What fit and evaluate show, in Keras's manner: a bar of 20 cells with the time left, the time a
/// step, and the logs. Redraws at most ten times a second, so that it costs no time; what does not fit
/// a terminal's line is shown when the epoch ends, on a line of its own. data_loss and penalty are
/// shown only when something is regularised: without, they say nothing new.
class ProgbarLogger final : public Callback {
 public:
  using Clock = std::chrono::steady_clock;
  /// now: what time it is.
  ProgbarLogger(std::ostream& out, ProgressStyle style, std::function<Clock::time_point()> now = Clock::now)
      : out_(out), style_(style), now_(std::move(now)) {}

  void on_epoch_begin(int epoch) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  /// One finished line for an evaluation of so many steps.
  void show_evaluation(std::int64_t steps, double seconds, const Logs& logs);

 private:
  double elapsed() const { return std::chrono::duration<double>(now_() - begin_).count(); }
  void draw(const Logs& logs, bool finished);
  std::string bar_line(std::int64_t done, std::int64_t steps, double seconds, bool finished) const;
  std::string with_metrics(std::string line, const Logs& logs, bool finished) const;

  std::ostream& out_;
  ProgressStyle style_;
  std::function<Clock::time_point()> now_;
  Clock::time_point begin_;
  Clock::time_point drawn_;
  std::int64_t done_ = 0;  // steps of this epoch
};

/// 0.7702 as Keras shows it: four decimals, or an exponent under 1e-3.
std::string progress_number(double value);
/// "312us", "5ms", "2s": the time of a step.
std::string step_time(double seconds);
/// "7s", "1:05", "1:01:05".
std::string clock_time(double seconds);

}  // namespace regulus
