// SPDX-License-Identifier: Apache-2.0
#include <omp.h>
#include <dnnl.hpp>
#include <memory>
#include <unordered_map>

#include "bench/kernels/rivals.h"

namespace regulus::bench {
namespace {

using Tag = dnnl::memory::format_tag;

struct Machine {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
};

Machine& machine() {
  static Machine only;
  return only;
}

dnnl::memory::desc matrix(std::int64_t rows, std::int64_t cols, Tag tag) {
  return {{rows, cols}, dnnl::memory::data_type::f32, tag};
}

std::function<void()> prepare(const Product& p, bool pack) {
  Machine& at = machine();
  const auto a = matrix(p.m, p.k, p.a_transposed ? Tag::ba : Tag::ab);
  const auto b = matrix(p.k, p.n, p.b_transposed ? Tag::ba : Tag::ab);
  const auto c = matrix(p.m, p.n, Tag::ab);
  const dnnl::matmul::primitive_desc chosen({a, pack ? matrix(p.k, p.n, Tag::any) : b, c}, at.engine);
  dnnl::memory weights(b, at.engine, const_cast<float*>(p.b));
  if (chosen.weights_desc() != b) {
    dnnl::memory packed(chosen.weights_desc(), at.engine);
    dnnl::reorder(weights, packed).execute(at.stream, weights, packed);
    at.stream.wait();
    weights = packed;
  } else if (pack) {
    return {};
  }
  std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, dnnl::memory(a, at.engine, const_cast<float*>(p.a))},
      {DNNL_ARG_WEIGHTS, weights},
      {DNNL_ARG_DST, dnnl::memory(c, at.engine, p.c)}};
  return [&at, product = dnnl::matmul(chosen), arguments = std::move(arguments)] {
    product.execute(at.stream, arguments);
    at.stream.wait();
  };
}

}  // namespace

std::vector<Rival> onednn_rivals(bool avx2_only) {
  omp_set_num_threads(1);
  if (avx2_only) dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
  const dnnl_version_t& v = *dnnl::version();
  const std::string build = std::to_string(v.major) + "." + std::to_string(v.minor) + "." +
                            std::to_string(v.patch) + ", isa code " +
                            std::to_string(static_cast<int>(dnnl::get_effective_cpu_isa()));
  return {{"onednn", build, [](const Product& p) { return prepare(p, false); }, false},
          {"onednn-packed", build, [](const Product& p) { return prepare(p, true); }, true}};
}

}  // namespace regulus::bench
