// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dnnl.hpp>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/kernels/step_rivals.h"

// What oneDNN's rivals share. Only their .cpp files include this.

namespace regulus::bench::onednn {

using Tag = dnnl::memory::format_tag;
using Desc = dnnl::memory::desc;
using Arguments = std::unordered_map<int, dnnl::memory>;

struct Machine {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
};
Machine& machine();

inline Desc desc(const dnnl::memory::dims& dims, Tag tag) {
  return {dims, dnnl::memory::data_type::f32, tag};
}
/// The caller's own numbers.
dnnl::memory seen(const float* values, const Desc& plain);
/// Memory of that format, with the numbers that `values` has in format `plain`.
dnnl::memory given(const float* values, const Desc& plain, const Desc& wanted);
dnnl::memory empty(const Desc& desc);
/// The numbers in format `plain`.
std::vector<float> taken(const dnnl::memory& from, const Desc& plain);

/// "nhwc", "nChw16c", …; for images.
std::string format_of(const Desc& images);
/// An execution that has ended when the call returns.
std::function<void()> run_of(dnnl::primitive primitive, Arguments arguments);

/// What `make` gives for images in format `preferred` and in nhwc, in which layers of channels-last rows have
/// them: the best of both counts. One only if they are the same.
std::vector<StepRival> in_two_formats(const std::string& name, Tag preferred,
                                      const std::function<StepRival(Tag)>& make);
/// The blocked format of this machine's instruction set.
Tag blocked();

}  // namespace regulus::bench::onednn
