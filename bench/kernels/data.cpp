// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "bench/kernels/families.h"

// What feeds a network and what sums up its samples.

namespace regulus::bench {
namespace {

using kernels::padded;

constexpr std::int64_t kRowsOfData = 10'000;
constexpr std::int64_t kWidths[] = {10, 784, 785};
constexpr std::int64_t kBatches[] = {1, 32, 1024};
constexpr std::int64_t kMomentSizes[] = {1024, 16 * 10'000, 1024 * 1024};

struct Gathered {
  Buffer<std::uint8_t> source;
  Buffer<std::uint32_t> index;
  Buffer<float> scale, offset, x;
};

std::shared_ptr<Gathered> gathered(std::int64_t rows, std::int64_t width) {
  auto state = std::make_shared<Gathered>(Buffer<std::uint8_t>(static_cast<std::size_t>(kRowsOfData * width)),
                                          Buffer<std::uint32_t>(static_cast<std::size_t>(rows)),
                                          numbers(width), numbers(width),
                                          Buffer<float>(static_cast<std::size_t>(rows * padded(width))));
  for (std::size_t r = 0; r < state->index.size(); ++r)
    state->index[r] = static_cast<std::uint32_t>(r * 7919 % kRowsOfData);
  return state;
}

struct Moments {
  Buffer<float> x;
  Buffer<double> mean, m2;
};

}  // namespace

void register_data(const Setting& setting) {
  const kernels::Table<float>& table = *setting.table;
  for (const std::int64_t width : kWidths)
    for (const std::int64_t rows : kBatches)
      register_moving("gather_u8/" + std::to_string(rows) + "x" + std::to_string(width),
                      5.0 * static_cast<double>(rows * width), [kernel = table.gather_u8, rows, width] {
                        return [kernel, rows, width, state = gathered(rows, width)] {
                          kernel(state->source.data(), width, state->index.data(), rows, state->scale.data(),
                                 state->offset.data(), state->x.data(), padded(width));
                        };
                      });
  for (const std::int64_t size : kMomentSizes)
    register_moving(
        "moments/" + std::to_string(size), 36.0 * static_cast<double>(size), [kernel = table.moments, size] {
          const auto length = static_cast<std::size_t>(size);
          auto state =
              std::make_shared<Moments>(numbers(size), Buffer<double>(length), Buffer<double>(length));
          return [kernel, size, state] {
            kernel(state->x.data(), state->mean.data(), state->m2.data(), size, 100);
          };
        });
}

}  // namespace regulus::bench
