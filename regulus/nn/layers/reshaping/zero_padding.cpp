// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/zero_padding.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/rearrange.h"

namespace regulus {
namespace {

Value pair_value(const Border::Pair& pair) {
  return Value::List{pair[0], pair[1]};
}

// 2, or [1, 2].
Border::Pair read_pair(const ConfigReader& reader, const char* key, const Value& value) {
  if (value.is_int()) return {value.as_int(), value.as_int()};
  const std::string rule = "an integer, or two integers or pairs of them";
  if (!value.is_list() || value.as_list().size() != 2) reader.refuse(key, rule, value);
  for (const Value& side : value.as_list())
    if (!side.is_int()) reader.refuse(key, rule, side);
  return {value.as_list()[0].as_int(), value.as_list()[1].as_int()};
}

// Keras writes [[1, 2], [3, 4]], but its layers also take what Border does.
Border read_border(ConfigReader& reader, const char* key, std::int64_t fallback) {
  reader.refuse_null(key, "an integer or two of them for each axis");
  const Value* value = reader.find(key);
  if (!value) return fallback;
  if (!value->is_list() || value->as_list().size() != 2) {
    const Border::Pair all = read_pair(reader, key, *value);
    return {all, all};
  }
  return {read_pair(reader, key, value->as_list()[0]), read_pair(reader, key, value->as_list()[1])};
}

}  // namespace

BorderLayer::BorderLayer(const char* class_name, const char* argument, int sign, Border border,
                         std::string name, Shape input_shape)
    : Layer(std::move(name), std::move(input_shape)), argument_(argument), sign_(sign), border_(border) {
  for (const Border::Pair& pair : {border_.height, border_.width})
    for (const std::int64_t side : pair)
      if (side < 0 || side >= std::int64_t{1} << 31)
        throw ConfigError({.where = where(class_name, this->name()),
                           .what = std::string(argument_) + " must hold integers in [0, 2147483647], got " +
                                   std::to_string(side)});
}

Value BorderLayer::config() const {
  Value::Dict config = base_config();
  config.push_back({argument_, Value::List{pair_value(border_.height), pair_value(border_.width)}});
  config.push_back({"data_format", "channels_last"});
  return config;
}

Shape BorderLayer::output_shape(const Shape& input_shape) const {
  require_image(where(), input_shape);
  const std::int64_t height = input_shape[0] + sign_ * (border_.height[0] + border_.height[1]);
  const std::int64_t width = input_shape[1] + sign_ * (border_.width[0] + border_.width[1]);
  if (height < 1 || width < 1)
    throw ShapeError({.where = where(),
                      .what = std::string(argument_) + " leaves nothing of the image",
                      .found = to_batch_string(input_shape)});
  Shape output{height, width, input_shape[2]};
  require_row_size(where(), output);
  return output;
}

void BorderLayer::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  const std::int64_t above = sign_ * border_.height[0];
  const std::int64_t left = sign_ * border_.width[0];
  const std::int64_t channels = input_shape[2];
  const std::int64_t line = input_shape[1] * channels;
  const Shape output = output_shape(input_shape);
  // Cropped images have no pixels but those that were there.
  const auto axis = [](std::int64_t length, std::int64_t stride, std::int64_t before, std::int64_t inputs) {
    return before > 0 ? plan::ViewAxis{length, stride, before, before + inputs}
                      : plan::ViewAxis{length, stride, 0, std::min(length, before + inputs)};
  };
  graph.add<plan::RearrangeStep>(
      plan::RearrangeSpec{name(), plan::StridedView({axis(output[0], line, above, input_shape[0]),
                                                     axis(output[1], channels, left, input_shape[1]),
                                                     {channels, 1}},
                                                    -(above * line + left * channels))});
}

ZeroPadding2D::ZeroPadding2D(Options options)
    : BorderLayer("ZeroPadding2D", "padding", 1, options.padding, std::move(options.name),
                  std::move(options.input_shape)) {}

ZeroPadding2D ZeroPadding2D::from_config(const Value& config) {
  LayerConfig reader("ZeroPadding2D", config);
  reader.require_only("data_format", "channels_last");
  Options options{.padding = read_border(reader, "padding", 1),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.finish();
  return ZeroPadding2D(std::move(options));
}

Cropping2D::Cropping2D(Options options)
    : BorderLayer("Cropping2D", "cropping", -1, options.cropping, std::move(options.name),
                  std::move(options.input_shape)) {}

Cropping2D Cropping2D::from_config(const Value& config) {
  LayerConfig reader("Cropping2D", config);
  reader.require_only("data_format", "channels_last");
  Options options{.cropping = read_border(reader, "cropping", 0),
                  .name = reader.name(),
                  .input_shape = reader.input_shape()};
  reader.finish();
  return Cropping2D(std::move(options));
}

}  // namespace regulus
