// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/rivals.h"

namespace regulus::bench {

std::vector<Rival> rivals(runtime::Isa isa) {
  const bool avx2_only = isa == runtime::Isa::kAvx2;
  std::vector<Rival> all = blas_rivals(avx2_only);
  for (Rival& rival : onednn_rivals(avx2_only)) all.push_back(std::move(rival));
  return all;
}

}  // namespace regulus::bench
