// SPDX-License-Identifier: Apache-2.0
#include "regulus/random/normals.h"

#include <cstddef>

#include "regulus/random/sequence.h"

namespace regulus::random {

void draw_normals(const NormalKey& key, std::span<double> z) {
  Counter words{};
  for (std::size_t u = 0; u < z.size(); ++u) {
    if (u % 4 == 0)
      words = philox(key.key, {static_cast<std::uint32_t>(u / 4), key.row, key.draw, key.stream});
    z[u] = normal_quantile(uniform_open(words[u % 4]));
  }
}

}  // namespace regulus::random
