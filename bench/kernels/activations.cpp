// SPDX-License-Identifier: Apache-2.0
#include <iterator>
#include <memory>

#include "bench/kernels/families.h"

namespace regulus::bench {
namespace {

using kernels::Block;

constexpr const char* kNames[] = {
    "linear",     "relu",        "relu6",       "leaky_relu",    "elu",         "celu",        "selu",
    "gelu",       "silu",        "sigmoid",     "hard_sigmoid",  "hard_silu",   "tanh",        "softplus",
    "softsign",   "exponential", "mish",        "hard_tanh",     "hard_shrink", "soft_shrink", "tanh_shrink",
    "squareplus", "log_sigmoid", "sparse_plus", "sparse_sigmoid"};
static_assert(std::size(kNames) == kernels::kNumActivations);

constexpr std::int64_t kWidth = 304;
constexpr std::int64_t kRows[] = {32, 1024};
constexpr float kAlpha = 0.2F;

struct State {
  Buffer<float> in, saved, out;
};

std::shared_ptr<State> state_of(const Block& block) {
  const std::int64_t size = block.rows * block.stride;
  return std::make_shared<State>(numbers(size), numbers(size), Buffer<float>(static_cast<std::size_t>(size)));
}

}  // namespace

void register_activations(const Setting& setting) {
  const kernels::Table<float>& table = *setting.table;
  for (int kind = 0; kind < kernels::kNumActivations; ++kind)
    for (const std::int64_t rows : kRows) {
      const Block block{rows, kWidth, kWidth};
      const double array = 4.0 * static_cast<double>(rows * kWidth);
      const std::string shape =
          std::string(kNames[kind]) + ":" + std::to_string(rows) + "x" + std::to_string(kWidth);
      register_moving("activation_forward/" + shape, 2 * array,
                      [kernel = table.activation_forward[kind], block] {
                        return [kernel, block, state = state_of(block)] {
                          kernel(state->in.data(), state->out.data(), block, kAlpha);
                        };
                      });
      register_moving("activation_backward/" + shape, 3 * array,
                      [kernel = table.activation_backward[kind], block] {
                        return [kernel, block, state = state_of(block)] {
                          kernel(state->in.data(), state->saved.data(), state->out.data(), block, kAlpha);
                        };
                      });
    }
}

}  // namespace regulus::bench
