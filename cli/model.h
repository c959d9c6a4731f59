// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "cli/options.h"
#include "cli/scores.h"
#include "regulus/train/sequential.h"

namespace regulus::cli {

/// Seconds since it was made.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now();
};

/// The notebook's self-normalising network: 784-300-100-10, selu, AlphaDropout before each Dense.
Sequential alpha_dropout_model(double rate);

/// Calls fit so that a signal ends it after the running batch, then throws Interrupted.
History fit(Sequential& model, const Dataset& train, FitOptions options, const char* consequence);

/// One object an epoch: loss, accuracy, val_loss and val_accuracy if validated, seconds.
Value::List epochs_json(const History& history);

/// A prediction, how good it is and how long it took.
struct Prediction {
  Tensor mean;
  Tensor std;  ///< empty without Monte-Carlo samples
  Scores scores;
  double seconds = 0;
};
/// profile: null if nobody wants to know.
Prediction predict(const Sequential& model, const Dataset& data, ProfileReport* profile);
Prediction predict_mc(const Sequential& model, const Dataset& data, const MonteCarlo& options,
                      ProfileReport* profile);

/// {"samples", "masks", "seconds"}.
Value::Dict mc_json(const MonteCarlo& options, double seconds);
/// "100 MC samples".
std::string mc_name(const MonteCarlo& options);

}  // namespace regulus::cli
