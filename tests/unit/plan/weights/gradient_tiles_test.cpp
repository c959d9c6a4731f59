// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/gradient_tiles.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using testing::number_at;

struct Job {
  std::int64_t rows, inputs, units;
};

std::vector<float> numbers(std::int64_t rows, std::int64_t width, std::uint32_t stream) {
  std::vector<float> values(static_cast<std::size_t>(rows * kernels::row_stride(width)));
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < width; ++c)
      values[static_cast<std::size_t>(r * kernels::row_stride(width) + c)] =
          static_cast<float>(number_at(stream, r * width + c));
  return values;
}

// Few panels read the columns where they lie; many from a copy, in groups of 64 inputs or of 256.
TEST(GradientTiles, EachElementIsTheChainOverTheBatch) {
  for (const Job& job : {Job{5, 70, 20}, Job{32, 150, 270}, Job{130, 300, 270}}) {
    const std::int64_t panels = kernels::panels(job.units);
    const std::int64_t x_stride = kernels::row_stride(job.inputs);
    const std::int64_t dz_stride = kernels::row_stride(job.units);
    const std::vector<float> x = numbers(job.rows, job.inputs, 1);
    const std::vector<float> dz = numbers(job.rows, job.units, 2);
    std::vector<float> gathered(static_cast<std::size_t>(plan::gathered_size(job.rows, panels)));
    std::vector<float> gradient(static_cast<std::size_t>(panels * job.inputs * kPanel));
    std::vector<int> done(static_cast<std::size_t>(panels * job.inputs));
    plan::for_each_gradient_tile(
        kernels::active_table<float>(),
        plan::GradientArgs<float>{
            x.data(), x_stride, dz.data(), dz_stride, job.rows, {0, job.inputs}, {0, panels}},
        gathered.data(), job.inputs * kPanel,
        [&](std::int64_t panel, std::int64_t k) { return &gradient[(panel * job.inputs + k) * kPanel]; },
        [&](std::int64_t panel, std::int64_t count, runtime::Range inputs) {
          for (std::int64_t p = panel; p < panel + count; ++p)
            for (std::int64_t k = inputs.begin; k < inputs.end; ++k) ++done[p * job.inputs + k];
        });
    EXPECT_EQ(done, std::vector<int>(done.size(), 1));
    for (std::int64_t k = 0; k < job.inputs; ++k)
      for (std::int64_t n = 0; n < job.units; ++n) {
        float sum = 0;
        for (std::int64_t r = 0; r < job.rows; ++r)
          sum = std::fmaf(x[r * x_stride + k], dz[r * dz_stride + n], sum);
        ASSERT_EQ(gradient[kernels::packed_index(job.inputs, k, n)], sum) << job.rows << ' ' << k << ' ' << n;
      }
  }
}

}  // namespace
}  // namespace regulus
