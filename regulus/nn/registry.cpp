// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/registry.h"

#include "regulus/nn/identifier.h"
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
#include "regulus/nn/layers/preprocessing/augmentation.h"
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

namespace regulus {
namespace {

struct Row {
  std::string_view class_name;
  LayerPtr (*from_config)(const Value& config);
};

template <class L>
LayerPtr read(const Value& config) {
  return L::from_config(config);
}

// A new layer adds its line here.
constexpr Row kLayers[] = {
    {"Activation", read<ActivationLayer>},
    {"ActivityRegularization", read<ActivityRegularization>},
    {"AlphaDropout", read<AlphaDropout>},
    {"AveragePooling1D", read<AveragePooling1D>},
    {"AveragePooling2D", read<AveragePooling2D>},
    {"BatchNormalization", read<BatchNormalization>},
    {"Conv1D", read<Conv1D>},
    {"Conv2D", read<Conv2D>},
    {"Cropping2D", read<Cropping2D>},
    {"Dense", read<Dense>},
    {"DepthwiseConv2D", read<DepthwiseConv2D>},
    {"DropConnect", read<DropConnect>},
    {"Dropout", read<Dropout>},
    {"ELU", read<ELU>},
    {"Flatten", read<Flatten>},
    {"GaussianDropout", read<GaussianDropout>},
    {"GaussianNoise", read<GaussianNoise>},
    {"GlobalAveragePooling1D", read<GlobalAveragePooling1D>},
    {"GlobalAveragePooling2D", read<GlobalAveragePooling2D>},
    {"GlobalMaxPooling1D", read<GlobalMaxPooling1D>},
    {"GlobalMaxPooling2D", read<GlobalMaxPooling2D>},
    {"LayerNormalization", read<LayerNormalization>},
    {"LeakyReLU", read<LeakyReLU>},
    {"MCAlphaDropout", read<MCAlphaDropout>},
    {"MCDropConnect", read<MCDropConnect>},
    {"MCDropout", read<MCDropout>},
    {"MCGaussianDropout", read<MCGaussianDropout>},
    {"MCGaussianNoise", read<MCGaussianNoise>},
    {"MCSpatialDropout1D", read<MCSpatialDropout1D>},
    {"MCSpatialDropout2D", read<MCSpatialDropout2D>},
    {"MaxPooling1D", read<MaxPooling1D>},
    {"MaxPooling2D", read<MaxPooling2D>},
    {"Normalization", read<NormalizationLayer>},
    {"PReLU", read<PReLU>},
    {"Permute", read<Permute>},
    {"ReLU", read<ReLU>},
    {"RepeatVector", read<RepeatVector>},
    {"Rescaling", read<Rescaling>},
    {"Reshape", read<Reshape>},
    {"SeparableConv2D", read<SeparableConv2D>},
    {"Softmax", read<Softmax>},
    {"SpatialDropout1D", read<SpatialDropout1D>},
    {"SpatialDropout2D", read<SpatialDropout2D>},
    {"UnitNormalization", read<UnitNormalization>},
    {"UpSampling2D", read<UpSampling2D>},
    {"ZeroPadding2D", read<ZeroPadding2D>},
};

}  // namespace

LayerPtr layer_from_config(const std::string& class_name, const Value& config) {
  std::vector<std::string_view> names;
  for (const Row& row : kLayers) {
    if (row.class_name == class_name) {
      LayerPtr layer = row.from_config(config);
      const Value* trainable = config.find("trainable");
      layer->set_trainable(!trainable || *trainable == Value(true));  // a flag: the layer has read it
      return layer;
    }
    names.push_back(row.class_name);
  }
  if (is_augmentation(class_name)) return Augmentation(class_name, config);
  for (const std::string_view name : known_augmentations()) names.push_back(name);
  throw_unknown("Layer", class_name, names);
}

std::vector<std::string> known_layers() {
  std::vector<std::string> names;
  for (const Row& row : kLayers) names.emplace_back(row.class_name);
  return names;
}

}  // namespace regulus
