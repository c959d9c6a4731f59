// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/onednn.h"
#include "bench/kernels/step_rivals.h"

namespace regulus::bench {
namespace {

using namespace onednn;

StepRival rival(const WindowJob& job, bool max, StepPart part, Tag images) {
  const dnnl::memory::dims x_dims{job.batch, job.channels, job.height, job.width};
  const dnnl::memory::dims y_dims{job.batch, job.channels, job.out_height, job.out_width};
  const dnnl::memory::dims strides{job.stride, job.stride};
  const dnnl::memory::dims size{job.size, job.size};
  const dnnl::memory::dims before{job.before, job.before};
  const dnnl::memory::dims after{(job.out_height - 1) * job.stride + job.size - job.height - job.before,
                                 (job.out_width - 1) * job.stride + job.size - job.width - job.before};
  const auto algorithm = max ? dnnl::algorithm::pooling_max : dnnl::algorithm::pooling_avg_exclude_padding;
  const auto kind =
      part == StepPart::kPredict ? dnnl::prop_kind::forward_inference : dnnl::prop_kind::forward_training;
  const dnnl::pooling_forward::primitive_desc chosen(
      {kind, algorithm, desc(x_dims, images), desc(y_dims, images), strides, size, before, after},
      machine().engine);
  const dnnl::memory y = empty(chosen.dst_desc());
  Arguments forward{{DNNL_ARG_SRC, given(job.x, desc(x_dims, Tag::nhwc), chosen.src_desc())},
                    {DNNL_ARG_DST, y}};
  const bool keeps_places = max && part != StepPart::kPredict;
  dnnl::memory places;
  if (keeps_places) forward[DNNL_ARG_WORKSPACE] = places = empty(chosen.workspace_desc());
  auto run = run_of(dnnl::pooling_forward(chosen), forward);
  if (part != StepPart::kBackward)
    return {"", format_of(chosen.src_desc()) + " by " + chosen.impl_info_str(), std::move(run),
            [y, plain = desc(y_dims, Tag::nhwc)] { return taken(y, plain); }};
  run();
  const dnnl::pooling_backward::primitive_desc back(
      {algorithm, desc(x_dims, images), desc(y_dims, images), strides, size, before, after}, machine().engine,
      chosen);
  const dnnl::memory dx = empty(back.diff_src_desc());
  Arguments backward{{DNNL_ARG_DIFF_DST, given(job.dy, desc(y_dims, Tag::nhwc), back.diff_dst_desc())},
                     {DNNL_ARG_DIFF_SRC, dx}};
  if (keeps_places) backward[DNNL_ARG_WORKSPACE] = places;
  return {"", format_of(back.diff_src_desc()) + " by " + back.impl_info_str(),
          run_of(dnnl::pooling_backward(back), std::move(backward)),
          [dx, plain = desc(x_dims, Tag::nhwc)] { return taken(dx, plain); }};
}

}  // namespace

std::vector<StepRival> onednn_pooling(const WindowJob& job, bool max, StepPart part) {
  return in_two_formats("onednn-blocked", blocked(),
                        [&](Tag images) { return rival(job, max, part, images); });
}

}  // namespace regulus::bench
