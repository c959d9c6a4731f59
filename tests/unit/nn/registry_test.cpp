// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/registry.h"

#include <gtest/gtest.h>

#include "regulus/nn/layers/activation/activation_layer.h"
#include "regulus/nn/layers/activation/prelu.h"
#include "regulus/nn/layers/activation/relu.h"
#include "regulus/nn/layers/activation/softmax.h"
#include "regulus/nn/layers/convolutional/convolution.h"
#include "regulus/nn/layers/convolutional/depthwise_convolution.h"
#include "regulus/nn/layers/core/dense.h"
#include "regulus/nn/layers/core/drop_connect.h"
#include "regulus/nn/layers/normalization/batch_normalization.h"
#include "regulus/nn/layers/normalization/layer_normalization.h"
#include "regulus/nn/layers/normalization/unit_normalization.h"
#include "regulus/nn/layers/pooling/global_pooling.h"
#include "regulus/nn/layers/pooling/pooling.h"
#include "regulus/nn/layers/preprocessing/normalization_layer.h"
#include "regulus/nn/layers/preprocessing/rescaling.h"
#include "regulus/nn/layers/regularization/activity_regularization.h"
#include "regulus/nn/layers/regularization/dropout.h"
#include "regulus/nn/layers/regularization/gaussian_noise.h"
#include "regulus/nn/layers/regularization/spatial_dropout.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "regulus/nn/layers/reshaping/permute.h"
#include "regulus/nn/layers/reshaping/repeat_vector.h"
#include "regulus/nn/layers/reshaping/reshape.h"
#include "regulus/nn/layers/reshaping/up_sampling.h"
#include "regulus/nn/layers/reshaping/zero_padding.h"
#include "support/allocations.h"
#include "unit/nn/conformance.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::Expectation;

// A new layer adds its line here.
std::vector<Expectation> one_of_each() {
  std::vector<Expectation> all;
  all.push_back({ActivationLayer({.activation = "selu", .name = "a"}), {4, 5}, {4, 5}, 0, 0, false});
  all.push_back({ActivityRegularization({.l1 = 0.5, .l2 = 0.25, .name = "a"}), {4, 5}, {4, 5}, 0, 0, false});
  all.push_back(
      {AlphaDropout({.rate = 0.2, .noise_shape = {-1, 1}, .seed = 3, .name = "a"}), {5}, {5}, 0, 0, true});
  all.push_back({AveragePooling1D({.pool_size = 3, .strides = 2, .padding = "same", .name = "a"}),
                 {5, 4},
                 {3, 4},
                 0,
                 0,
                 false});
  all.push_back({AveragePooling2D({.pool_size = {2, 3}, .strides = 1, .padding = "same", .name = "a"}),
                 {4, 5, 2},
                 {4, 5, 2},
                 0,
                 0,
                 false});
  all.push_back({BatchNormalization({.axis = 1,
                                     .momentum = 0.5,
                                     .epsilon = 0.25,
                                     .beta_initializer = "ones",
                                     .gamma_initializer = "zeros",
                                     .moving_mean_initializer = "ones",
                                     .moving_variance_initializer = "zeros",
                                     .beta_regularizer = l1(0.5),
                                     .gamma_regularizer = l2(0.5),
                                     .beta_constraint = non_neg(),
                                     .gamma_constraint = max_norm(2),
                                     .name = "a"}),
                 {4, 5},
                 {4, 5},
                 4,
                 16,
                 false});
  const ConvOptions convolution{.filters = 3,
                                .kernel_size = 2,
                                .strides = 2,
                                .padding = "same",
                                .activation = "relu",
                                .kernel_initializer = initializers::HeNormal(4),
                                .bias_initializer = "ones",
                                .kernel_regularizer = l1_l2({.l1 = 0.5, .l2 = 0.25}),
                                .bias_regularizer = l2(0.125),
                                .activity_regularizer = l1(0.5),
                                .kernel_constraint = max_norm(2, {.axis = {0, 1}}),
                                .bias_constraint = non_neg(),
                                .name = "a"};
  ConvOptions grouped = convolution;
  grouped.filters = 6;
  grouped.groups = 2;
  all.push_back({Conv1D(grouped), {5, 4}, {3, 6}, 2, 30, false});
  all.push_back({Conv2D(convolution), {5, 4, 2}, {3, 2, 3}, 2, 27, false});
  all.push_back({Cropping2D({.cropping = {{1, 0}, {2, 1}}, .name = "a"}), {4, 5, 2}, {3, 2, 2}, 0, 0, false});
  all.push_back({Dense({.units = 3,
                        .activation = "softmax",
                        .use_bias = true,
                        .kernel_initializer = initializers::Orthogonal({.gain = 2, .seed = 4}),
                        .bias_initializer = "ones",
                        .kernel_regularizer = l1_l2({.l1 = 0.5, .l2 = 0.25}),
                        .bias_regularizer = l2(0.125),
                        .activity_regularizer = l1(0.5),
                        .kernel_constraint = min_max_norm({.max_value = 2, .axis = {0, 1}}),
                        .bias_constraint = non_neg(),
                        .name = "a"}),
                 {5},
                 {3},
                 2,
                 18,
                 false});
  all.push_back({DepthwiseConv2D({.kernel_size = 2,
                                  .strides = 2,
                                  .padding = "same",
                                  .depth_multiplier = 2,
                                  .activation = "relu",
                                  .depthwise_regularizer = l2(0.5),
                                  .bias_regularizer = l1(0.25),
                                  .depthwise_constraint = max_norm(2, {.axis = {0, 1}}),
                                  .name = "a"}),
                 {5, 4, 2},
                 {3, 2, 4},
                 2,
                 20,
                 false});
  const DropConnectOptions drop_connect{.units = 3,
                                        .rate = 0.25,
                                        .activation = "elu",
                                        .kernel_initializer = "he_normal",
                                        .bias_initializer = "ones",
                                        .kernel_regularizer = l1_l2({.l1 = 0.5, .l2 = 0.25}),
                                        .bias_regularizer = l2(0.125),
                                        .activity_regularizer = l1(0.5),
                                        .kernel_constraint = max_norm(2),
                                        .bias_constraint = non_neg(),
                                        .seed = 3,
                                        .name = "a"};
  all.push_back({DropConnect(drop_connect), {5}, {3}, 2, 18, true});
  all.push_back(
      {Dropout({.rate = 0.2, .noise_shape = {1, -1}, .seed = 3, .name = "a"}), {5}, {5}, 0, 0, true});
  all.push_back({ELU({.alpha = 0.5, .name = "a"}), {4, 5}, {4, 5}, 0, 0, false});
  all.push_back({Flatten({.name = "a"}), {4, 5}, {20}, 0, 0, false});
  all.push_back({GaussianDropout({.rate = 0.2, .seed = 3, .name = "a"}), {4, 5}, {4, 5}, 0, 0, true});
  all.push_back({GaussianNoise({.stddev = 0.2, .seed = 3, .name = "a"}), {4, 5}, {4, 5}, 0, 0, true});
  all.push_back({GlobalAveragePooling1D({.keepdims = true, .name = "a"}), {5, 4}, {1, 4}, 0, 0, false});
  all.push_back({GlobalAveragePooling2D({.keepdims = true, .name = "a"}), {4, 5, 2}, {1, 1, 2}, 0, 0, false});
  all.push_back({GlobalMaxPooling1D({.keepdims = true, .name = "a"}), {5, 4}, {1, 4}, 0, 0, false});
  all.push_back({GlobalMaxPooling2D({.keepdims = true, .name = "a"}), {4, 5, 2}, {1, 1, 2}, 0, 0, false});
  all.push_back({LayerNormalization({.axis = {3, 1},
                                     .epsilon = 0.25,
                                     .beta_initializer = "ones",
                                     .gamma_initializer = "he_normal",
                                     .beta_regularizer = l1(0.5),
                                     .gamma_regularizer = l2(0.5),
                                     .beta_constraint = non_neg(),
                                     .gamma_constraint = max_norm(2, {.axis = 1}),
                                     .name = "a"}),
                 {3, 2, 5},
                 {3, 2, 5},
                 2,
                 30,
                 false});
  all.push_back({LeakyReLU({.negative_slope = 0.5, .name = "a"}), {4, 5}, {4, 5}, 0, 0, false});
  all.push_back({MCAlphaDropout({.rate = 0.2, .name = "a"}), {5}, {5}, 0, 0, true});
  all.push_back({MCDropConnect(drop_connect), {5}, {3}, 2, 18, true});
  all.push_back({MCDropout({.rate = 0.2, .name = "a"}), {5}, {5}, 0, 0, true});
  all.push_back({MCGaussianDropout({.rate = 0.2, .name = "a"}), {4, 5}, {4, 5}, 0, 0, true});
  all.push_back({MCGaussianNoise({.stddev = 0.2, .name = "a"}), {4, 5}, {4, 5}, 0, 0, true});
  all.push_back({MCSpatialDropout1D({.rate = 0.2, .name = "a"}), {4, 5}, {4, 5}, 0, 0, true});
  all.push_back({MCSpatialDropout2D({.rate = 0.2, .name = "a"}), {4, 5, 2}, {4, 5, 2}, 0, 0, true});
  all.push_back({MaxPooling1D({.pool_size = 3, .strides = 2, .name = "a"}), {5, 4}, {2, 4}, 0, 0, false});
  all.push_back({MaxPooling2D({.pool_size = {3, 2}, .strides = {1, 2}, .padding = "same", .name = "a"}),
                 {4, 5, 2},
                 {4, 3, 2},
                 0,
                 0,
                 false});
  all.push_back({NormalizationLayer({.axis = {1, 2},
                                     .mean = Value::List{Value::List{0.5}, Value::List{-2}},
                                     .variance = Value::List{Value::List{4.0}, Value::List{0.25}},
                                     .invert = true,
                                     .name = "a"}),
                 {2, 5},
                 {2, 5},
                 0,
                 0,
                 false});
  all.push_back({PReLU({.alpha_initializer = "he_normal",
                        .alpha_regularizer = l2(0.5),
                        .alpha_constraint = non_neg(),
                        .shared_axes = {1},
                        .name = "a"}),
                 {4, 5},
                 {4, 5},
                 1,
                 5,
                 false});
  all.push_back({Permute({.dims = {2, 3, 1}, .name = "a"}), {4, 5, 6}, {5, 6, 4}, 0, 0, false});
  all.push_back({ReLU({.max_value = 6, .negative_slope = 0.5, .threshold = 0.25, .name = "a"}),
                 {4, 5},
                 {4, 5},
                 0,
                 0,
                 false});
  all.push_back({RepeatVector({.n = 3, .name = "a"}), {5}, {3, 5}, 0, 0, false});
  all.push_back({Rescaling({.scale = 2, .offset = 0.5, .name = "a"}), {4, 5}, {4, 5}, 0, 0, false});
  all.push_back({Reshape({.target_shape = {2, -1}, .name = "a"}), {4, 5}, {2, 10}, 0, 0, false});
  all.push_back({SeparableConv2D({.filters = 3,
                                  .kernel_size = 2,
                                  .padding = "same",
                                  .dilation_rate = 2,
                                  .depth_multiplier = 2,
                                  .activation = "elu",
                                  .pointwise_regularizer = l2(0.5),
                                  .pointwise_constraint = max_norm(2, {.axis = {0, 1, 2}}),
                                  .name = "a"}),
                 {5, 4, 2},
                 {5, 4, 3},
                 3,
                 31,
                 false});
  all.push_back({Softmax({.axis = 1, .name = "a"}), {4, 5}, {4, 5}, 0, 0, false});
  all.push_back({SpatialDropout1D({.rate = 0.2, .seed = 3, .name = "a"}), {4, 5}, {4, 5}, 0, 0, true});
  all.push_back({SpatialDropout2D({.rate = 0.2, .seed = 3, .name = "a"}), {4, 5, 2}, {4, 5, 2}, 0, 0, true});
  all.push_back({UnitNormalization({.axis = {1, 3}, .name = "a"}), {3, 2, 5}, {3, 2, 5}, 0, 0, false});
  all.push_back({UpSampling2D({.size = {1, 3}, .name = "a"}), {4, 5, 2}, {4, 15, 2}, 0, 0, false});
  all.push_back(
      {ZeroPadding2D({.padding = {{1, 0}, {2, 3}}, .name = "a"}), {4, 5, 2}, {5, 10, 2}, 0, 0, false});
  return all;
}

class EveryLayer : public ::testing::TestWithParam<Expectation> {};

TEST_P(EveryLayer, Conforms) {
  testing::expect_conforms(GetParam());
}

TEST_P(EveryLayer, TrainsWithoutAllocating) {
  const Sequential model = testing::model_with(GetParam());
  const plan::testing::Data data(5, GetParam().input.size(), 2, 23);
  plan::Slots<float> slots;
  plan::testing::Network<float> net(
      model.lower(), plan::testing::training(data.rows, testing::conformance_loss(), {}), 1, &slots);
  net.pass.batch = data.batch(0, data.rows, false);
  EXPECT_EQ(testing::count_allocations([&] { net.run_alone(); }), 0);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryLayer, ::testing::ValuesIn(one_of_each()),
                         [](const auto& test) { return std::string(test.param.layer->class_name()); });

TEST(Registry, EveryKnownLayerIsAmongThem) {
  std::vector<std::string> names;
  for (const Expectation& e : one_of_each()) names.push_back(e.layer->class_name());
  EXPECT_EQ(names, known_layers());
}

// Copied from Keras 3.15's to_json of such layers.
TEST(Registry, ReadsWhatKerasWrites) {
  const auto read = [](const char* class_name, const char* json) {
    return layer_from_config(class_name, parse_json(json, "test"));
  };
  const LayerPtr dense = read("Dense", R"({"name": "d", "trainable": true, "dtype": {"module": "keras",
      "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}, "units": 3,
      "activation": "relu", "use_bias": true, "kernel_initializer": {"module": "keras.initializers",
      "class_name": "HeNormal", "config": {"seed": null, "input_axes": null, "output_axes": null},
      "registered_name": null}, "bias_initializer": {"module": "keras.initializers", "class_name": "Zeros",
      "config": {}, "registered_name": null}, "kernel_regularizer": {"module": "keras.regularizers",
      "class_name": "L2", "config": {"l2": 0.01}, "registered_name": null}, "bias_regularizer": null,
      "kernel_constraint": {"module": "keras.constraints", "class_name": "MaxNorm", "config": {"max_value": 2,
      "axis": 0}, "registered_name": null}, "bias_constraint": null, "quantization_config": null})");
  EXPECT_EQ(as<Dense>(dense).units(), 3);
  EXPECT_EQ(dense->config().at("kernel_constraint").at("config").at("max_value"), Value(2.0));
  const LayerPtr dropout = read("Dropout", R"({"name": "dropout", "trainable": true, "dtype": "float32",
      "rate": 0.2, "seed": null, "noise_shape": [null, 1]})");
  EXPECT_EQ(as<Dropout>(dropout).options().noise_shape, (std::vector<int>{-1, 1}));
  const LayerPtr flatten = read("Flatten", R"({"name": "flatten", "trainable": true, "dtype": "float32",
      "data_format": "channels_last", "batch_input_shape": [null, 28, 28]})");
  EXPECT_EQ(flatten->declared_input_shape(), Shape({28, 28}));
}

TEST(Registry, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { layer_from_config("Dence", Value::Dict{}); },
                            "Layer: \"Dence\" is not known. Did you mean \"Dense\"?");
  try {
    layer_from_config("LSTM", Value::Dict{});
    ADD_FAILURE() << "LSTM is known";
  } catch (const ConfigError& error) {  // a list that long is cut
    EXPECT_EQ(std::string(error.what()).find("Layer: \"LSTM\" is not known. Known: Activation, "), 0u)
        << error.what();
  }
  expect_error<ConfigError>([] { layer_from_config("Dense", Value::List{}); },
                            "Dense: the config must be a dict, got a list.");
}

}  // namespace
}  // namespace regulus
