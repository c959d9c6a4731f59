// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/classes.h"

#include <algorithm>
#include <utility>

#include "regulus/nn/layers/preprocessing/augmentation.h"

namespace regulus::keras {
namespace {

// Sorted; without those that act in training alone, which nn lists.
constexpr std::string_view kLayers[] = {
    "AbstractRNNCell",
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "AutoContrast",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "BatchNormalizationV1",
    "BatchNormalizationV2",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "ClassMethod",
    "Concatenate",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM2DCell",
    "ConvLSTM3D",
    "ConvRecurrent2D",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "CuDNNGRU",
    "CuDNNLSTM",
    "Dense",
    "DenseFeatures",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "Dropout",
    "ELU",
    "EinsumDense",
    "Embedding",
    "Flatten",
    "FlaxLayer",
    "GRU",
    "GRUCell",
    "GRUV1",
    "GRUV2",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "GroupQueryAttention",
    "HashedCrossing",
    "Hashing",
    "Identity",
    "InputLayer",
    "InstanceMethod",
    "InstanceProperty",
    "IntegerLookup",
    "JaxLayer",
    "LSTM",
    "LSTMCell",
    "LSTMV1",
    "LSTMV2",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "LocallyConnected1D",
    "LocallyConnected2D",
    "Masking",
    "MaxNumBoundingBoxes",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "MelSpectrogram",
    "Minimum",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "PReLU",
    "PeepholeLSTMCell",
    "Permute",
    "Pipeline",
    "RMSNormalization",
    "RNN",
    "RNNCell",
    "RandomFourierFeatures",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "ReversibleEmbedding",
    "STFTSpectrogram",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "SlicingOpLambda",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "StringLookup",
    "Subtract",
    "SyncBatchNormalization",
    "TFOpLambda",
    "TFSMLayer",
    "TensorFlowOpLayer",
    "TextVectorization",
    "ThresholdedReLU",
    "TimeDistributed",
    "TorchModuleWrapper",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
};

constexpr std::pair<std::string_view, std::string_view> kOldNames[] = {
    {"BatchNormalizationV1", "BatchNormalization"},
    {"BatchNormalizationV2", "BatchNormalization"},
    {"SyncBatchNormalization", "BatchNormalization"},  // one machine has nobody to agree with
    {"ThresholdedReLU", "ReLU"},
};

// What the name begins with, and what it means. The longer beginning first.
constexpr std::pair<std::string_view, std::string_view> kMonteCarlo[] = {
    {"MCAlphaDropout", "MCAlphaDropout"},         {"MCGaussianDropout", "MCGaussianDropout"},
    {"MCGaussianNoise", "MCGaussianNoise"},       {"MCSpatialDropout1D", "MCSpatialDropout1D"},
    {"MCSpatialDropout2D", "MCSpatialDropout2D"}, {"MCDropout", "MCDropout"},
    {"MonteCarloAlphaDropout", "MCAlphaDropout"}, {"MonteCarloDropout", "MCDropout"},
};

}  // namespace

bool is_keras_layer(std::string_view class_name) {
  return is_augmentation(class_name) ||
         std::binary_search(std::begin(kLayers), std::end(kLayers), class_name);
}

bool is_model_class(std::string_view class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

std::string class_today(const std::string& class_name) {
  for (const auto& [old, now] : kOldNames)
    if (class_name == old) return std::string(now);
  return class_name;
}

std::string monte_carlo_class(const std::string& class_name) {
  for (const auto& [start, meant] : kMonteCarlo)
    if (class_name.starts_with(start)) return std::string(meant);
  return "";
}

}  // namespace regulus::keras
