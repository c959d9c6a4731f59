// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/onednn.h"

#include <cstring>
#include <utility>

namespace regulus::bench::onednn {

Machine& machine() {
  static Machine only;
  return only;
}

dnnl::memory seen(const float* values, const Desc& plain) {
  return {plain, machine().engine, const_cast<float*>(values)};
}

dnnl::memory given(const float* values, const Desc& plain, const Desc& wanted) {
  dnnl::memory from = seen(values, plain);
  dnnl::memory to = empty(wanted);
  dnnl::reorder(from, to).execute(machine().stream, from, to);
  machine().stream.wait();
  return to;
}

// The library hands out untouched pages; what is measured shall not be the first touch.
dnnl::memory empty(const Desc& desc) {
  dnnl::memory memory(desc, machine().engine);
  std::memset(memory.get_data_handle(), 0, desc.get_size());
  return memory;
}

std::vector<float> taken(const dnnl::memory& from, const Desc& plain) {
  std::vector<float> values(plain.get_size() / sizeof(float));
  dnnl::memory source = from;
  dnnl::memory to = seen(values.data(), plain);
  dnnl::reorder(source, to).execute(machine().stream, source, to);
  machine().stream.wait();
  return values;
}

std::string format_of(const Desc& images) {
  constexpr std::pair<const char*, Tag> kFormats[] = {{"nhwc", Tag::nhwc},
                                                      {"nchw", Tag::nchw},
                                                      {"nChw16c", Tag::nChw16c},
                                                      {"nChw8c", Tag::nChw8c},
                                                      {"nChw4c", Tag::nChw4c}};
  for (const auto& [name, tag] : kFormats)
    if (images == desc(images.dims(), tag)) return name;
  return "its own format";
}

std::function<void()> run_of(dnnl::primitive primitive, Arguments arguments) {
  return [primitive = std::move(primitive), arguments = std::move(arguments)] {
    primitive.execute(machine().stream, arguments);
    machine().stream.wait();
  };
}

std::vector<StepRival> in_two_formats(const std::string& name, Tag preferred,
                                      const std::function<StepRival(Tag)>& make) {
  std::vector<StepRival> rivals{make(preferred)};
  rivals.front().name = name;
  StepRival plain = make(Tag::nhwc);
  plain.name = "onednn-nhwc";
  if (plain.how != rivals.front().how) rivals.push_back(std::move(plain));
  return rivals;
}

Tag blocked() {
  constexpr auto kAvx512 = static_cast<unsigned>(dnnl::cpu_isa::avx512_core);  // a set of features
  const bool has_it = (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & kAvx512) == kAvx512;
  return has_it ? Tag::nChw16c : Tag::nChw8c;
}

}  // namespace regulus::bench::onednn
