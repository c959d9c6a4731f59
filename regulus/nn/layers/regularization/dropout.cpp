// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/regularization/dropout.h"

#include <cmath>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/mask.h"

namespace regulus {
namespace {

// What a dropped unit of SELU tends to: -alpha * scale.
constexpr double kAlphaPrime = -kernels::kSeluAlpha * kernels::kSeluScale;

std::string noise_text(const std::vector<int>& noise_shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < noise_shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += noise_shape[i] < 0 ? "None" : std::to_string(noise_shape[i]);
  }
  return text + ")";
}

// Of each feature, row-major, the number of the decision that it takes part in.
plan::StridedView decisions(const Shape& row, const std::vector<int>& noise_shape) {
  std::vector<plan::ViewAxis> axes(row.rank());
  std::int64_t count = 1;
  for (std::size_t axis = row.rank(); axis-- > 0;) {
    const bool shared = noise_shape[axis + 1] == 1;
    axes[axis] = {row[axis], shared ? 0 : count};
    if (!shared) count *= row[axis];
  }
  return count == row.size() ? plan::StridedView() : plan::StridedView(std::move(axes));
}

}  // namespace

DropoutLayer::DropoutLayer(Options options, const char* class_name, bool one_excluded)
    : Layer(options.name, options.input_shape), options_(std::move(options)) {
  const std::string who = where(class_name, name());
  if (!options_.rate) throw_config(who, "rate is missing", "Say how much is dropped, e.g. .rate = 0.5.");
  const double rate = *options_.rate;
  require_number(rate >= 0 && (one_excluded ? rate < 1 : rate <= 1), who,
                 one_excluded ? "rate must be in [0, 1)" : "rate must be in [0, 1]", rate);
  for (const int length : options_.noise_shape)
    if (length != -1 && length < 1)
      throw ConfigError(
          {.where = who,
           .what = "noise_shape must hold positive lengths, 1 (shared) or -1 (the input's), got " +
                   std::to_string(length)});
}

DropoutOptions DropoutLayer::options_from_config(const char* class_name, const Value& config) {
  LayerConfig reader(class_name, config);
  Options options;
  options.rate = reader.required_number("rate");
  options.seed = reader.seed("seed");
  if (const Value* noise = reader.find("noise_shape")) {
    const std::string rule = "a list of null and positive integers";
    if (!noise->is_list()) reader.refuse("noise_shape", rule, *noise);
    for (const Value& length : noise->as_list()) {
      const bool fits =
          length.is_null() || (length.is_int() && length.as_int() >= 1 && length.as_int() < (1 << 30));
      if (!fits) reader.refuse("noise_shape", rule, length);
      options.noise_shape.push_back(length.is_null() ? -1 : static_cast<int>(length.as_int()));
    }
  }
  options.name = reader.name();
  options.input_shape = reader.input_shape();
  reader.finish();
  return options;
}

Value DropoutLayer::config() const {
  Value noise_shape;
  if (!options_.noise_shape.empty()) {
    Value::List lengths;
    for (const int length : options_.noise_shape) {
      lengths.emplace_back();
      if (length >= 0) lengths.back() = length;
    }
    noise_shape = std::move(lengths);
  }
  Value::Dict config = base_config();
  config.push_back({"rate", rate()});
  config.push_back({"seed", options_.seed ? Value(static_cast<std::int64_t>(*options_.seed)) : Value()});
  config.push_back({"noise_shape", std::move(noise_shape)});
  return config;
}

Shape DropoutLayer::output_shape(const Shape& input_shape) const {
  const std::vector<int>& noise = options_.noise_shape;
  if (noise.empty()) return input_shape;
  bool fits = noise.size() == input_shape.rank() + 1 && noise[0] <= 1;
  for (std::size_t axis = 0; fits && axis < input_shape.rank(); ++axis)
    fits = noise[axis + 1] == -1 || noise[axis + 1] == 1 || noise[axis + 1] == input_shape[axis];
  if (!fits)
    throw ShapeError({.where = where(),
                      .what = "noise_shape does not fit the input",
                      .expected = to_batch_string(input_shape) + " with any length 1",
                      .found = noise_text(noise)});
  return input_shape;
}

plan::MaskSpec DropoutLayer::mask_spec(const Shape& input_shape, std::uint32_t position) const {
  plan::MaskSpec spec;
  spec.name = name();
  spec.rate = rate();
  spec.stream = position;
  spec.seed = options_.seed;
  if (!options_.noise_shape.empty()) {
    spec.same_for_all_rows = options_.noise_shape[0] == 1;
    spec.decision = decisions(input_shape, options_.noise_shape);
  }
  return spec;
}

void Dropout::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const {
  if (rate() == 0) return;
  plan::MaskSpec spec = mask_spec(input_shape, position);
  spec.scale = rate() < 1 ? 1 / (1 - rate()) : 0;  // at 1 nothing is kept
  spec.always_on = always_on();
  graph.add<plan::MaskStep>(std::move(spec));
}

void AlphaDropout::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const {
  const double p = rate();
  if (p == 0) return;
  plan::MaskSpec spec = mask_spec(input_shape, position);
  spec.scale = 1 / std::sqrt((1 - p) * (1 + p * kAlphaPrime * kAlphaPrime));
  spec.shift = -spec.scale * kAlphaPrime * p;
  spec.dropped = spec.scale * kAlphaPrime + spec.shift;
  spec.always_on = always_on();
  graph.add<plan::MaskStep>(std::move(spec));
}

}  // namespace regulus
