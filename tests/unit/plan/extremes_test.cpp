// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "regulus/base/error.h"
#include "regulus/base/limits.h"
#include "regulus/base/memory.h"
#include "regulus/plan/steps/convolution.h"
#include "regulus/plan/steps/layer_normalization.h"
#include "regulus/plan/steps/noise.h"
#include "regulus/plan/steps/pool.h"
#include "regulus/plan/steps/rearrange.h"
#include "unit/plan/network.h"

// Sizes as no honest network has them: a plan of them is refused, or its memory is what it says.

namespace regulus::plan::testing {
namespace {

// Around the powers of two where sizes end, and small ones.
std::int64_t extreme(random::Sequence& draws) {
  constexpr std::array<int, 12> kPowers = {0, 1, 4, 5, 10, 16, 24, 30, 31, 32, 61, 62};
  const std::int64_t near = std::int64_t{1} << kPowers[draws.next_word() % kPowers.size()];
  return std::max<std::int64_t>(near + static_cast<std::int64_t>(draws.next_word() % 3) - 1, 1);
}

// As above, for what every layer asks to be below 2^31.
std::int64_t length(random::Sequence& draws) {
  return std::min(extreme(draws), (std::int64_t{1} << 31) - 1);
}

// One step after another of such sizes. Its weights have no memory yet.
void add(Graph& graph, std::int64_t& width, random::Sequence& draws) {
  const auto weight = [](const char* name, Shape shape) {
    return std::make_shared<Parameter>(name, std::move(shape));
  };
  switch (draws.next_word() % 6) {
    case 0: {
      const std::int64_t units = length(draws);
      // Weights are packed when the plan is made: few, or more than there is memory for.
      const std::int64_t packed = product_of(width, kernels::padded(units));
      if (packed > 1 << 16 && packed < std::int64_t{1} << 36) return;
      graph.add<DenseStep>(
          DenseSpec{"dense", weight("kernel", Shape{width, units}), weight("bias", Shape{units})});
      width = units;
      return;
    }
    case 1: {
      const std::int64_t copies = length(draws);
      if (product_of(copies, width) > std::int64_t{1} << 42) return;
      StridedView view({{copies, 0}, {width, 1}});
      width = view.size();
      graph.add<RearrangeStep>(RearrangeSpec{"rearrange", std::move(view)});
      return;
    }
    case 2:
      graph.add<MaskStep>(dropout(0.5));
      return;
    case 3:
      graph.add<NoiseStep>(NoiseSpec{"noise", 0.1, false, true, 1, {}});
      return;
    case 4:
      graph.add<SoftmaxStep>(SoftmaxSpec{"softmax", false});
      return;
    default: {
      kernels::Pooling windows;
      windows.width = {width, width, length(draws), 1, 0};
      graph.add<PoolStep>(PoolSpec{"pool", Pool::kAverage, windows});
      return;
    }
  }
}

TEST(Extremes, APlanIsRefusedOrFits) {
  const auto budget = static_cast<std::int64_t>(memory_budget());
  constexpr Mode kModes[] = {Mode::kPredict, Mode::kMonteCarlo, Mode::kTrain};
  random::Sequence draws(random::Key(7), 0, 0, 0);
  int refused = 0;
  int fit = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    std::int64_t width = length(draws);
    Graph graph(Shape{width});
    try {
      for (std::uint64_t steps = draws.next_word() % 4; steps > 0; --steps) add(graph, width, draws);
      const std::int64_t rows = extreme(draws);
      PlanOptions options{.mode = kModes[trial % 3], .max_rows = rows, .loss = {}, .update = {}};
      if (options.mode == Mode::kTrain) options.loss = LossSpec{};
      const Plan<float> plan(graph, options);
      for (const int workers : {1, 2, 1 << 16}) {
        const std::int64_t bytes = plan.workspace_bytes(workers, rows);
        ASSERT_GT(bytes, 0);
        ASSERT_GE(bytes, product_of(rows, width) == kTooLarge ? kTooLarge : rows * width)
            << "more than it says";
        if (bytes > budget) {
          EXPECT_THROW((void)plan.make_workspace(workers, rows), MemoryError);
        }
      }
      ASSERT_GE(plan.rows_of_a_pass(), 1);
      ASSERT_LE(plan.rows_of_a_pass(), rows);
      ASSERT_GE(plan.workers_within_budget(rows), 1);
      ++(plan.workspace_bytes(1, rows) > budget ? refused : fit);
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_GT(fit, 100);
}

// The file behind it had 46 KB: sums passed 2^64, and it wrote outside its arena.
TEST(Extremes, ManyValuesOfOneSizeAddUpToNoSmallArena) {
  const std::int64_t width = std::int64_t{1} << 42;
  Graph graph(Shape{width});
  for (int i = 0; i < 100; ++i) graph.add<SoftmaxStep>(SoftmaxSpec{"softmax_" + std::to_string(i), false});
  const Plan<float> plan(graph, predicting(1 << 20));
  EXPECT_EQ(plan.workspace_bytes(1, 1 << 20), kTooLarge);
  EXPECT_EQ(plan.rows_of_a_pass(), 1);
  try {
    (void)plan.make_workspace(1, 1);
    FAIL();
  } catch (const MemoryError& error) {
    EXPECT_EQ(std::string(error.what())
                  .find("layer \"input\": a pass of 1 row through the model needs too much "
                        "memory, and this layer most of it (expected at most "),
              0u)
        << error.what();
    EXPECT_NE(std::string(error.what()).find("found 1.7 PB)."), std::string::npos) << error.what();
  }
}

// A convolution whose dilated windows reach over a small image by far: its border is refused, not made.
TEST(Extremes, AConvolutionThatReachesFarIsRefused) {
  const std::int64_t far = (std::int64_t{1} << 31) - 1;
  const auto kernel = std::make_shared<Parameter>("kernel", Shape{2, 2, 1, 1});
  WindowSpec window{4, 4, 1, 2, 2};
  window.dilation_h = window.dilation_w = far;
  window.pad_top = window.pad_left = far / 2;
  window.out_h = window.out_w = 4;
  Graph graph(Shape{16});
  graph.add<ConvolutionStep>(ConvolutionSpec{"c", kernel, nullptr, window});
  try {
    const Plan<float> plan(graph, predicting(1));
    FAIL();
  } catch (const MemoryError& error) {
    EXPECT_EQ(std::string(error.what())
                  .find("layer \"c\": convolution: an image with all that its windows reach "
                        "over needs too much memory"),
              0u)
        << error.what();
  }
}

}  // namespace
}  // namespace regulus::plan::testing
