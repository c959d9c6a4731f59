// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/reshape.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"

namespace regulus {
namespace {

constexpr std::int64_t kOpen = -1;

std::string batch_text(const std::vector<std::int64_t>& lengths) {
  std::string text = "(None";
  for (const std::int64_t length : lengths) text += ", " + std::to_string(length);
  return text + ")";
}

}  // namespace

Reshape::Reshape(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      target_shape_(std::move(options.target_shape)) {
  const auto refuse = [&](const std::string& found) {
    throw ConfigError(
        {.where = where(), .what = "target_shape must hold lengths >= 1 and at most one -1, got " + found});
  };
  for (const std::int64_t length : target_shape_)
    if (length != kOpen && length < 1) refuse(std::to_string(length));
  if (std::count(target_shape_.begin(), target_shape_.end(), kOpen) > 1) refuse("several -1");
}

Reshape Reshape::from_config(const Value& config) {
  LayerConfig reader("Reshape", config);
  reader.required("target_shape", "a list of integers");
  Options options{.target_shape = reader.integers("target_shape"),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.finish();
  return Reshape(std::move(options));
}

Value Reshape::config() const {
  Value::Dict config = base_config();
  config.push_back({"target_shape", Value::List(target_shape_.begin(), target_shape_.end())});
  return config;
}

Shape Reshape::output_shape(const Shape& input_shape) const {
  std::vector<std::int64_t> lengths = target_shape_;
  const auto open = std::find(lengths.begin(), lengths.end(), kOpen);
  if (open != lengths.end()) {
    *open = 1;
    *open = input_shape.size() / Shape(lengths).size();
  }
  Shape output(std::move(lengths));
  if (output.size() != input_shape.size())
    throw ShapeError({.where = where(),
                      .what = "target_shape does not hold as many numbers as the input",
                      .expected = std::to_string(input_shape.size()) + " of " + to_batch_string(input_shape),
                      .found = batch_text(target_shape_)});
  return output;
}

}  // namespace regulus
