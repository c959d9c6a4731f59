// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/plan/convolution/images.h"
#include "regulus/plan/weights/group_sums.h"
#include "regulus/plan/weights/update.h"

namespace regulus::plan {

/// How a convolution's weights learn: their gradients are summed over the images and go to the update.
///
/// Image by image, while an image is in a cache, over up to 16 groups of images (GroupSums), which the update
/// adds up. Or, where these sums would be larger than the batch itself, over the whole batch at once: a part
/// of the weights after another, whose gradient never leaves the cache on its way to the update. The shapes
/// and the largest batch decide.
template <class T>
class ConvolutionLearning {
 public:
  /// What the step asks of the plan when it is made.
  static void prepare(Compiler<T>& compiler) { GroupSums<T>::keep_groups_together(compiler); }

  /// The weights, and what their windows are; all must outlive this.
  struct Weights {
    Weight<T>* kernel;
    Weight<T>* bias;  ///< may be null
    const ConvolutionImages* images;
    std::int64_t unit_groups;
    bool depthwise;
  };
  /// Where images begin, and how far apart they are.
  struct Images {
    Offset at;
    std::int64_t stride;
  };
  void lay_out(Compiler<T>& compiler, const Weights& weights, Images x, Images dz);

  bool by_image() const { return by_image_; }
  /// By image: adds these rows to their groups' sums.
  void add(const Pass<T>& pass, runtime::Range rows) const;
  /// flops_per_row: of the gradient, where it is not computed by add().
  void add_phases(PhaseList<T>& phases, const std::string& step, double flops_per_row) const;

 private:
  void add_group(const Pass<T>& pass, runtime::Range rows) const;
  void learn_sums(const Pass<T>& pass, runtime::Range panels, runtime::Range inputs,
                  std::byte* scratch) const;
  void learn_batch(const Pass<T>& pass, runtime::Range panels, runtime::Range runs, T* gradient) const;
  void learn_bias(const Pass<T>& pass, runtime::Range panels, T* gradient) const;
  kernels::ConvolutionGradientArgs<T> gradient_args(const Pass<T>& pass, runtime::Range rows) const;
  kernels::ConvolutionGradientArgs<T> bias_gradient_args(const Pass<T>& pass, runtime::Range rows) const;
  std::int64_t pairs() const { return (weights_.kernel->num_panels() + kPair - 1) / kPair; }
  runtime::Range pair(std::int64_t index) const {
    return {index * kPair, std::min((index + 1) * kPair, weights_.kernel->num_panels())};
  }

  /// Panels whose gradients a tile sums together.
  static constexpr std::int64_t kPair = 2;

  Weights weights_{};
  Images x_{};
  Images dz_{};
  const Updater<T>* updater_ = nullptr;
  bool by_image_ = true;
  GroupSums<T> kernel_sums_;
  GroupSums<T> bias_sums_;
};

}  // namespace regulus::plan
