// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include "bench/kernels/onednn.h"
#include "bench/kernels/rivals.h"

namespace regulus::bench {
namespace {

using namespace onednn;

std::function<void()> prepare(const Product& p, bool pack) {
  const auto a = desc({p.m, p.k}, p.a_transposed ? Tag::ba : Tag::ab);
  const auto b = desc({p.k, p.n}, p.b_transposed ? Tag::ba : Tag::ab);
  const auto c = desc({p.m, p.n}, Tag::ab);
  const dnnl::matmul::primitive_desc chosen({a, pack ? desc({p.k, p.n}, Tag::any) : b, c}, machine().engine);
  if (pack && chosen.weights_desc() == b) return {};
  const dnnl::memory weights = pack ? given(p.b, b, chosen.weights_desc()) : seen(p.b, b);
  auto product =
      run_of(dnnl::matmul(chosen),
             {{DNNL_ARG_SRC, seen(p.a, a)}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, seen(p.c, c)}});
  if (!pack || !p.b_is_new) return product;
  const dnnl::memory plain = seen(p.b, b);
  auto packing = run_of(dnnl::reorder(plain, weights), {{DNNL_ARG_FROM, plain}, {DNNL_ARG_TO, weights}});
  return [packing, product] {
    packing();
    product();
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
