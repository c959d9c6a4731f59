// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/kernels/table.h"
#include "unit/kernels/blocks.h"

namespace regulus::testing {

/// A batch for a loss kernel, and what the kernel makes of it.
template <class T>
struct LossCase {
  kernels::Loss loss;
  std::int64_t rows, units;
  bool from_logits = false;
  T label_smoothing = 0;
  std::vector<T> prediction;         // [rows][units]
  std::vector<std::int32_t> labels;  // of the data set's rows
  std::vector<float> targets;        // [.][units]
  std::vector<std::uint32_t> index;  // [rows]
  std::vector<T> row_scale;          // [rows]
};

template <class T>
struct LossResult {
  Guarded<T> row_loss, gradient, output;
};

enum class Output { kNone, kApart, kInPlace };

/// Runs a kernel. The padding of the prediction holds `padding`, which may not matter.
template <class T>
LossResult<T> run_loss(const kernels::Table<T>& table, const LossCase<T>& c, Output output = Output::kNone,
                       bool wants_gradient = true, T padding = T{100}) {
  const std::int64_t stride = kernels::padded(c.units);
  Guarded<T> x(c.rows * stride, padding);
  for (std::int64_t r = 0; r < c.rows; ++r)
    for (std::int64_t i = 0; i < c.units; ++i)
      x[r * stride + i] = c.prediction[static_cast<std::size_t>(r * c.units + i)];
  LossResult<T> result{Guarded<T>(c.rows), Guarded<T>(c.rows * stride), Guarded<T>(c.rows * stride)};
  kernels::LossArgs<T> args{};
  args.prediction = x.data();
  if (output == Output::kApart) args.output = result.output.data();
  if (output == Output::kInPlace) args.output = x.data();
  if (wants_gradient) args.gradient = result.gradient.data();
  args.row_loss = result.row_loss.data();
  args.row_scale = c.row_scale.data();
  args.index = c.index.data();
  if (!c.labels.empty()) args.labels = c.labels.data();
  if (!c.targets.empty()) args.targets = c.targets.data();
  args.rows = c.rows;
  args.units = c.units;
  args.stride = stride;
  args.label_smoothing = c.label_smoothing;
  args.from_logits = c.from_logits;
  table.loss[static_cast<int>(c.loss)](args);
  if (output == Output::kInPlace) result.output = x;
  return result;
}

}  // namespace regulus::testing
