// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "regulus/base/value.h"
#include "regulus/nn/losses.h"

namespace regulus {

/// A batch as a metric sees it. Exactly one of labels and targets is set; labels are in [0, units).
/// Where arrays are wanted and units is 1, a label is read as the target 0.0, 1.0, ….
struct MetricBatch {
  const float* prediction;     ///< [rows][stride]
  const std::int32_t* labels;  ///< of row r: labels[index ? index[r] : r]
  const float* targets;        ///< of row r: targets + (index ? index[r] : r) * units
  const std::uint32_t* index;  ///< may be null
  const float* sample_weight;  ///< of row r: sample_weight[index ? index[r] : r]; may be null
  std::int64_t rows;
  std::int64_t units;
  std::int64_t stride;
  std::int64_t target_units = 0;  ///< of targets where they are not `units`; 0: they are
};

/// A running weighted mean over rows, in double and in row order. update() allocates nothing.
class MetricState {
 public:
  virtual ~MetricState() = default;
  virtual void update(const MetricBatch& batch) = 0;
  virtual void reset() = 0;
  /// 0 before the first update, as in Keras.
  virtual double result() const = 0;
};

/// What a metric of one's own says of a row: y_true is its targets, or its label as the one value.
using MetricFunction = std::function<double(std::span<const float> y_true, std::span<const float> y_pred)>;
/// Makes the state of a metric that is no mean over rows.
using MetricFactory = std::function<std::unique_ptr<MetricState>()>;

/// What is reported beside the loss. From a Keras identifier or a function of `metrics`.
/// "accuracy" (or "acc") and "crossentropy" (or "ce") become the kind that fits the loss and the model's
/// output, as in Keras: binary for one unit, else sparse or plain as the targets are. The cross-entropy
/// takes from_logits from the loss. Accuracies take the lowest index on ties; top-k counts only the
/// classes that are strictly more probable, and no row that has a class that is not finite.
class Metric {
 public:
  Metric(const char* identifier) : Metric(std::string(identifier)) {}
  /// Throws ConfigError with the nearest known name.
  Metric(const std::string& identifier);

  /// Keras's class name, or "accuracy" and "crossentropy" where the model decides.
  const std::string& class_name() const { return class_name_; }
  Value config() const;
  /// From class_name and Keras's config. Throws ConfigError.
  static Metric from_config(const std::string& class_name, const Value& config);

  /// The name in the logs: the identifier as the user wrote it, or Keras's name of the class.
  const std::string& name() const { return name_; }
  /// A fresh state for a model that has this loss and this many outputs. Throws ConfigError if the
  /// metric does not fit the targets.
  std::unique_ptr<MetricState> make(const Loss& loss, std::int64_t units) const;
  /// A fresh state for the class itself, without a model. Throws ConfigError for "accuracy" and
  /// "crossentropy".
  std::unique_ptr<MetricState> make() const;

  struct Options {
    int k = 5;                     ///< top-k: >= 1
    double threshold = 0.5;        ///< binary accuracy: in (0, 1); 1 is predicted strictly above it
    bool from_logits = false;      ///< cross-entropies
    double label_smoothing = 0.0;  ///< cross-entropies: in [0, 1]
  };
  /// Throws ConfigError for an unknown class and for an option out of range.
  Metric(const std::string& class_name, std::string name, Options options);
  /// One's own: metrics::Function or metrics::State.
  Metric(std::string name, MetricFactory own);
  /// A file holds its name alone, and whoever loads the model must give it again.
  bool is_own() const { return own_ != nullptr; }

 private:
  std::string class_name_;
  std::string name_;
  Options options_;
  MetricFactory own_;
};

namespace metrics {

Metric SparseCategoricalAccuracy();
Metric CategoricalAccuracy();
struct BinaryAccuracyOptions {
  double threshold = 0.5;
};
Metric BinaryAccuracy(BinaryAccuracyOptions options = {});
struct TopKOptions {
  int k = 5;
};
Metric SparseTopKCategoricalAccuracy(TopKOptions options = {});
Metric TopKCategoricalAccuracy(TopKOptions options = {});
Metric SparseCategoricalCrossentropy(losses::CrossentropyOptions options = {});
Metric CategoricalCrossentropy(losses::CrossentropyOptions options = {});
Metric BinaryCrossentropy(losses::CrossentropyOptions options = {});
Metric MeanSquaredError();
Metric RootMeanSquaredError();
Metric MeanAbsoluteError();
/// The weighted mean over rows of a function of one's own, called in the rows' order on the calling thread.
/// Throws ConfigError for an empty function, an empty name or one of Keras's.
Metric Function(const std::string& name, MetricFunction function);
/// Whatever a state of one's own makes of the rows, e.g. an F1 score. Throws likewise.
Metric State(const std::string& name, MetricFactory make);

}  // namespace metrics
}  // namespace regulus
