// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "bench/kernels/families.h"

namespace regulus::bench {
namespace {

using kernels::padded;
using kernels::panels;

struct Shape {
  std::int64_t rows;
  std::int64_t units;
};
constexpr Shape kShapes[] = {{32, 100}, {32, 300}, {32, 785}, {1024, 300}, {128, 4096}};
constexpr kernels::MaskKey kKey{random::Key(1), 3, 4, 13107};
constexpr kernels::MaskMap<float> kMap{1.25F, 0.1F, -0.5F};

struct State {
  Buffer<float> x, y;
  Buffer<std::uint16_t> keep;
  Buffer<std::uint32_t> row_ids;
};

std::shared_ptr<State> state_of(const Shape& s) {
  const std::int64_t size = s.rows * padded(s.units);
  auto state =
      std::make_shared<State>(numbers(size), Buffer<float>(static_cast<std::size_t>(size)),
                              Buffer<std::uint16_t>(static_cast<std::size_t>(s.rows * panels(s.units))),
                              Buffer<std::uint32_t>(static_cast<std::size_t>(s.rows)));
  for (std::uint32_t r = 0; r < state->row_ids.size(); ++r) state->row_ids[r] = r;
  kernels::active_table<float>().draw_mask(state->keep.data(), panels(s.units), state->row_ids.data(), s.rows,
                                           s.units, kKey);
  return state;
}

}  // namespace

void register_masks(const Setting& setting) {
  const kernels::Table<float>& table = *setting.table;
  for (const Shape& s : kShapes) {
    const std::string shape = std::to_string(s.rows) + "x" + std::to_string(s.units);
    const double bits = static_cast<double>(s.rows * padded(s.units)) / 8;
    const double array = 32 * bits;
    const std::int64_t words = panels(s.units);
    const kernels::Block block{s.rows, padded(s.units), padded(s.units)};
    register_moving("draw_mask/" + shape, bits, [kernel = table.draw_mask, s, words] {
      return [kernel, s, words, state = state_of(s)] {
        kernel(state->keep.data(), words, state->row_ids.data(), s.rows, s.units, kKey);
      };
    });
    register_moving("mask_forward/" + shape, 2 * array + bits,
                    [kernel = table.mask_forward, s, words, block] {
                      return [kernel, words, block, state = state_of(s)] {
                        kernel(state->x.data(), state->keep.data(), words, state->y.data(), block, kMap);
                      };
                    });
    register_moving(
        "mask_backward/" + shape, 2 * array + bits, [kernel = table.mask_backward, s, words, block] {
          return [kernel, words, block, state = state_of(s)] {
            kernel(state->x.data(), state->keep.data(), words, state->y.data(), block, kMap.scale);
          };
        });
  }
}

}  // namespace regulus::bench
