// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/regularization/gaussian_noise.h"

#include <cmath>

#include "regulus/base/check.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/noise.h"

namespace regulus {
namespace {

// The size of the noise, which Keras has no default for, and the seed.
template <class Options>
Options read_options(const char* class_name, const char* key, std::optional<double> Options::*size,
                     const Value& config) {
  LayerConfig reader(class_name, config);
  Options options;
  options.*size = reader.required_number(key);
  options.seed = reader.seed("seed");
  options.name = reader.name();
  options.input_shape = reader.input_shape();
  reader.finish();
  return options;
}

Value seed_value(const std::optional<std::uint64_t>& seed) {
  return seed ? Value(static_cast<std::int64_t>(*seed)) : Value();
}

}  // namespace

GaussianNoise::GaussianNoise(Options options, const char* class_name)
    : Layer(options.name, options.input_shape), options_(std::move(options)) {
  const std::string who = where(class_name, name());
  if (!options_.stddev)
    throw_config(who, "stddev is missing", "Say how strong the noise is, e.g. .stddev = 0.1.");
  require_number(stddev() >= 0 && stddev() <= 1, who, "stddev must be in [0, 1]", stddev());
}

GaussianNoiseOptions GaussianNoise::options_from_config(const char* class_name, const Value& config) {
  return read_options(class_name, "stddev", &Options::stddev, config);
}

Value GaussianNoise::config() const {
  Value::Dict config = base_config();
  config.push_back({"stddev", stddev()});
  config.push_back({"seed", seed_value(options_.seed)});
  return config;
}

void GaussianNoise::lower(plan::Graph& graph, const Shape&, std::uint32_t position) const {
  if (stddev() == 0) return;
  graph.add<plan::NoiseStep>(plan::NoiseSpec{.name = name(),
                                             .stddev = stddev(),
                                             .multiplies = false,
                                             .always_on = always_on(),
                                             .stream = position,
                                             .seed = options_.seed});
}

GaussianDropout::GaussianDropout(Options options, const char* class_name)
    : Layer(options.name, options.input_shape), options_(std::move(options)) {
  const std::string who = where(class_name, name());
  if (!options_.rate) throw_config(who, "rate is missing", "Say how much is dropped, e.g. .rate = 0.5.");
  require_number(rate() >= 0 && rate() < 1, who, "rate must be in [0, 1)", rate());
}

GaussianDropoutOptions GaussianDropout::options_from_config(const char* class_name, const Value& config) {
  return read_options(class_name, "rate", &Options::rate, config);
}

Value GaussianDropout::config() const {
  Value::Dict config = base_config();
  config.push_back({"rate", rate()});
  config.push_back({"seed", seed_value(options_.seed)});
  return config;
}

void GaussianDropout::lower(plan::Graph& graph, const Shape&, std::uint32_t position) const {
  if (rate() == 0) return;
  graph.add<plan::NoiseStep>(plan::NoiseSpec{.name = name(),
                                             .stddev = std::sqrt(rate() / (1 - rate())),
                                             .multiplies = true,
                                             .always_on = always_on(),
                                             .stream = position,
                                             .seed = options_.seed});
}

}  // namespace regulus
