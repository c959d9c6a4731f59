// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/onednn.h"
#include "bench/kernels/step_rivals.h"

namespace regulus::bench {
namespace {

using namespace onednn;
using Flags = dnnl::normalization_flags;

StepRival rival(const NormalizationJob& job, StepPart part, Tag format) {
  const Desc plain = desc({job.batch, job.channels, job.height, job.width}, Tag::nhwc);
  const Desc images = desc({job.batch, job.channels, job.height, job.width}, format);
  const Desc channels = desc({job.channels}, Tag::a);
  const bool predicts = part == StepPart::kPredict;
  const Flags flags =
      Flags::use_scale | Flags::use_shift | (predicts ? Flags::use_global_stats : Flags::none);
  const dnnl::batch_normalization_forward::primitive_desc chosen(
      {predicts ? dnnl::prop_kind::forward_inference : dnnl::prop_kind::forward_training, images, job.epsilon,
       flags},
      machine().engine);
  const dnnl::memory y = empty(images);
  const Arguments forward{{DNNL_ARG_SRC, given(job.x, plain, images)},
                          {DNNL_ARG_DST, y},
                          {DNNL_ARG_SCALE, given(job.gamma, channels, channels)},
                          {DNNL_ARG_SHIFT, given(job.beta, channels, channels)},
                          {DNNL_ARG_MEAN, given(job.mean, channels, channels)},
                          {DNNL_ARG_VARIANCE, given(job.variance, channels, channels)}};
  auto run = run_of(dnnl::batch_normalization_forward(chosen), forward);
  if (part != StepPart::kBackward)
    return {"", format_of(images) + " by " + chosen.impl_info_str(), std::move(run),
            [y, plain] { return taken(y, plain); }};
  run();
  const dnnl::batch_normalization_backward::primitive_desc back(
      {dnnl::prop_kind::backward, images, images, job.epsilon, flags}, machine().engine, chosen);
  // In place, as ours.
  const dnnl::memory gradient = given(job.dy, plain, images);
  Arguments backward = forward;
  backward.erase(DNNL_ARG_DST);
  backward[DNNL_ARG_DIFF_DST] = gradient;
  backward[DNNL_ARG_DIFF_SRC] = gradient;
  backward[DNNL_ARG_DIFF_SCALE] = empty(channels);
  backward[DNNL_ARG_DIFF_SHIFT] = empty(channels);
  return {"", format_of(images) + " by " + back.impl_info_str(),
          run_of(dnnl::batch_normalization_backward(back), std::move(backward)),
          [gradient, plain] { return taken(gradient, plain); }};
}

}  // namespace

std::vector<StepRival> onednn_normalization(const NormalizationJob& job, StepPart part) {
  return in_two_formats("onednn-blocked", blocked(), [&](Tag format) { return rival(job, part, format); });
}

}  // namespace regulus::bench
