// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bench/kernels/contest.h"
#include "bench/kernels/rivals.h"
#include "regulus/base/buffer.h"
#include "regulus/kernels/table.h"

namespace regulus::bench {

/// What all families are measured with.
struct Setting {
  const kernels::Table<float>* table;
  std::vector<Rival> rivals;
  double peak_gflops;
  bool quick;
};

/// The same `size` small numbers of both signs at every call, others for another seed.
inline Buffer<float> numbers(std::int64_t size, std::uint32_t seed = 1) {
  Buffer<float> values(static_cast<std::size_t>(size));
  std::uint32_t state = seed;
  for (float& value : values.span()) {
    state = state * 1664525 + 1013904223;
    value = static_cast<float>(state >> 16) / 65536.0F - 0.5F;
  }
  return values;
}

/// Registers benchmark `name` of work that moves `bytes` a call. Its counters: GB/s and the share of what
/// a copy of as many bytes reaches.
void register_moving(const std::string& name, double bytes, std::function<std::function<void()>()> prepare);

/// Reads half of `bytes` and writes as many: what the caches at that size can give.
std::function<void()> copy_of(double bytes);

void register_products(const Setting& setting);
void register_activations(const Setting& setting);
void register_losses(const Setting& setting);
void register_masks(const Setting& setting);
void register_updates(const Setting& setting);
void register_data(const Setting& setting);
void register_convolutions(const Setting& setting);
void register_pooling(const Setting& setting);
void register_normalization(const Setting& setting);

}  // namespace regulus::bench
