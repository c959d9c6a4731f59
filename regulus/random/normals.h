// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "regulus/random/philox.h"

namespace regulus::random {

/// What a row's normals are keyed by: as a mask's decisions are.
struct NormalKey {
  Key key;
  std::uint32_t row;     ///< of the data set
  std::uint32_t draw;    ///< step in training, sample index in prediction
  std::uint32_t stream;  ///< the last counter word
};

/// Standard normals, the same bits everywhere: z[u] = normal_quantile(uniform_open(word u % 4 of
/// philox(key, {u / 4, row, draw, stream}))). 32 bits each, so |z| < 6.4.
void draw_normals(const NormalKey& key, std::span<double> z);

}  // namespace regulus::random
