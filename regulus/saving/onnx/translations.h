// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/saving/onnx/chain.h"

// One function a layer, or a family of twins: it adds the nodes that compute chain.layer() from the chain's
// value. The table (table.cpp) says which class is whose. A layer that computes nothing in a file adds none.

namespace regulus::onnx {

// activation.cpp
/// The activation as a config stores it, by its name or as a layer. Softmax, its logarithm and sigmoid divide
/// by the temperature first.
void activate(Chain& chain, const Value& activation);
void activation_layer(Chain& chain);
void relu(Chain& chain);
void leaky_relu(Chain& chain);
void elu(Chain& chain);
void prelu(Chain& chain);
void softmax(Chain& chain);

// dense.cpp
void dense(Chain& chain);
void drop_connect(Chain& chain);

// dropout.cpp
void identity(Chain& chain);
void dropout(Chain& chain);
void alpha_dropout(Chain& chain);
void spatial_dropout(Chain& chain);
void gaussian_dropout(Chain& chain);
void gaussian_noise(Chain& chain);
/// A bool tensor shaped as the value `like`: true, "keep", with probability 1 - rate.
std::string draw_kept(Chain& chain, const std::string& like, double rate);

// shape.cpp
void flatten(Chain& chain);
void reshape(Chain& chain);
void permute(Chain& chain);
void repeat_vector(Chain& chain);
void zero_padding(Chain& chain);
void cropping(Chain& chain);
void up_sampling(Chain& chain);

// convolution.cpp
/// Conv's and the poolings' kernel_shape, pads, strides and dilations, from a config whose windows' size is
/// under that key: "same" and "causal" become explicit pads.
Attributes window_attributes(const SourceLayer& layer, const char* size_key);
void convolution(Chain& chain);
void depthwise_convolution(Chain& chain);
void separable_convolution(Chain& chain);

// pooling.cpp
void max_pooling(Chain& chain);
void average_pooling(Chain& chain);
void global_max_pooling(Chain& chain);
void global_average_pooling(Chain& chain);

// normalization.cpp
void batch_normalization(Chain& chain);
void layer_normalization(Chain& chain);
void unit_normalization(Chain& chain);
void normalization(Chain& chain);
void rescaling(Chain& chain);

}  // namespace regulus::onnx
