// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/onednn.h"
#include "bench/kernels/step_rivals.h"

// Weights as the library prefers, reordered beforehand, and their gradient left so.

namespace regulus::bench {
namespace {

using namespace onednn;

struct Geometry {
  dnnl::memory::dims x, w, bias, y, strides, before, after;
  Tag plain_weights;

  explicit Geometry(const ConvolutionJob& job) {
    const WindowJob& at = job.at;
    x = {at.batch, at.channels, at.height, at.width};
    w = {at.units, at.channels, at.size, at.size};
    if (job.depthwise) w = {at.units, 1, 1, at.size, at.size};
    bias = {at.units};
    y = {at.batch, at.units, at.out_height, at.out_width};
    strides = {at.stride, at.stride};
    before = {at.before, at.before};
    const auto behind = [&](std::int64_t in, std::int64_t out) {
      return (out - 1) * at.stride + at.size - in - at.before;
    };
    after = {behind(at.height, at.out_height), behind(at.width, at.out_width)};
    plain_weights = job.depthwise ? Tag::hwigo : Tag::hwio;
  }
};

constexpr auto kDirect = dnnl::algorithm::convolution_direct;

dnnl::convolution_forward::primitive_desc forward(const Geometry& g, Tag images) {
  return {{dnnl::prop_kind::forward_training, kDirect, desc(g.x, images), desc(g.w, Tag::any),
           desc(g.bias, Tag::a), desc(g.y, images), g.strides, g.before, g.after},
          machine().engine};
}

template <class Chosen>
std::string how(const Chosen& chosen, const Desc& in, const Desc& out) {
  return format_of(in) + " to " + format_of(out) + " by " + chosen.impl_info_str();
}

StepRival forward_rival(const ConvolutionJob& job, const Geometry& g, Tag images) {
  const auto chosen = forward(g, images);
  const dnnl::memory y = empty(chosen.dst_desc());
  return {"", how(chosen, chosen.src_desc(), chosen.dst_desc()),
          run_of(dnnl::convolution_forward(chosen),
                 {{DNNL_ARG_SRC, given(job.at.x, desc(g.x, Tag::nhwc), chosen.src_desc())},
                  {DNNL_ARG_WEIGHTS, given(job.w, desc(g.w, g.plain_weights), chosen.weights_desc())},
                  {DNNL_ARG_BIAS, given(job.bias, desc(g.bias, Tag::a), chosen.bias_desc())},
                  {DNNL_ARG_DST, y}}),
          [y, plain = desc(g.y, Tag::nhwc)] { return taken(y, plain); }};
}

StepRival input_gradient_rival(const ConvolutionJob& job, const Geometry& g, Tag images) {
  const dnnl::convolution_backward_data::primitive_desc chosen(
      {kDirect, desc(g.x, images), desc(g.w, Tag::any), desc(g.y, images), g.strides, g.before, g.after},
      machine().engine, forward(g, images));
  const dnnl::memory dx = empty(chosen.diff_src_desc());
  return {"", how(chosen, chosen.diff_dst_desc(), chosen.diff_src_desc()),
          run_of(dnnl::convolution_backward_data(chosen),
                 {{DNNL_ARG_DIFF_DST, given(job.at.dy, desc(g.y, Tag::nhwc), chosen.diff_dst_desc())},
                  {DNNL_ARG_WEIGHTS, given(job.w, desc(g.w, g.plain_weights), chosen.weights_desc())},
                  {DNNL_ARG_DIFF_SRC, dx}}),
          [dx, plain = desc(g.x, Tag::nhwc)] { return taken(dx, plain); }};
}

StepRival weight_gradient_rival(const ConvolutionJob& job, const Geometry& g, Tag images) {
  const dnnl::convolution_backward_weights::primitive_desc chosen(
      {kDirect, desc(g.x, images), desc(g.w, Tag::any), desc(g.bias, Tag::a), desc(g.y, images), g.strides,
       g.before, g.after},
      machine().engine, forward(g, images));
  const dnnl::memory dw = empty(chosen.diff_weights_desc());
  return {"", how(chosen, chosen.src_desc(), chosen.diff_dst_desc()),
          run_of(dnnl::convolution_backward_weights(chosen),
                 {{DNNL_ARG_SRC, given(job.at.x, desc(g.x, Tag::nhwc), chosen.src_desc())},
                  {DNNL_ARG_DIFF_DST, given(job.at.dy, desc(g.y, Tag::nhwc), chosen.diff_dst_desc())},
                  {DNNL_ARG_DIFF_WEIGHTS, dw},
                  {DNNL_ARG_DIFF_BIAS, empty(chosen.diff_bias_desc())}}),
          [dw, plain = desc(g.w, g.plain_weights)] { return taken(dw, plain); }};
}

StepRival rival(const ConvolutionJob& job, const Geometry& g, Tag images, ConvolutionPart part) {
  switch (part) {
    case ConvolutionPart::kForward:
      return forward_rival(job, g, images);
    case ConvolutionPart::kInputGradient:
      return input_gradient_rival(job, g, images);
    case ConvolutionPart::kWeightGradient:
      return weight_gradient_rival(job, g, images);
  }
  return {};
}

}  // namespace

std::vector<StepRival> onednn_convolution(const ConvolutionJob& job, ConvolutionPart part) {
  const Geometry geometry(job);
  return in_two_formats("onednn-any", Tag::any,
                        [&](Tag images) { return rival(job, geometry, images, part); });
}

}  // namespace regulus::bench
