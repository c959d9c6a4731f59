// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/metric_states.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "regulus/nn/row_loss.h"

namespace regulus {
namespace {

// One row of a batch: `targets` is null where there is a label.
struct Row {
  const float* prediction;
  const float* targets;
  std::int32_t label;
  std::int64_t units;

  float target(std::int64_t unit) const { return targets ? targets[unit] : static_cast<float>(label); }
  std::int64_t target_class() const { return targets ? largest(targets) : label; }
  std::int64_t largest(const float* x) const { return std::max_element(x, x + units) - x; }
};

double matches_largest(const Row& row) {
  return row.largest(row.prediction) == row.target_class() ? 1.0 : 0.0;
}

// As TensorFlow's in_top_k: nothing can be said about a row that is not finite.
double is_in_top(const Row& row, int k) {
  const float* p = row.prediction;
  if (!std::all_of(p, p + row.units, [](float x) { return std::isfinite(x); })) return 0.0;
  const float own = p[row.target_class()];
  return std::count_if(p, p + row.units, [own](float x) { return x > own; }) < k ? 1.0 : 0.0;
}

// The mean over a row's units of term(prediction, target).
template <class Term>
double mean_over_units(const Row& row, Term term) {
  double sum = 0;
  for (std::int64_t u = 0; u < row.units; ++u) sum += term(row.prediction[u], row.target(u));
  return sum / static_cast<double>(row.units);
}

double squared_error(const Row& row) {
  return mean_over_units(row, [](float p, float t) {
    const double error = static_cast<double>(p) - static_cast<double>(t);
    return error * error;
  });
}

double absolute_error(const Row& row) {
  return mean_over_units(
      row, [](float p, float t) { return std::fabs(static_cast<double>(p) - static_cast<double>(t)); });
}

// A cross-entropy of given probabilities or logits.
class Crossentropy {
 public:
  Crossentropy(kernels::Loss loss, const Metric::Options& options, std::int64_t units)
      : spec_{loss, options.from_logits, options.label_smoothing}, row_loss_(spec_, units) {}

  double operator()(const Row& row) {
    if (row_loss_.units() != row.units) row_loss_ = RowLoss(spec_, row.units);
    if (spec_.loss == kernels::Loss::kSparseCategoricalCrossentropy)
      return row_loss_(row.prediction, row.label, nullptr);
    const float single = row.target(0);
    return row_loss_(row.prediction, 0, row.targets ? row.targets : &single);
  }

 private:
  plan::LossSpec spec_;
  RowLoss row_loss_;
};

// The weighted mean of a function of a row.
template <class OfRow>
class RowMean : public MetricState {
 public:
  explicit RowMean(OfRow of_row) : of_row_(std::move(of_row)) {}

  void update(const MetricBatch& b) override {
    for (std::int64_t r = 0; r < b.rows; ++r) {
      const std::int64_t at = b.index ? b.index[r] : r;
      const Row row{b.prediction + r * b.stride, b.targets ? b.targets + at * b.units : nullptr,
                    b.labels ? b.labels[at] : 0, b.units};
      const double weight = b.sample_weight ? static_cast<double>(b.sample_weight[at]) : 1.0;
      sum_ += weight * of_row_(row);
      weights_ += weight;
    }
  }
  void reset() override { sum_ = weights_ = 0; }
  double result() const override { return weights_ != 0 ? sum_ / weights_ : 0; }

 private:
  OfRow of_row_;
  double sum_ = 0;
  double weights_ = 0;
};

template <class OfRow>
class RootOfRowMean final : public RowMean<OfRow> {
 public:
  using RowMean<OfRow>::RowMean;
  double result() const override { return std::sqrt(RowMean<OfRow>::result()); }
};

template <class OfRow>
std::unique_ptr<MetricState> mean_of(OfRow of_row) {
  return std::make_unique<RowMean<OfRow>>(std::move(of_row));
}

std::unique_ptr<MetricState> binary_accuracy(double threshold) {
  return mean_of([limit = static_cast<float>(threshold)](const Row& row) {
    return mean_over_units(row,
                           [limit](float p, float t) { return (p > limit ? 1.0f : 0.0f) == t ? 1.0 : 0.0; });
  });
}

// The weighted mean of a function that the user has written.
class OwnMean final : public MetricState {
 public:
  explicit OwnMean(MetricFunction of_row) : of_row_(std::move(of_row)) {}

  void update(const MetricBatch& b) override {
    const std::int64_t width = b.target_units > 0 ? b.target_units : b.units;
    for (std::int64_t r = 0; r < b.rows; ++r) {
      const std::int64_t at = b.index ? b.index[r] : r;
      const float label = b.targets ? 0 : static_cast<float>(b.labels[at]);
      const std::span<const float> y_true =
          b.targets ? std::span(b.targets + at * width, static_cast<std::size_t>(width))
                    : std::span(&label, 1);
      const double weight = b.sample_weight ? static_cast<double>(b.sample_weight[at]) : 1.0;
      sum_ += weight * of_row_(y_true, {b.prediction + r * b.stride, static_cast<std::size_t>(b.units)});
      weights_ += weight;
    }
  }
  void reset() override { sum_ = weights_ = 0; }
  double result() const override { return weights_ != 0 ? sum_ / weights_ : 0; }

 private:
  MetricFunction of_row_;
  double sum_ = 0;
  double weights_ = 0;
};

}  // namespace

std::unique_ptr<MetricState> make_metric_state(MetricFunction function) {
  return std::make_unique<OwnMean>(std::move(function));
}

std::unique_ptr<MetricState> make_metric_state(MetricKind kind, const Metric::Options& options,
                                               std::int64_t units) {
  switch (kind) {
    case MetricKind::kSparseCategoricalAccuracy:
    case MetricKind::kCategoricalAccuracy:
      return mean_of(matches_largest);
    case MetricKind::kBinaryAccuracy:
      return binary_accuracy(options.threshold);
    case MetricKind::kSparseTopKCategoricalAccuracy:
    case MetricKind::kTopKCategoricalAccuracy:
      return mean_of([k = options.k](const Row& row) { return is_in_top(row, k); });
    case MetricKind::kSparseCategoricalCrossentropy:
      return mean_of(Crossentropy(kernels::Loss::kSparseCategoricalCrossentropy, options, units));
    case MetricKind::kCategoricalCrossentropy:
      return mean_of(Crossentropy(kernels::Loss::kCategoricalCrossentropy, options, units));
    case MetricKind::kBinaryCrossentropy:
      return mean_of(Crossentropy(kernels::Loss::kBinaryCrossentropy, options, units));
    case MetricKind::kMeanSquaredError:
      return mean_of(squared_error);
    case MetricKind::kRootMeanSquaredError:
      return std::make_unique<RootOfRowMean<double (*)(const Row&)>>(squared_error);
    case MetricKind::kMeanAbsoluteError:
      return mean_of(absolute_error);
  }
  return nullptr;
}

}  // namespace regulus
