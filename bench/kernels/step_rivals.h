// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace regulus::bench {

/// Another library's way to do what a part of a step does; result() is row-major.
struct StepRival {
  std::string name;
  std::string how;  ///< the format and implementation that it has chosen
  std::function<void()> run;
  std::function<std::vector<float>()> result;
};

/// Windows over images [batch][height][width][channels] and what comes of them, [batch][out_height]
/// [out_width][units].
struct WindowJob {
  std::int64_t batch;
  std::int64_t height;
  std::int64_t width;
  std::int64_t channels;
  std::int64_t units;
  std::int64_t size;
  std::int64_t stride;
  std::int64_t before;  ///< zeros before the first pixel of each axis
  std::int64_t out_height;
  std::int64_t out_width;
  const float* x;
  const float* dy;
};

enum class ConvolutionPart { kForward, kInputGradient, kWeightGradient };

struct ConvolutionJob {
  WindowJob at;
  bool depthwise;
  const float* w;     ///< [size][size][channels][units], depthwise [size][size][channels]
  const float* bias;  ///< [units]
};
std::vector<StepRival> onednn_convolution(const ConvolutionJob& job, ConvolutionPart part);

/// kForward in training, where maxima leave their places for the way back; kPredict not.
enum class StepPart { kForward, kBackward, kPredict };

std::vector<StepRival> onednn_pooling(const WindowJob& job, bool max, StepPart part);

struct NormalizationJob {
  std::int64_t batch;
  std::int64_t height;
  std::int64_t width;
  std::int64_t channels;
  float epsilon;
  const float* x;
  const float* dy;
  const float* gamma;
  const float* beta;
  const float* mean;  ///< the moving ones
  const float* variance;
};
std::vector<StepRival> onednn_normalization(const NormalizationJob& job, StepPart part);

}  // namespace regulus::bench
