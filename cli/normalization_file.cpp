// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <span>

#include "cli/scaling.h"
#include "regulus/base/data_error.h"
#include "regulus/base/error.h"
#include "regulus/base/file.h"
#include "regulus/base/json.h"
#include "regulus/io/npz.h"
#include "regulus/io/zip.h"

namespace regulus::cli {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 28;
constexpr const char* kNormalizationFix = "It must hold mean and std (or variance).";

struct Statistics {
  Tensor mean;
  Tensor spread;
  bool is_variance = false;
};

// An array of the file, stretched over the row as NumPy would; one number for each feature is taken as it
// lies.
std::vector<double> stretched(const Tensor& values, const Shape& row, const std::string& where,
                              const char* name) {
  std::vector<std::int64_t> lengths(values.shape().begin(), values.shape().end());
  if (values.size() == row.size()) return {values.values().begin(), values.values().end()};
  while (lengths.size() > row.rank() && lengths.front() == 1) lengths.erase(lengths.begin());
  const std::size_t before = row.rank() - std::min(row.rank(), lengths.size());
  bool fits = lengths.size() <= row.rank();
  for (std::size_t a = 0; fits && a < lengths.size(); ++a)
    fits = lengths[a] == 1 || lengths[a] == row[before + a];
  if (!fits)
    throw ShapeError({.where = where,
                      .what = std::string(name) + " does not fit the model's rows",
                      .expected = to_string(row),
                      .found = to_string(values.shape()),
                      .fix = "Give one number, one for each channel or one for each feature."});
  std::vector<double> out;
  std::vector<std::int64_t> index(row.rank(), 0);
  for (std::int64_t i = 0; i < row.size(); ++i) {
    std::int64_t from = 0;
    for (std::size_t a = 0; a < lengths.size(); ++a)
      from = from * lengths[a] + (lengths[a] == 1 ? 0 : index[before + a]);
    out.push_back(static_cast<double>(values.data()[from]));
    for (std::size_t a = row.rank(); a-- > 0;) {
      if (++index[a] < row[a]) break;
      index[a] = 0;
    }
  }
  return out;
}

Normalization from(const Statistics& statistics, const Shape& row, const std::string& where) {
  std::vector<double> mean = stretched(statistics.mean, row, where, "mean");
  std::vector<double> std =
      stretched(statistics.spread, row, where, statistics.is_variance ? "variance" : "std");
  for (double& value : std) {
    if (statistics.is_variance) value = value < 0 ? value : std::sqrt(value);
    if (value == 0) value = 1;
  }
  try {
    return Normalization::from_statistics(1, std::move(mean), std::move(std));
  } catch (const ConfigError& error) {
    throw_data(where, error.info().what, error.info().expected, error.info().found);
  }
}

Normalization from_npz(std::span<const std::uint8_t> bytes, const Shape& row, const std::string& where) {
  const io::NamedArrays arrays = io::parse_npz(bytes, where);
  const auto find = [&](std::initializer_list<std::string_view> names) -> const io::Array* {
    for (const std::string_view name : names)
      for (const auto& [key, array] : arrays)
        if (key == name) return &array;
    return nullptr;
  };
  const io::Array* mean = find({"mean"});
  const io::Array* std = find({"std"});
  const io::Array* variance = find({"variance", "var"});
  if (mean == nullptr || (std == nullptr && variance == nullptr))
    throw_data(where, std::string("there is no array \"") + (mean == nullptr ? "mean" : "std") + '"', "", "",
               kNormalizationFix);
  return from({io::to_tensor(*mean), io::to_tensor(std != nullptr ? *std : *variance), std == nullptr}, row,
              where);
}

// A number, or lists of them.
void collect(const Value& value, std::vector<float>& out, const std::string& where) {
  if (value.is_number()) return out.push_back(static_cast<float>(value.as_double()));
  if (!value.is_list())
    throw_data(where, "mean and std must be numbers or lists of numbers", "", "", kNormalizationFix);
  for (const Value& item : value.as_list()) collect(item, out, where);
}

Tensor array_of(const Value& value, const std::string& where) {
  std::vector<float> values;
  collect(value, values, where);
  const auto count = static_cast<std::int64_t>(values.size());
  return Tensor(Shape{count}, std::move(values));
}

Normalization from_json(const Value& document, const Shape& row, const std::string& where) {
  if (!document.is_dict() || document.find("format") != nullptr)
    return Normalization::from_config(document, where);
  const Value* mean = document.find("mean");
  const Value* std = document.find("std");
  const Value* variance = document.find("variance");
  if (mean == nullptr || (std == nullptr && variance == nullptr))
    throw_data(where, std::string("\"") + (mean == nullptr ? "mean" : "std") + "\" is missing", "", "",
               kNormalizationFix);
  return from({array_of(*mean, where), array_of(std != nullptr ? *std : *variance, where), std == nullptr},
              row, where);
}

}  // namespace

Normalization read_normalization(const std::string& path, const Shape& row_shape) {
  const std::vector<std::uint8_t> bytes = read_file(path, kMostBytes);
  if (io::is_zip(bytes)) return from_npz(bytes, row_shape, path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Normalization normalization = from_json(parse_json(text, path), row_shape, path);
  const auto features = static_cast<std::int64_t>(normalization.mean().size());
  if (features != row_shape.size())
    throw ShapeError({.where = path,
                      .what = "it was made for rows of another number of features than the model takes",
                      .expected = std::to_string(row_shape.size()),
                      .found = std::to_string(features)});
  return normalization;
}

}  // namespace regulus::cli
