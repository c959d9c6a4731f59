// SPDX-License-Identifier: Apache-2.0
#include "unit/saving/onnx/cases.h"

#include <cmath>

#include "regulus/regulus.h"
#include "support/toy.h"

namespace regulus::testing {
namespace {

void add_activations(std::vector<OnnxCase>& all) {
  for (const char* name :
       {"linear",      "relu",        "relu6",          "leaky_relu",  "elu",          "celu",
        "selu",        "gelu",        "silu",           "sigmoid",     "hard_sigmoid", "hard_silu",
        "tanh",        "softplus",    "softsign",       "exponential", "mish",         "softmax",
        "log_softmax", "hard_tanh",   "hard_shrink",    "soft_shrink", "tanh_shrink",  "squareplus",
        "log_sigmoid", "sparse_plus", "sparse_sigmoid", "sparsemax"}) {
    all.push_back({std::string("activation_") + name, {ActivationLayer({.activation = name})}, {9}});
    all.push_back(
        {std::string("dense_") + name, {Dense({.units = 5, .activation = name, .name = "d"})}, {7}});
    if (name == std::string("squareplus")) continue;  // which cancels there, in ONNX as in Keras
    all.push_back({std::string("extreme_") + name, {ActivationLayer({.activation = name})}, {9}});
  }
  all.push_back({"relu_plain", {ReLU(ReLU::Options{})}, {4, 5}});
  all.push_back({"relu_slope", {ReLU({.negative_slope = 0.3})}, {4, 5}});
  all.push_back({"relu_max", {ReLU({.max_value = 0.8})}, {4, 5}});
  all.push_back({"relu_slope_max", {ReLU({.max_value = 0.8, .negative_slope = 0.3})}, {4, 5}});
  all.push_back({"relu_threshold", {ReLU({.threshold = 0.25})}, {4, 5}});
  all.push_back({"relu_all", {ReLU({.max_value = 1, .negative_slope = 0.5, .threshold = 0.25})}, {4, 5}});
  all.push_back({"leaky_relu", {LeakyReLU({.negative_slope = 0.4})}, {4, 5}});
  all.push_back({"elu", {ELU({.alpha = 0.5})}, {4, 5}});
  all.push_back({"prelu", {PReLU(PReLU::Options{})}, {4, 5}});
  all.push_back({"prelu_shared", {PReLU({.shared_axes = {1, 2}})}, {4, 5, 3}});
  all.push_back({"softmax_first", {Softmax({.axis = 1})}, {4, 5}});
  all.push_back({"softmax_last", {Softmax({.axis = -1})}, {4, 5}});
  all.push_back({"softmax_both", {Softmax({.axis = {1, 2}})}, {4, 5}});
  all.push_back({"softmax_apart", {Softmax({.axis = {1, 3}})}, {4, 5, 3}});
  all.push_back({"activation_glu", {ActivationLayer({.activation = "glu"})}, {8}});
  all.push_back({"dense_leaky_relu_layer",
                 {Dense({.units = 5, .activation = Activation(LeakyReLU({.negative_slope = 0.4}))})},
                 {7}});
  for (const char* name : {"softmax", "log_softmax", "sparsemax", "glu"})
    all.push_back({std::string("conv2d_") + name,
                   {Conv2D({.filters = 4, .kernel_size = 3, .activation = name})},
                   {5, 6, 3}});
}

void add_convolutions(std::vector<OnnxCase>& all) {
  for (const char* padding : {"valid", "same"}) {
    const std::string p = padding;
    all.push_back({"conv2d_" + p,
                   {Conv2D({.filters = 4, .kernel_size = {3, 2}, .padding = p, .activation = "relu"})},
                   {7, 6, 3}});
    all.push_back({"conv2d_strides_" + p,
                   {Conv2D({.filters = 4, .kernel_size = 3, .strides = {2, 3}, .padding = p})},
                   {8, 7, 3}});
    all.push_back({"conv2d_dilated_" + p,
                   {Conv2D({.filters = 2,
                            .kernel_size = {2, 3},
                            .padding = p,
                            .dilation_rate = {2, 1},
                            .use_bias = false})},
                   {8, 7, 3}});
    all.push_back({"conv2d_sparse_" + p,
                   {Conv2D({.filters = 2, .kernel_size = 1, .strides = 3, .padding = p})},
                   {8, 7, 3}});
    all.push_back(
        {"conv1d_" + p, {Conv1D({.filters = 4, .kernel_size = 4, .strides = 2, .padding = p})}, {9, 3}});
    all.push_back({"depthwise_" + p,
                   {DepthwiseConv2D({.kernel_size = {3, 2},
                                     .strides = 2,
                                     .padding = p,
                                     .depth_multiplier = 2,
                                     .activation = "tanh"})},
                   {8, 7, 3}});
    all.push_back({"separable_" + p,
                   {SeparableConv2D({.filters = 5,
                                     .kernel_size = {2, 3},
                                     .padding = p,
                                     .dilation_rate = {1, 2},
                                     .depth_multiplier = 2,
                                     .activation = "elu"})},
                   {8, 7, 3}});
    all.push_back({"max_pooling2d_" + p,
                   {MaxPooling2D({.pool_size = {3, 2}, .strides = {2, 1}, .padding = p})},
                   {8, 7, 3}});
    all.push_back({"average_pooling2d_" + p,
                   {AveragePooling2D({.pool_size = {3, 2}, .strides = {2, 3}, .padding = p})},
                   {8, 7, 3}});
    all.push_back(
        {"max_pooling1d_" + p, {MaxPooling1D({.pool_size = 3, .strides = 2, .padding = p})}, {8, 3}});
    all.push_back(
        {"average_pooling1d_" + p, {AveragePooling1D({.pool_size = 4, .strides = 3, .padding = p})}, {9, 3}});
  }
  all.push_back({"conv2d_groups", {Conv2D({.filters = 6, .kernel_size = 2, .groups = 2})}, {5, 4, 4}});
  all.push_back({"conv1d_causal",
                 {Conv1D({.filters = 4, .kernel_size = 3, .padding = "causal", .dilation_rate = 2})},
                 {9, 3}});
  for (const bool keep : {false, true}) {
    const std::string k = keep ? "_keepdims" : "";
    all.push_back({"global_average1d" + k, {GlobalAveragePooling1D({.keepdims = keep})}, {5, 4}});
    all.push_back({"global_average2d" + k, {GlobalAveragePooling2D({.keepdims = keep})}, {5, 4, 3}});
    all.push_back({"global_max1d" + k, {GlobalMaxPooling1D({.keepdims = keep})}, {5, 4}});
    all.push_back({"global_max2d" + k, {GlobalMaxPooling2D({.keepdims = keep})}, {5, 4, 3}});
  }
}

void add_shapes(std::vector<OnnxCase>& all) {
  all.push_back({"flatten", {Flatten()}, {4, 5}});
  all.push_back({"flatten_flat", {Flatten()}, {5}});
  all.push_back({"reshape", {Reshape({.target_shape = {2, -1}})}, {4, 5}});
  all.push_back({"permute", {Permute({.dims = {2, 3, 1}})}, {4, 5, 6}});
  all.push_back({"repeat_vector", {RepeatVector({.n = 3})}, {5}});
  all.push_back({"zero_padding", {ZeroPadding2D({.padding = {{1, 0}, {2, 3}}})}, {4, 5, 2}});
  all.push_back({"cropping", {Cropping2D({.cropping = {{1, 0}, {2, 1}}})}, {4, 5, 2}});
  all.push_back({"up_sampling", {UpSampling2D({.size = {2, 3}})}, {4, 5, 2}});
  all.push_back({"activity_regularization", {ActivityRegularization({.l1 = 0.5})}, {5}});
}

void add_normalizations(std::vector<OnnxCase>& all) {
  all.push_back({"batch_normalization_flat", {BatchNormalization(BatchNormalization::Options{})}, {6}});
  all.push_back({"batch_normalization_last", {BatchNormalization({.epsilon = 0.25})}, {4, 5, 3}});
  all.push_back({"batch_normalization_first", {BatchNormalization({.axis = 1})}, {4, 5, 3}});
  all.push_back(
      {"batch_normalization_middle", {BatchNormalization({.axis = 2, .center = false})}, {4, 5, 3}});
  all.push_back(
      {"batch_normalization_bare", {BatchNormalization({.center = false, .scale = false})}, {4, 5}});
  all.push_back({"layer_normalization", {LayerNormalization(LayerNormalization::Options{})}, {4, 5}});
  all.push_back({"layer_normalization_bare",
                 {LayerNormalization({.epsilon = 0.25, .center = false, .scale = false})},
                 {6}});
  all.push_back({"layer_normalization_two", {LayerNormalization({.axis = {2, 3}})}, {3, 4, 5}});
  all.push_back({"layer_normalization_apart", {LayerNormalization({.axis = {3, 1}})}, {3, 2, 5}});
  all.push_back({"layer_normalization_rms",
                 {LayerNormalization({.axis = {1}, .epsilon = 0.1, .rms_scaling = true})},
                 {3, 5}});
  all.push_back({"unit_normalization", {UnitNormalization(UnitNormalization::Options{})}, {4, 5}});
  all.push_back({"unit_normalization_two", {UnitNormalization({.axis = {1, 3}})}, {3, 2, 5}});
  all.push_back({"normalization", {NormalizationLayer(NormalizationLayer::Options{})}, {4, 5}});
  all.push_back({"normalization_axes", {NormalizationLayer({.axis = {1, 3}})}, {3, 2, 5}});
  all.push_back({"normalization_given",
                 {NormalizationLayer({.axis = {1, 2},
                                      .mean = Value::List{Value::List{0.5}, Value::List{-2}},
                                      .variance = Value::List{Value::List{4.0}, Value::List{0.25}}})},
                 {2, 5}});
  all.push_back({"normalization_inverted",
                 {NormalizationLayer({.axis = {-1}, .mean = 0.5, .variance = 0.0, .invert = true})},
                 {4, 5}});
  all.push_back(
      {"normalization_one", {NormalizationLayer({.axis = {}, .mean = 0.5, .variance = 4.0})}, {4, 5}});
  all.push_back({"rescaling", {Rescaling({.scale = 2, .offset = 0.5})}, {4, 5}});
}

// Where the order of axes changes and comes back.
void add_chains(std::vector<OnnxCase>& all) {
  all.push_back({"chain_image",
                 {Rescaling({.scale = 0.5}),
                  Conv2D({.filters = 4, .kernel_size = 3, .padding = "same", .activation = "relu"}),
                  BatchNormalization(BatchNormalization::Options{}), MaxPooling2D(),
                  ZeroPadding2D({.padding = {{1, 0}, {0, 2}}}), DepthwiseConv2D({.kernel_size = 2}),
                  PReLU({.shared_axes = {1, 2}}), Cropping2D({.cropping = {{0, 1}, {1, 0}}}),
                  NormalizationLayer(NormalizationLayer::Options{}), SpatialDropout2D({.rate = 0.2}),
                  UpSampling2D({.size = {1, 2}}), LayerNormalization(LayerNormalization::Options{}),
                  Conv2D({.filters = 3, .kernel_size = 2, .activation = "gelu"}), Flatten(),
                  Dropout({.rate = 0.5}), Dense({.units = 4, .activation = "softmax"})},
                 {8, 9, 2}});
  all.push_back(
      {"chain_ends_first", {Conv2D({.filters = 4, .kernel_size = 3}), ReLU(ReLU::Options{})}, {5, 6, 2}});
  all.push_back({"chain_permuted",
                 {Conv2D({.filters = 4, .kernel_size = 2}), Permute({.dims = {3, 1, 2}}), AveragePooling2D(),
                  BatchNormalization({.axis = 1}), Reshape({.target_shape = {-1, 2}}),
                  Conv1D({.filters = 3, .kernel_size = 2, .padding = "causal"}), Softmax({.axis = 1}),
                  UnitNormalization(UnitNormalization::Options{}), GlobalAveragePooling1D({.keepdims = true}),
                  GlobalMaxPooling1D(GlobalMaxPooling1D::Options{})},
                 {5, 6, 2}});
  all.push_back(
      {"chain_pooled",
       {Conv2D({.filters = 4, .kernel_size = 2}), GlobalMaxPooling2D({.keepdims = true}),
        Conv2D({.filters = 5, .kernel_size = 1}), GlobalAveragePooling2D(GlobalAveragePooling2D::Options{}),
        RepeatVector({.n = 3}), Conv1D({.filters = 2, .kernel_size = 2})},
       {5, 6, 2}});
}

void add_options(std::vector<OnnxCase>& all) {
  all.push_back({"normalized",
                 {Flatten(), Dense({.units = 3, .activation = "softmax"})},
                 {1, 3},
                 {.normalization = Normalization::from_statistics(0.5, {0.25, -1.5, 3.0}, {1.0, 0.5, 2.0}),
                  .data_set = "three"}});
  all.push_back({"cooled",
                 {Dense({.units = 4, .activation = "tanh"}), Dense({.units = 3, .activation = "softmax"})},
                 {3},
                 {},
                 {.temperature = 2.5}});
  all.push_back({"cooled_layer", {Softmax({.axis = 1})}, {3, 2}, {}, {.temperature = 0.5}});
}

}  // namespace

std::vector<OnnxCase> onnx_cases() {
  std::vector<OnnxCase> all;
  add_activations(all);
  add_convolutions(all);
  add_shapes(all);
  add_normalizations(all);
  add_chains(all);
  add_options(all);
  all.push_back({"drop_connect_off", {DropConnect({.units = 3, .rate = 0.25})}, {6}});
  all.push_back({"twin_that_never_draws", {MCDropout({.rate = 0}), Dense({.units = 3})}, {6}});
  return all;
}

std::vector<OnnxCase> random_onnx_cases() {
  std::vector<OnnxCase> all;
  const auto add = [&](const std::string& name, LayerPtr layer, Shape input) {
    all.push_back({name, {std::move(layer), Flatten(), Dense({.units = 3})}, std::move(input)});
  };
  add("mc_dropout", Dropout({.rate = 0.3}), {6});
  add("mc_dropout_all", Dropout({.rate = 1}), {6});
  add("mc_dropout_steps", Dropout({.rate = 0.3, .noise_shape = {-1, 1, -1}}), {3, 4});
  add("mc_dropout_rows", Dropout({.rate = 0.3, .noise_shape = {1, -1, 4}}), {3, 4});
  add("mc_alpha_dropout", AlphaDropout({.rate = 0.2}), {6});
  add("mc_alpha_dropout_shared", AlphaDropout({.rate = 0.2, .noise_shape = {-1, -1, 1}}), {3, 4});
  add("mc_spatial_dropout1d", SpatialDropout1D({.rate = 0.3}), {3, 4});
  add("mc_spatial_dropout2d", SpatialDropout2D({.rate = 0.3}), {2, 2, 3});
  add("mc_gaussian_dropout", GaussianDropout({.rate = 0.3}), {6});
  add("mc_gaussian_noise", GaussianNoise({.stddev = 0.4}), {6});
  add("mc_drop_connect", DropConnect({.units = 4, .rate = 0.3, .activation = "tanh"}), {6});
  add("twin_dropout", MCDropout({.rate = 0.3}), {6});
  add("twin_alpha_dropout", MCAlphaDropout({.rate = 0.3}), {6});
  add("twin_spatial_dropout1d", MCSpatialDropout1D({.rate = 0.3}), {3, 4});
  add("twin_spatial_dropout2d", MCSpatialDropout2D({.rate = 0.3}), {2, 2, 3});
  add("twin_gaussian_dropout", MCGaussianDropout({.rate = 0.3}), {6});
  add("twin_gaussian_noise", MCGaussianNoise({.stddev = 0.4}), {6});
  add("twin_drop_connect", MCDropConnect({.units = 4, .rate = 0.3}), {6});
  all.push_back({"mc_spatial_dropout_between",
                 {Conv2D({.filters = 3, .kernel_size = 2}), SpatialDropout2D({.rate = 0.3}),
                  AlphaDropout({.rate = 0.1}), Flatten(), Dense({.units = 3})},
                 {3, 3, 2}});
  all.push_back({"mc_notebook",
                 {Flatten(), Dense({.units = 8, .activation = "selu"}), AlphaDropout({.rate = 0.2}),
                  Dense({.units = 6, .activation = "elu"}), Dropout({.rate = 0.3}),
                  Dense({.units = 3, .activation = "softmax"})},
                 {3, 3}});
  for (OnnxCase& each : all) each.options.monte_carlo = true;
  return all;
}

std::vector<std::uint8_t> file_of(const OnnxCase& wanted, const Sequential& model) {
  return to_onnx(model, wanted.notes, wanted.options);
}

Sequential built(const OnnxCase& wanted) {
  Sequential model({.name = wanted.name, .seed = 3});
  for (const LayerPtr& layer : wanted.layers) model.add(layer);
  model.build(wanted.input);
  std::uint32_t seed = 0;
  for (const LayerPtr& layer : model.layers()) {
    std::vector<Tensor> values = layer->get_weights();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool variance = layer->weights()[i]->name().ends_with("variance");
      values[i] = normals(1, values[i].size(), 100 + seed++).reshape(values[i].shape());
      for (float* v = values[i].data(); v != values[i].data() + values[i].size(); ++v)
        *v = variance ? 0.5f + std::fabs(*v) : 0.5f * *v;
    }
    layer->set_weights(values);
  }
  return model;
}

}  // namespace regulus::testing
