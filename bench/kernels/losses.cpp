// SPDX-License-Identifier: Apache-2.0
#include <iterator>
#include <memory>

#include "bench/kernels/families.h"

namespace regulus::bench {
namespace {

using kernels::padded;

constexpr const char* kNames[] = {"sparse_categorical_crossentropy", "categorical_crossentropy",
                                  "binary_crossentropy", "mean_squared_error", "mean_absolute_error"};
static_assert(std::size(kNames) == kernels::kNumLosses);

struct Shape {
  std::int64_t rows;
  std::int64_t units;
};
constexpr Shape kShapes[] = {{32, 10}, {1024, 10}, {32, 300}, {128, 1000}};

struct State {
  Buffer<float> prediction, output, gradient, targets, row_loss, row_scale;
  Buffer<std::uint32_t> index;
  Buffer<std::int32_t> labels;
};

std::shared_ptr<State> state_of(const Shape& s) {
  const auto size = static_cast<std::size_t>(s.rows * padded(s.units));
  const auto rows = static_cast<std::size_t>(s.rows);
  auto state = std::make_shared<State>(
      numbers(s.rows * padded(s.units)), Buffer<float>(size), Buffer<float>(size), numbers(s.rows * s.units),
      Buffer<float>(rows), numbers(s.rows), Buffer<std::uint32_t>(rows), Buffer<std::int32_t>(rows));
  for (std::size_t r = 0; r < rows; ++r) {
    state->index[r] = static_cast<std::uint32_t>(r);
    state->labels[r] = static_cast<std::int32_t>(static_cast<std::int64_t>(r) % s.units);
  }
  return state;
}

kernels::LossArgs<float> arguments(State& state, const Shape& s, bool sparse, bool from_logits) {
  return {state.prediction.data(),
          from_logits ? state.output.data() : nullptr,
          state.gradient.data(),
          state.row_loss.data(),
          state.row_scale.data(),
          state.index.data(),
          sparse ? state.labels.data() : nullptr,
          sparse ? nullptr : state.targets.data(),
          s.rows,
          s.units,
          padded(s.units),
          0.0F,
          from_logits};
}

}  // namespace

void register_losses(const Setting& setting) {
  const kernels::Table<float>& table = *setting.table;
  for (const Shape& s : kShapes) {
    const std::string size = ":" + std::to_string(s.rows) + "x" + std::to_string(s.units);
    const double array = 4.0 * static_cast<double>(s.rows * s.units);
    for (const auto& [name, kernel] :
         {std::pair{"softmax", table.softmax_forward}, std::pair{"log_softmax", table.log_softmax_forward}})
      register_moving("softmax_forward/" + (name + size), 2 * array, [kernel = kernel, s] {
        return [kernel, s, state = state_of(s)] {
          kernel(state->prediction.data(), state->output.data(), s.rows, s.units, padded(s.units));
        };
      });
    for (int kind = 0; kind < kernels::kNumLosses; ++kind) {
      const bool sparse = kind == static_cast<int>(kernels::Loss::kSparseCategoricalCrossentropy);
      const bool from_logits = kind <= static_cast<int>(kernels::Loss::kBinaryCrossentropy);
      const double arrays = (sparse ? 2 : 3) + (from_logits ? 1 : 0);
      register_moving("loss/" + (kNames[kind] + size), arrays * array,
                      [kernel = table.loss[kind], s, sparse, from_logits] {
                        auto state = state_of(s);
                        return [kernel, state, args = arguments(*state, s, sparse, from_logits)] {
                          kernel(args);
                        };
                      });
    }
  }
}

}  // namespace regulus::bench
