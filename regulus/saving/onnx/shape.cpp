// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/translations.h"

namespace regulus::onnx {
namespace {

struct Sides {
  std::int64_t above, below, left, right;
};

// [[above, below], [left, right]].
Sides sides_of(const Value& border) {
  const Value::List& axes = border.as_list();
  const Integers height = integers_of(axes[0]);
  const Integers width = integers_of(axes[1]);
  return {height[0], height[1], width[0], width[1]};
}

}  // namespace

void flatten(Chain& chain) {
  chain.channels_last();
  if (chain.layer().input.rank() != 1) chain.apply("Flatten", {}, {{"axis", 1}});
}

// A 0 in the target is the batch, as it comes.
void reshape(Chain& chain) {
  Integers target{0};
  for (const std::int64_t length : chain.layer().output) target.push_back(length);
  chain.channels_last();
  chain.apply("Reshape", {chain.integers("target_shape", target)});
}

void permute(Chain& chain) {
  Integers order{0};
  for (const std::int64_t axis : integers_of(chain.layer().config.at("dims"))) order.push_back(axis);
  chain.channels_last();
  chain.apply("Transpose", {}, {{"perm", std::move(order)}});
}

// A copy in every step.
void repeat_vector(Chain& chain) {
  const std::int64_t n = chain.layer().config.at("n").as_int();
  const std::string step = chain.node("Unsqueeze", {chain.channels_last(), chain.integers("axis", {1})});
  chain.set_channels_last(chain.node("Expand", {step, chain.integers("n", {1, n, 1})}));
}

void zero_padding(Chain& chain) {
  const Sides pad = sides_of(chain.layer().config.at("padding"));
  const Integers pads = chain.is_channels_first()
                            ? Integers{0, 0, pad.above, pad.left, 0, 0, pad.below, pad.right}
                            : Integers{0, pad.above, pad.left, 0, 0, pad.below, pad.right, 0};
  chain.apply("Pad", {chain.integers("pads", pads)});
}

void cropping(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  const Sides crop = sides_of(layer.config.at("cropping"));
  const std::int64_t rows = chain.is_channels_first() ? 2 : 1;
  chain.apply("Slice", {chain.integers("begin", {crop.above, crop.left}),
                        chain.integers("end", {layer.input[0] - crop.below, layer.input[1] - crop.right}),
                        chain.integers("axes", {rows, rows + 1})});
}

// Nearest pixel: output i is input floor(i / factor).
void up_sampling(Chain& chain) {
  const Integers size = integers_of(chain.layer().config.at("size"));
  const Tensor scales(Shape{4}, {1, 1, static_cast<float>(size[0]), static_cast<float>(size[1])});
  chain.channels_first();
  chain.apply(
      "Resize", {"", chain.constant("size", scales)},
      {{"coordinate_transformation_mode", "asymmetric"}, {"mode", "nearest"}, {"nearest_mode", "floor"}});
}

}  // namespace regulus::onnx
