// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "regulus/runtime/isa.h"

namespace regulus::bench {

/// C [m][n] = A [m][k] * B [k][n], all dense and row-major; a transposed operand is stored [k][m] or [n][k].
struct Product {
  std::int64_t m;
  std::int64_t n;
  std::int64_t k;
  const float* a;
  const float* b;
  float* c;
  bool a_transposed;
  bool b_transposed;
  bool b_is_new = false;  ///< each time, as weights in training: who packs them does it on the clock
};

/// Another library's way to compute a product.
struct Rival {
  std::string name;
  std::string build;  ///< version and the processor that it takes this one for
  /// Everything that can be done once is done here; what is returned computes c. Empty: it cannot.
  std::function<std::function<void()>(const Product&)> prepare;
  bool packs_weights;  ///< B, once beforehand or, if it is new, each time
};

/// OpenBLAS, BLIS and oneDNN, as far as the machine has them: one thread each, held back to `isa`.
std::vector<Rival> rivals(runtime::Isa isa);

std::vector<Rival> blas_rivals(bool avx2_only);
std::vector<Rival> onednn_rivals(bool avx2_only);

}  // namespace regulus::bench
