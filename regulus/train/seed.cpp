// SPDX-License-Identifier: Apache-2.0
#include <mutex>

#include "regulus/runtime/fork.h"
#include "regulus/train/state.h"

namespace regulus {
namespace {

// The one piece of global state: which seed the program chose and how many models it has made.
// It only names keys; every random number is a pure function of a key and a counter.
struct Seeds {
  runtime::ForkSafeMutex mutex;
  std::uint64_t seed = 0;
  std::uint32_t models = 0;
  std::uint32_t unnamed = 0;
};

Seeds& seeds() {
  static Seeds instance;
  return instance;
}

}  // namespace

void set_random_seed(std::uint64_t seed) {
  const std::lock_guard lock(seeds().mutex);
  seeds().seed = seed;
  seeds().models = 0;
}

ModelIdentity next_model_identity(const Sequential::Options& options) {
  Seeds& s = seeds();
  const std::lock_guard lock(s.mutex);
  ModelIdentity identity;
  identity.key = options.seed ? random::Key(*options.seed) : random::derive(random::Key(s.seed), s.models++);
  identity.name = options.name;
  if (identity.name.empty()) {
    identity.name = s.unnamed == 0 ? "sequential" : "sequential_" + std::to_string(s.unnamed);
    ++s.unnamed;
  }
  return identity;
}

}  // namespace regulus
