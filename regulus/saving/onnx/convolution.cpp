// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/nn/window.h"
#include "regulus/saving/onnx/translations.h"

namespace regulus::onnx {
namespace {

// Keras's kernel [height, width, inputs, filters], or [steps, inputs, filters], as ONNX wants it: [filters,
// inputs, height, width].
Tensor filters_first(const Tensor& kernel) {
  const std::size_t rank = kernel.shape().rank();
  std::vector<std::size_t> order{rank - 1, rank - 2};
  for (std::size_t axis = 0; axis + 2 < rank; ++axis) order.push_back(axis);
  return permuted(kernel, order);
}

// Keras's [height, width, channels, multiplier]: each channel is a group, its outputs are neighbours.
Tensor depthwise_filters(const Tensor& kernel) {
  const Shape& shape = kernel.shape();
  return permuted(kernel, {2, 3, 0, 1}).reshape(Shape{shape[2] * shape[3], 1, shape[0], shape[1]});
}

std::string convolve(Chain& chain, Names inputs, const Tensor* bias, Attributes attributes,
                     std::int64_t groups) {
  if (bias != nullptr) inputs.push_back(chain.constant("bias", *bias));
  attributes.push_back({"group", groups});
  return chain.node("Conv", std::move(inputs), std::move(attributes));
}

void finish(Chain& chain, std::string value) {
  chain.set_channels_first(std::move(value));
  activate(chain, chain.layer().config.at("activation"));
}

}  // namespace

Attributes window_attributes(const SourceLayer& layer, const char* size_key) {
  WindowMoves moves;
  moves.kernel_size = integers_of(layer.config.at(size_key));
  moves.strides = integers_of(layer.config.at("strides"));
  const Value* dilation = layer.config.find("dilation_rate");
  moves.dilation_rate = dilation != nullptr ? integers_of(*dilation) : Integers(moves.kernel_size.size(), 1);
  moves.padding = layer.config.at("padding").as_string();
  const plan::WindowSpec at = place_windows(moves, layer.input, layer.where());
  // Behind the image: what the last window still reaches.
  const std::int64_t below = std::max<std::int64_t>(
      (at.out_h - 1) * at.stride_h + (at.kernel_h - 1) * at.dilation_h + 1 - at.height - at.pad_top, 0);
  const std::int64_t right = std::max<std::int64_t>(
      (at.out_w - 1) * at.stride_w + (at.kernel_w - 1) * at.dilation_w + 1 - at.width - at.pad_left, 0);
  const Integers pads = moves.kernel_size.size() == 1 ? Integers{at.pad_left, right}
                                                      : Integers{at.pad_top, at.pad_left, below, right};
  Attributes attributes{{"kernel_shape", moves.kernel_size}, {"pads", pads}, {"strides", moves.strides}};
  if (dilation != nullptr) attributes.push_back({"dilations", moves.dilation_rate});
  return attributes;
}

void convolution(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  const std::string kernel = chain.constant("kernel", filters_first(*layer.weight("kernel")));
  finish(chain, convolve(chain, {chain.channels_first(), kernel}, layer.weight("bias"),
                         window_attributes(layer, "kernel_size"), layer.config.at("groups").as_int()));
}

void depthwise_convolution(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  const std::string kernel = chain.constant("kernel", depthwise_filters(*layer.weight("kernel")));
  finish(chain, convolve(chain, {chain.channels_first(), kernel}, layer.weight("bias"),
                         window_attributes(layer, "kernel_size"), layer.input.back()));
}

void separable_convolution(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  const std::string depthwise =
      chain.constant("depthwise_kernel", depthwise_filters(*layer.weight("depthwise_kernel")));
  const std::string pointwise =
      chain.constant("pointwise_kernel", filters_first(*layer.weight("pointwise_kernel")));
  const std::string between = convolve(chain, {chain.channels_first(), depthwise}, nullptr,
                                       window_attributes(layer, "kernel_size"), layer.input.back());
  finish(chain, convolve(chain, {between, pointwise}, layer.weight("bias"), {}, 1));
}

}  // namespace regulus::onnx
