// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <utility>

#include "regulus/base/float_environment.h"
#include "regulus/saving/model_file.h"
#include "regulus/train/temperature.h"

namespace regulus {
namespace {

// What one batch of all rows says of predictions [rows, units] that are there.
MetricBatch batch_of(const Dataset& data, const Tensor& predictions) {
  const std::int64_t units = predictions.shape()[1];
  return {predictions.data(),
          data.has_labels() ? data.labels().data() : nullptr,
          data.has_targets() ? data.targets().data() : nullptr,
          nullptr,
          nullptr,
          data.num_rows(),
          units,
          units,
          data.target_units()};
}

double loss_of(const Loss& loss, const Dataset& data, const Tensor& predictions) {
  if (data.has_targets()) {
    const std::span<const float> targets = data.targets();
    return loss(Tensor(Shape{data.num_rows(), data.target_units()}, {targets.begin(), targets.end()}),
                predictions);
  }
  return loss(Tensor(Shape{data.num_rows()}, {data.labels().begin(), data.labels().end()}), predictions);
}

}  // namespace

Dataset LoadedModel::scaled(const Dataset& data) const {
  return notes.normalization ? (*notes.normalization)(data) : data;
}

Tensor LoadedModel::predict(const Dataset& data) const {
  Tensor out = model.predict(scaled(data));
  if (!notes.temperature) return out;
  require_temperature("predict", model, *notes.temperature);
  return at_temperature(std::move(out), *notes.temperature);
}

McPrediction LoadedModel::predict_mc(const Dataset& data, McOptions options) const {
  if (notes.temperature) require_temperature("predict_mc", model, *notes.temperature);
  options.temperature = notes.temperature;
  return model.predict_mc(scaled(data), std::move(options));
}

Logs LoadedModel::evaluate(const Dataset& data, EvaluateOptions options) {
  const StandardFloats floats;
  const Dataset rows = scaled(data);
  Logs logs = model.evaluate(rows, std::move(options));
  if (!notes.temperature) return logs;
  const Tensor predictions = predict(data);
  for (const Metric& metric : model.metrics()) {
    const auto state = metric.make(model.loss(), predictions.shape()[1]);
    state->update(batch_of(data, predictions));
    logs.set(metric.name(), state->result());
  }
  const double loss = loss_of(model.loss(), data, predictions);
  logs.set("data_loss", loss);
  logs.set("loss", loss + logs["penalty"]);
  return logs;
}

Predictor LoadedModel::predictor(PredictorOptions options) const {
  options.normalization = notes.normalization;
  options.temperature = notes.temperature;
  return Predictor(model, std::move(options));
}

}  // namespace regulus
