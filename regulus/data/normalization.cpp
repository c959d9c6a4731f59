// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/normalization.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "regulus/base/base64.h"
#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/base/file.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/json.h"
#include "regulus/data/statistics.h"

namespace regulus {
namespace {

constexpr const char* kFormat = "regulus.normalization";
constexpr std::int64_t kVersion = 1;
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{96} << 20;
// As many as such a file holds.
constexpr std::size_t kMostFeatures = std::size_t{1} << 22;
// Longer lists are one text, of a double's bytes after another in base64: half as long, and one value to
// read.
constexpr std::size_t kLongList = std::size_t{1} << 16;

bool fits_float(double value) {
  return std::fabs(value) <= static_cast<double>(std::numeric_limits<float>::max());
}

[[noreturn]] void throw_config(const std::string& what, const std::string& found) {
  throw ConfigError({.where = "Normalization", .what = what, .found = found});
}

[[noreturn]] void throw_malformed(const std::string& where, const std::string& what) {
  throw DataError({.where = where, .what = what, .fix = "It must be what Normalization::save has written."});
}

Value to_list(const std::vector<double>& values) {
  if (values.size() <= kLongList) return Value::List(values.begin(), values.end());
  std::vector<std::uint8_t> bytes;
  bytes.reserve(values.size() * sizeof(double));
  for (const double value : values)
    for (std::uint64_t bits = std::bit_cast<std::uint64_t>(value), i = 0; i < sizeof(double); ++i, bits >>= 8)
      bytes.push_back(static_cast<std::uint8_t>(bits));
  return to_base64(bytes);
}

const Value& member(const Value& document, const char* name, const std::string& where) {
  const Value* found = document.find(name);
  if (!found) throw_malformed(where, std::string("\"") + name + "\" is missing");
  return *found;
}

double to_number(const Value& value, const std::string& name, const std::string& where) {
  if (!value.is_number()) throw_malformed(where, name + " is not a number");
  return value.as_double();
}

std::vector<double> to_numbers(const Value& value, const std::string& name, const std::string& where) {
  std::vector<double> out;
  if (value.is_string()) {
    const auto bytes = from_base64(value.as_string());
    if (!bytes || bytes->size() % sizeof(double) != 0)
      throw_malformed(where, name + " is not base64 of doubles");
    for (std::size_t at = 0; at < bytes->size(); at += sizeof(double)) {
      std::uint64_t bits = 0;
      for (std::size_t i = sizeof(double); i-- > 0;) bits = bits << 8 | (*bytes)[at + i];
      out.push_back(std::bit_cast<double>(bits));
    }
    return out;
  }
  if (!value.is_list()) throw_malformed(where, name + " is not a list");
  for (const Value& entry : value.as_list()) out.push_back(to_number(entry, name, where));
  return out;
}

}  // namespace

Normalization Normalization::from_statistics(double scale, std::vector<double> mean,
                                             std::vector<double> std) {
  const StandardFloats floats;
  if (!std::isfinite(scale)) throw_config("scale must be finite", number_text(scale));
  if (mean.size() != std.size())
    throw_config("mean and std must have the same length",
                 std::to_string(mean.size()) + " and " + std::to_string(std.size()));
  if (mean.size() > kMostFeatures)
    throw_config("there must be at most " + std::to_string(kMostFeatures) + " features: no file holds more",
                 std::to_string(mean.size()));
  auto scaling = std::make_shared<Scaling>();
  scaling->scale = Buffer<float>(mean.size());
  scaling->offset = Buffer<float>(mean.size());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const std::string index = "[" + std::to_string(i) + "]";
    if (!std::isfinite(mean[i])) throw_config("mean" + index + " must be finite", number_text(mean[i]));
    if (!std::isfinite(std[i]) || std[i] <= 0)
      throw_config("std" + index + " must be finite and greater than 0", number_text(std[i]));
    if (!fits_float(scale / std[i]) || !fits_float(mean[i] / std[i]))
      throw_config("std" + index + " is too small for float32", to_json(std[i]));
    scaling->scale[i] = static_cast<float>(scale / std[i]);
    scaling->offset[i] = static_cast<float>(-mean[i] / std[i]);
  }
  Normalization out;
  out.scale_ = scale;
  out.mean_ = std::move(mean);
  out.std_ = std::move(std);
  out.scaling_ = std::move(scaling);
  return out;
}

Normalization Normalization::fit(const Dataset& data, Options options) {
  const StandardFloats floats;
  if (!std::isfinite(options.scale)) throw_config("scale must be finite", number_text(options.scale));
  FeatureStatistics statistics = feature_statistics(data);
  std::int64_t constant = 0;
  for (std::size_t i = 0; i < statistics.mean.size(); ++i) {
    double& mean = statistics.mean[i];
    double& std = statistics.std[i];
    mean *= options.scale;
    std *= std::fabs(options.scale);
    if (std > 0 && fits_float(options.scale / std) && fits_float(mean / std)) continue;
    std = 1.0;
    ++constant;
  }
  Normalization out = from_statistics(options.scale, std::move(statistics.mean), std::move(statistics.std));
  out.constant_features_ = constant;
  return out;
}

Dataset Normalization::operator()(const Dataset& data) const {
  if (!scaling_) throw_config("it has no statistics: nothing was fitted or loaded", "");
  const auto width = static_cast<std::int64_t>(mean_.size());
  if (data.row_shape().size() != width)
    throw ShapeError({.where = "Normalization",
                      .what = "the data has another number of features than it was fitted on",
                      .expected = std::to_string(width),
                      .found = std::to_string(data.row_shape().size())});
  return data.with_scaling(scaling_);
}

Value Normalization::config() const {
  return Value::Dict{{"format", kFormat},      {"version", kVersion},
                     {"scale", scale_},        {"constant_features", constant_features_},
                     {"mean", to_list(mean_)}, {"std", to_list(std_)}};
}

void Normalization::save(const std::string& path) const {
  write_file(path, to_json(config()) + "\n");
}

Normalization Normalization::load(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_file(path, kMaxFileBytes);
  return from_config(parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path), path);
}

Normalization Normalization::from_config(const Value& config, const std::string& where) {
  if (!config.is_dict()) throw_malformed(where, "not a JSON object");
  if (member(config, "format", where) != Value(kFormat)) throw_malformed(where, "not a saved normalization");
  if (member(config, "version", where) != Value(kVersion))
    throw_malformed(where, "an unknown version of the format");
  const double scale = to_number(member(config, "scale", where), "scale", where);
  std::vector<double> mean = to_numbers(member(config, "mean", where), "mean", where);
  std::vector<double> std = to_numbers(member(config, "std", where), "std", where);
  const auto ones = std::count(std.begin(), std.end(), 1.0);
  const Value& constant = member(config, "constant_features", where);
  if (!constant.is_int() || constant.as_int() < 0 || constant.as_int() > ones)
    throw_malformed(where, "constant_features does not fit std");
  try {
    Normalization out = from_statistics(scale, std::move(mean), std::move(std));
    out.constant_features_ = constant.as_int();
    return out;
  } catch (const ConfigError& error) {
    throw_malformed(where, error.info().what);
  }
}

}  // namespace regulus
