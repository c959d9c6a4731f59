// SPDX-License-Identifier: Apache-2.0
#include <iterator>
#include <memory>

#include "bench/kernels/families.h"

namespace regulus::bench {
namespace {

struct Rule {
  const char* name;
  int slots;
};
constexpr Rule kRules[] = {{"sgd", 0},
                           {"momentum", 1},
                           {"nesterov", 1},
                           {"adam", 2},
                           {"adam_amsgrad", 3},
                           {"nadam", 2},
                           {"rmsprop", 1},
                           {"rmsprop_momentum", 2},
                           {"rmsprop_centered", 2},
                           {"rmsprop_centered_momentum", 3}};
static_assert(std::size(kRules) == kernels::kNumUpdateRules);

/// A tile of a panel as training updates it, a layer, and more than a second-level cache holds.
constexpr std::int64_t kSizes[] = {1024, 300 * 112, 1024 * 1024};
/// Small enough for every role, so that nothing grows past all bounds while it is timed.
constexpr float kCoefficients[kernels::kMaxCoefficients] = {1e-6F, 0.1F, 0.1F, 1e-3F, 0.1F, 0.1F, 1.0F, 0.1F};

struct State {
  Buffer<float> w, g;
  Buffer<float> slots[kernels::kMaxSlots];
  float* slot_pointers[kernels::kMaxSlots];
};

std::shared_ptr<State> state_of(std::int64_t size) {
  auto state = std::make_shared<State>();
  state->w = numbers(size);
  state->g = numbers(size);
  for (int i = 0; i < kernels::kMaxSlots; ++i) {
    state->slots[i] = Buffer<float>(static_cast<std::size_t>(size));
    for (float& value : state->slots[i].span()) value = 1;
    state->slot_pointers[i] = state->slots[i].data();
  }
  return state;
}

}  // namespace

void register_updates(const Setting& setting) {
  for (int rule = 0; rule < kernels::kNumUpdateRules; ++rule)
    for (const std::int64_t size : kSizes) {
      const double bytes = 4.0 * static_cast<double>(size) * (3 + 2 * kRules[rule].slots);
      register_moving("update/" + (kRules[rule].name + (":" + std::to_string(size))), bytes,
                      [kernel = setting.table->update[rule], size] {
                        return [kernel, size, state = state_of(size)] {
                          kernel(state->w.data(), state->slot_pointers, state->g.data(), size, kCoefficients);
                        };
                      });
    }
}

}  // namespace regulus::bench
