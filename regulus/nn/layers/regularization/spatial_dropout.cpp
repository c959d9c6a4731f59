// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/regularization/spatial_dropout.h"

#include <utility>

#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"

namespace regulus {
namespace {

DropoutOptions with_noise_shape(SpatialDropoutOptions options, std::size_t axes) {
  std::vector<int> noise_shape(axes + 2, 1);
  noise_shape.front() = noise_shape.back() = -1;
  return {.rate = options.rate,
          .noise_shape = std::move(noise_shape),
          .seed = options.seed,
          .name = std::move(options.name),
          .input_shape = std::move(options.input_shape)};
}

}  // namespace

SpatialDropout::SpatialDropout(Options options, const char* class_name, std::size_t axes)
    : Dropout(with_noise_shape(std::move(options), axes), class_name), axes_(axes) {}

SpatialDropoutOptions SpatialDropout::options_from_config(const char* class_name, const Value& config) {
  LayerConfig reader(class_name, config);
  Options options{.rate = reader.required_number("rate"),
                  .seed = reader.seed("seed"),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.require_only("data_format", "channels_last");
  reader.finish();
  return options;
}

// Without "trainable", as in Keras, whose constructors of these two do not take it.
Value SpatialDropout::config() const {
  const std::optional<std::uint64_t>& seed = DropoutLayer::options().seed;
  Value::Dict config = {{"rate", rate()},
                        {"seed", seed ? Value(static_cast<std::int64_t>(*seed)) : Value()},
                        {"name", name()},
                        {"dtype", "float32"}};
  if (axes_ == 2) config.push_back({"data_format", "channels_last"});
  return config;
}

Shape SpatialDropout::output_shape(const Shape& input_shape) const {
  if (axes_ == 1)
    require_row_rank(where(), input_shape, 2, "(None, steps, channels)");
  else
    require_image(where(), input_shape);
  return input_shape;
}

}  // namespace regulus
