// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "unit/plan/network.h"

namespace regulus::plan::testing {

/// Runs one training pass in double and compares every weight's gradient with central differences of
/// the loss, penalties included. Masks stay the same, since the pass has one key and one draw. Also
/// checks that gradients are zero in the padding.
inline void expect_gradients(const Graph& graph, LossSpec loss, const Batch& batch, const std::string& what) {
  constexpr double kStep = 1e-5;
  Network<double> net(graph, keeping_gradients(batch.rows, loss));
  net.pass.batch = batch;
  for (const auto& weight : net.plan.weights().all()) {
    Weight<double>& w = *weight;
    net.run_alone();
    ASSERT_TRUE(std::isfinite(net.loss())) << what;
    const std::vector<double> gradient(w.gradient.span().begin(), w.gradient.span().end());
    double largest = 0;
    for (const double g : gradient) largest = std::max(largest, std::fabs(g));
    // Differences of a smooth loss of size 1 are wrong by h^2 = 1e-10 times its third derivative and
    // by 1e-16 / h = 1e-11 of rounding.
    const double tolerance = 1e-7 * largest + 1e-9;
    const std::int64_t size = w.num_panels() * w.panel_size();
    const std::int64_t groups = w.parameter->unit_groups();
    const std::int64_t panels = w.num_panels() / groups;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t unit = i / w.panel_size() % panels * kernels::kPanel + i % kernels::kPanel;
      const std::string where = what + ": " + w.parameter->name() + ", packed element " + std::to_string(i);
      const double analytic = gradient[static_cast<std::size_t>(i)];
      if (unit >= w.units / groups) {
        ASSERT_EQ(analytic, 0.0) << where << " is padding";
        continue;
      }
      const double value = w.values[i];
      w.values[i] = value + kStep;
      net.run_alone();
      const double above = net.loss();
      w.values[i] = value - kStep;
      net.run_alone();
      const double below = net.loss();
      w.values[i] = value;
      ASSERT_NEAR(analytic, (above - below) / (2 * kStep), tolerance) << where;
    }
  }
}

}  // namespace regulus::plan::testing
