// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "regulus/data/dataset.h"
#include "regulus/nn/losses.h"
#include "regulus/nn/metrics.h"
#include "regulus/optim/optimizer.h"
#include "regulus/train/callback.h"
#include "regulus/train/profile_report.h"

namespace regulus {

/// How much fit and evaluate show: 0 nothing, 1 a progress bar, 2 one line an epoch, "auto": 1 on
/// a terminal, 2 elsewhere.
class Verbose {
 public:
  /// Throws ConfigError unless 0, 1 or 2.
  Verbose(int level);
  /// "auto" or "0", "1", "2".
  Verbose(const char* text);
  bool is_auto() const { return level_ < 0; }
  int level() const { return level_; }

 private:
  int level_;
};

struct CompileOptions {
  OptimizerPtr optimizer = "rmsprop";  ///< copied: the model has its own
  std::optional<Loss> loss = {};
  std::vector<Metric> metrics = {};
};

struct FitOptions {
  int epochs = 1;  ///< the number of the last epoch, as in Keras: initial_epoch counts
  std::int64_t batch_size = 32;
  Verbose verbose = "auto";
  std::vector<CallbackPtr> callbacks = {};
  double validation_split = 0.0;  ///< in [0, 1): the last part of the rows, before any shuffling
  std::optional<Dataset> validation_data = {};  ///< overrides validation_split
  bool shuffle = true;                          ///< a new order each epoch, keyed by seed and epoch
  std::map<int, double> class_weight = {};      ///< classes left out weigh 1; of one-hot targets too
  std::vector<float> sample_weight = {};        ///< one a row; multiplies the row's loss
  int initial_epoch = 0;
  std::int64_t validation_batch_size = 0;  ///< 0: batch_size
  int validation_freq = 1;                 ///< validate every so many epochs
  std::ostream* log = nullptr;             ///< where `verbose` writes; null: standard output
  ProfileReport* profile = nullptr;        ///< where the time of the steps is written down; null: nowhere
};

struct EvaluateOptions {
  std::int64_t batch_size = 32;
  Verbose verbose = 0;
  std::vector<float> sample_weight = {};
  std::vector<CallbackPtr> callbacks = {};
  std::ostream* log = nullptr;
};

struct CallOptions {
  bool training = false;             ///< stochastic layers draw; each call draws anew
  ProfileReport* profile = nullptr;  ///< where the time is written down; null: nowhere
};

struct McOptions {
  int samples = 100;                       ///< >= 1
  std::optional<std::uint64_t> seed = {};  ///< none: the model's, so that the same call gives the same answer
  std::string masks = "independent";       ///< each row its own, as Keras; or "shared": one network a sample
  bool keep_samples = false;               ///< keep the stack [samples, rows, units]
  std::optional<double> temperature = {};  ///< of a model that ends in softmax, > 0: each sample's
  ProfileReport* profile = nullptr;        ///< where the time is written down; null: nowhere
};

}  // namespace regulus
