// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/table.h"

#include <string_view>

#include "regulus/nn/layers/preprocessing/augmentation.h"
#include "regulus/saving/onnx/translations.h"

namespace regulus::onnx {
namespace {

struct Row {
  std::string_view class_name;
  void (*translate)(Chain& chain);
};

// A new layer adds its line here.
constexpr Row kTranslations[] = {
    {"Activation", activation_layer},
    {"ActivityRegularization", identity},  // a penalty is of the training alone
    {"AlphaDropout", alpha_dropout},
    {"AveragePooling1D", average_pooling},
    {"AveragePooling2D", average_pooling},
    {"BatchNormalization", batch_normalization},
    {"Conv1D", convolution},
    {"Conv2D", convolution},
    {"Cropping2D", cropping},
    {"Dense", dense},
    {"DepthwiseConv2D", depthwise_convolution},
    {"DropConnect", drop_connect},
    {"Dropout", dropout},
    {"ELU", elu},
    {"Flatten", flatten},
    {"GaussianDropout", gaussian_dropout},
    {"GaussianNoise", gaussian_noise},
    {"GlobalAveragePooling1D", global_average_pooling},
    {"GlobalAveragePooling2D", global_average_pooling},
    {"GlobalMaxPooling1D", global_max_pooling},
    {"GlobalMaxPooling2D", global_max_pooling},
    {"LayerNormalization", layer_normalization},
    {"LeakyReLU", leaky_relu},
    {"MCAlphaDropout", alpha_dropout},
    {"MCDropConnect", drop_connect},
    {"MCDropout", dropout},
    {"MCGaussianDropout", gaussian_dropout},
    {"MCGaussianNoise", gaussian_noise},
    {"MCSpatialDropout1D", spatial_dropout},
    {"MCSpatialDropout2D", spatial_dropout},
    {"MaxPooling1D", max_pooling},
    {"MaxPooling2D", max_pooling},
    {"Normalization", normalization},
    {"PReLU", prelu},
    {"Permute", permute},
    {"ReLU", relu},
    {"RepeatVector", repeat_vector},
    {"Rescaling", rescaling},
    {"Reshape", reshape},
    {"SeparableConv2D", separable_convolution},
    {"Softmax", softmax},
    {"SpatialDropout1D", spatial_dropout},
    {"SpatialDropout2D", spatial_dropout},
    {"UnitNormalization", unit_normalization},
    {"UpSampling2D", up_sampling},
    {"ZeroPadding2D", zero_padding},
};

}  // namespace

void translate(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  // Without the draws it would be another model, and with them a file that nobody expects to be random.
  if (layer.always_on && layer.stochastic && !chain.draws())
    refuse(layer.where(), "it draws in every prediction, which only a Monte-Carlo file can",
           "Export with monte_carlo = true (--mc).");
  for (const Row& row : kTranslations)
    if (row.class_name == layer.class_name) return row.translate(chain);
  if (is_augmentation(layer.class_name)) return;
  refuse(layer.where(), "this class has no translation to ONNX");
}

}  // namespace regulus::onnx
