// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/config_reader.h"
#include "regulus/nn/identifier.h"
#include "regulus/nn/initializers.h"

// Initializers by name: identifiers and configs.

namespace regulus {
namespace {

using initializers::Seed;

Initializer read_scaling(ConfigReader& reader, Seed seed) {
  const double scale = reader.number("scale", 1);
  const std::string mode = reader.text("mode", "fan_in");
  return initializers::VarianceScaling({.scale = scale,
                                        .mode = mode,
                                        .distribution = reader.text("distribution", "truncated_normal"),
                                        .seed = seed});
}

initializers::NormalOptions read_normal(ConfigReader& reader, Seed seed) {
  const double mean = reader.number("mean", 0);
  return {.mean = mean, .stddev = reader.number("stddev", 0.05), .seed = seed};
}

Initializer read_uniform(ConfigReader& reader, Seed seed) {
  const double minval = reader.number("minval", -0.05);
  return initializers::RandomUniform(
      {.minval = minval, .maxval = reader.number("maxval", 0.05), .seed = seed});
}

constexpr std::string_view kClasses[] = {
    "GlorotUniform", "GlorotNormal", "HeUniform",       "HeNormal",      "LecunUniform",
    "LecunNormal",   "RandomNormal", "TruncatedNormal", "RandomUniform", "VarianceScaling",
    "Orthogonal",    "Identity",     "Constant",        "Zeros",         "Ones"};
constexpr Alias kAliases[] = {{"normal", "RandomNormal"},
                              {"uniform", "RandomUniform"},
                              {"zero", "Zeros"},
                              {"one", "Ones"},
                              {"IdentityInitializer", "Identity"},
                              {"OrthogonalInitializer", "Orthogonal"}};

Initializer read(const std::string& name, ConfigReader& reader) {
  if (name == "Zeros") return initializers::Zeros();
  if (name == "Ones") return initializers::Ones();
  if (name == "Constant") return initializers::Constant(reader.number("value", 0));
  if (name == "Identity") return initializers::Identity(reader.number("gain", 1));
  const Seed seed = reader.seed("seed");
  if (name == "RandomNormal") return initializers::RandomNormal(read_normal(reader, seed));
  if (name == "TruncatedNormal") return initializers::TruncatedNormal(read_normal(reader, seed));
  if (name == "RandomUniform") return read_uniform(reader, seed);
  if (name == "Orthogonal") return initializers::Orthogonal({.gain = reader.number("gain", 1), .seed = seed});
  // Which axes are in and out can be chosen since Keras 3.13; only the usual ones are known here.
  reader.require_only("input_axes", nullptr);
  reader.require_only("output_axes", nullptr);
  if (name == "GlorotUniform") return initializers::GlorotUniform(seed);
  if (name == "GlorotNormal") return initializers::GlorotNormal(seed);
  if (name == "HeUniform") return initializers::HeUniform(seed);
  if (name == "HeNormal") return initializers::HeNormal(seed);
  if (name == "LecunUniform") return initializers::LecunUniform(seed);
  if (name == "LecunNormal") return initializers::LecunNormal(seed);
  return read_scaling(reader, seed);
}

}  // namespace

Initializer::Initializer(const std::string& identifier)
    : Initializer(
          from_config(resolve_identifier("Initializer", identifier, kClasses, kAliases), Value::Dict{})) {}

Initializer Initializer::from_config(const std::string& class_name, const Value& config) {
  const std::string known = resolve_identifier("Initializer", class_name, kClasses, kAliases);
  ConfigReader reader(known, config);
  Initializer initializer = read(known, reader);
  reader.finish();
  return initializer;
}

}  // namespace regulus
