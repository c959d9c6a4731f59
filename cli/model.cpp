// SPDX-License-Identifier: Apache-2.0
#include "cli/model.h"

#include <chrono>

#include "cli/output.h"
#include "cli/process.h"
#include "regulus/base/names.h"
#include "regulus/nn/layers/core/dense.h"
#include "regulus/nn/layers/regularization/dropout.h"
#include "regulus/nn/layers/reshaping/flatten.h"

namespace regulus::cli {

Sequential alpha_dropout_model(double rate) {
  return Sequential({
      Flatten({.input_shape = {28, 28}}),
      AlphaDropout({.rate = rate}),
      Dense({.units = 300, .activation = "selu", .kernel_initializer = "lecun_normal"}),
      AlphaDropout({.rate = rate}),
      Dense({.units = 100, .activation = "selu", .kernel_initializer = "lecun_normal"}),
      AlphaDropout({.rate = rate}),
      Dense({.units = 10, .activation = "softmax"}),
  });
}

History fit(Sequential& model, const Dataset& train, FitOptions options, const char* consequence) {
  const FinishFirst until_the_batch_ends;
  History history = model.fit(train, std::move(options));
  throw_if_interrupted(consequence);
  return history;
}

Value::List epochs_json(const History& history) {
  Value::List epochs;
  for (std::size_t i = 0; i < history.epoch().size(); ++i) {
    Value::Dict epoch;
    for (const char* name : {"loss", "accuracy", "val_loss", "val_accuracy"})
      if (history.contains(name)) epoch.emplace_back(name, history[name][i]);
    epoch.emplace_back("seconds", history.seconds()[i]);
    epochs.emplace_back(std::move(epoch));
  }
  return epochs;
}

Prediction predict(const Sequential& model, const Dataset& data, ProfileReport* profile) {
  const Stopwatch watch;
  Prediction result;
  result.mean = model(data, {.profile = profile});
  result.seconds = watch.seconds();
  result.scores = score(result.mean, data.labels());
  return result;
}

Prediction predict_mc(const Sequential& model, const Dataset& data, const MonteCarlo& options,
                      ProfileReport* profile) {
  const Stopwatch watch;
  McPrediction mc = model.predict_mc(
      data,
      {.samples = static_cast<int>(options.samples), .seed = {}, .masks = options.masks, .profile = profile});
  Prediction result;
  result.seconds = watch.seconds();
  result.mean = std::move(mc.mean);
  result.std = std::move(mc.std);
  result.scores = score(result.mean, data.labels());
  return result;
}

Value::Dict mc_json(const MonteCarlo& options, double seconds) {
  return {{"samples", options.samples}, {"masks", options.masks}, {"seconds", seconds}};
}

std::string mc_name(const MonteCarlo& options) {
  return with_commas(options.samples) + (options.samples == 1 ? " MC sample" : " MC samples");
}

}  // namespace regulus::cli
