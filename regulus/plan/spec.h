// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "regulus/plan/pass/own_loss.h"
#include "regulus/plan/strided_view.h"
#include "regulus/plan/weights/parameter.h"

// What a layer tells the plan: plain descriptions of steps. A layer's lower() adds one or more of
// them to a Graph; each names the step template (plan/steps/) that carries it out.

namespace regulus::plan {

/// Where the windows of a convolution or pooling lie in an image [height, width, channels].
struct WindowSpec {
  std::int64_t height;
  std::int64_t width;
  std::int64_t channels;
  std::int64_t kernel_h;
  std::int64_t kernel_w;
  std::int64_t stride_h = 1;
  std::int64_t stride_w = 1;
  std::int64_t dilation_h = 1;
  std::int64_t dilation_w = 1;
  std::int64_t pad_top = 0;
  std::int64_t pad_left = 0;
  std::int64_t out_h = 0;
  std::int64_t out_w = 0;
};

/// y = x * W + b: each output pixel the product of its window with W [kernel_h, kernel_w, channels, units];
/// pixels outside the image are 0. `bias` may be null. Depthwise: W is [kernel_h, kernel_w, channels, n] with
/// two axes of units, and output channel c * n + i the product of channel c's windows with W(…, c, i). In
/// groups (kernel and bias laid out so, UnitLayout): W is [kernel_h, kernel_w, channels / groups, units].
struct ConvolutionSpec {
  std::string name;
  ParameterPtr kernel;
  ParameterPtr bias;
  WindowSpec window;
  bool depthwise = false;
};

/// y = f(x), element by element.
struct ActivationSpec {
  std::string name;
  kernels::Activation activation = kernels::Activation::kLinear;
  double alpha = 0;
};

/// y = scale x + offset, rounded twice.
struct RescaleSpec {
  std::string name;
  double scale = 1;
  double offset = 0;
};

/// The same with a scale and an offset for each channel, a row's last axis, or one for all.
struct ChannelRescaleSpec {
  std::string name;
  std::vector<double> scale;   ///< 1 or as many as channels
  std::vector<double> offset;  ///< 1 or as many as channels
};

/// y = min(x, max_value) where x > threshold, else negative_slope (x - threshold).
struct ClippedReluSpec {
  std::string name;
  double max_value = 0;  ///< may be infinite
  double negative_slope = 0;
  double threshold = 0;
};

/// y = x where x > 0, else alpha x. Each feature shares its alpha with others or has its own.
struct PReluSpec {
  std::string name;
  ParameterPtr alpha;
  StridedView alpha_of;  ///< of each feature the number of its alpha, row-major
};

/// Softmax or its logarithm over the last axis. Requires a rank-1 row.
struct SoftmaxSpec {
  std::string name;
  bool log = false;
};

enum class AxisFunction { kSoftmax, kLogSoftmax, kSparsemax };

/// Softmax or a relative of it over one axis of the row: rows are [outer][length][inner] of any outer.
struct AxisSoftmaxSpec {
  std::string name;
  std::int64_t length = 1;
  std::int64_t inner = 1;
  AxisFunction function = AxisFunction::kSoftmax;
};

/// y = a sigmoid(b), where a and b are the halves of each `length` neighbours of a row. Requires an even
/// length.
struct GatedLinearUnitSpec {
  std::string name;
  std::int64_t length = 2;
};

/// Images changed at random in training. `name`: for errors.
struct AugmentationSpec {
  std::string name;
};

/// Random decisions, one for each element of the noise shape, the others share them.
struct MaskSpec {
  std::string name;
  double rate = 0;   ///< probability of being dropped, 0 … 1
  double scale = 1;  ///< see kernels::MaskMap
  double shift = 0;
  double dropped = 0;
  bool always_on = false;             ///< drawn in prediction too (the Monte-Carlo twins)
  std::uint32_t stream = 0;           ///< the layer's position in its model
  std::optional<std::uint64_t> seed;  ///< the layer's own key; else the model's
  bool same_for_all_rows = false;     ///< the noise shape's batch axis is 1
  /// Of each feature the number of its decision; empty: each feature has its own.
  StridedView decision;
};

/// y = x W + b. `bias` may be null. With a mask, W's own elements are dropped: its decisions number the
/// packed kernel, one draw for all rows of a pass.
struct DenseSpec {
  std::string name;
  ParameterPtr kernel;
  ParameterPtr bias;
  std::optional<MaskSpec> kernel_mask = {};
};

/// What becomes of a pooling window: its largest pixel, of which the first takes the gradient; the
/// largest pixel of the only window, all equal ones sharing the gradient; or the mean.
enum class Pool { kMax, kSharedMax, kAverage };

/// Each channel's pixels window by window; the strides from row to row are the plan's to fill in.
struct PoolSpec {
  std::string name;
  Pool pool = Pool::kMax;
  kernels::Pooling windows;
};

/// Normals n, one for each element: y = x + n with mean 0, or y = x n with mean 1.
struct NoiseSpec {
  std::string name;
  double stddev = 0;
  bool multiplies = false;
  bool always_on = false;             ///< drawn in prediction too (the Monte-Carlo twins)
  std::uint32_t stream = 0;           ///< the layer's position in its model
  std::optional<std::uint64_t> seed;  ///< the layer's own key; else the model's
};

/// y[i] = x[source(i)], or 0 where there is none, in every row.
struct RearrangeSpec {
  std::string name;
  StridedView source;
};

/// Adds penalty(x) / rows to the loss; passes x on.
struct ActivityPenaltySpec {
  std::string name;
  Penalty penalty;
};

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta over the last axis, of the weights' length.
/// gamma and beta may be null. Not trainable: the moving statistics are used in training too.
struct BatchNormalizationSpec {
  std::string name;
  ParameterPtr gamma;
  ParameterPtr beta;
  ParameterPtr moving_mean;
  ParameterPtr moving_variance;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool trainable = true;
};

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance those of each `length`
/// neighbours of a row. gamma and beta have that many elements, packed in their order, and may be null. Not
/// centered: y = gamma x / sqrt(variance + epsilon) + beta.
struct LayerNormalizationSpec {
  std::string name;
  ParameterPtr gamma;
  ParameterPtr beta;
  std::int64_t length = 1;
  double epsilon = 1e-3;
  bool centered = true;
};

/// y = x / |x| of each `length` neighbours of a row: x min(1 / sqrt(sum of x^2), 1e12).
struct UnitNormalizationSpec {
  std::string name;
  std::int64_t length = 1;
};

/// y = (x - mean) / max(sqrt(variance), 1e-7), or back again: y = mean + x max(sqrt(variance), 1e-7).
struct NormalizationSpec {
  std::string name;
  ParameterPtr mean;
  ParameterPtr variance;
  StridedView place;  ///< of each feature's mean and variance among the packed ones
  bool invert = false;
};

/// The end of the chain in training and evaluation.
struct LossSpec {
  kernels::Loss loss = kernels::Loss::kMeanSquaredError;
  bool from_logits = false;
  double label_smoothing = 0;
  std::shared_ptr<const OwnLoss> own = {};  ///< the user's own, instead of all above; null: none
};

}  // namespace regulus::plan
