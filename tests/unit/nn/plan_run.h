// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "regulus/nn/layer.h"
#include "regulus/plan/plan.h"

namespace regulus::testing {

/// What a run is given besides x: targets in one of two forms, and what to do with the random numbers.
struct RunOptions {
  std::optional<plan::LossSpec> loss = {};
  std::vector<std::int32_t> labels = {};
  std::vector<float> targets = {};
  std::vector<float> sample_weight = {};
  random::Key key = random::Key(7);
  /// Stands in the place of the kernel that draws masks.
  void (*draw_mask)(std::uint16_t*, std::int64_t, const std::uint32_t*, std::int64_t, std::int64_t,
                    kernels::MaskKey) = nullptr;
  std::uint32_t first_row = 0;  ///< row ids are counted from here
  std::uint32_t draw = 0;       ///< step of training, or sample
};

struct RunResult {
  Tensor output;
  Tensor dx;                     ///< [rows, features], of a training run
  std::vector<Tensor> dweights;  ///< of the layers, in their order
  double loss = 0;
  double penalty = 0;  ///< of weights and activities
};

/// Makes x [rows, …] itself a weight: the kernel of a layer before all others, whose input is the
/// identity_matrix(rows). So its gradient is dx.
void add_rows_as_weight(plan::Graph& graph, const Tensor& x);
std::vector<float> identity_matrix(std::int64_t rows);

/// Runs the layers on the rows of x [rows, …]; in training x is a weight too.
template <class T>
RunResult run(const Tensor& x, const std::vector<LayerPtr>& layers, plan::Mode mode,
              const RunOptions& options = {});

struct Gradients {
  Tensor dx;
  std::vector<Tensor> dweights;  ///< summed over the rows
};

/// The gradients for a given dy, exactly: each row by itself goes through one more layer whose kernel is
/// its dy, and the loss is that layer's one output, whose absolute error from far below has slope 1.
template <class T>
Gradients gradients(const Tensor& x, const LayerPtr& layer, const Tensor& dy, RunOptions options = {});

template <class T>
Tensor backward(const Tensor& x, const LayerPtr& layer, const Tensor& dy, RunOptions options = {});

}  // namespace regulus::testing
