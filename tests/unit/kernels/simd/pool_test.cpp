// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/pool_case.h"

namespace regulus {
namespace {

using kernels::Pooling;
using kernels::Table;
using testing::Fill;
using testing::Guarded;
using testing::label;
using testing::numbers;
using testing::pooling;

constexpr std::int64_t kRows = 2;

// Pixels and gradients that lie side by side as in a plan; few different ones, so that maxima are equal.
Guarded<float> rows_of(std::uint32_t seed, std::int64_t stride, Fill fill) {
  Guarded<float> x = numbers(seed, kRows * stride, fill);
  if (seed % 2 == 1)
    for (std::int64_t i = 0; i < x.size(); ++i) x[i] = std::nearbyint(x[i]);
  return x;
}

void check(const Pooling& p, Fill fill, const std::string& what) {
  const Guarded<float> x = rows_of(1, p.in_stride, fill);
  const Guarded<float> dy = rows_of(2, p.out_stride, fill);
  const auto same = [&](const char* kernel, const auto& run) {
    const Guarded<float> wanted = run(kernels::reference_table<float>());
    testing::for_each_table([&](const Table<float>& table, const std::string& isa) {
      testing::expect_same_bits(run(table), wanted, label(isa, kernel, what));
    });
    return wanted;
  };
  const auto maxima = [&](bool with_places, bool want_places) {
    return [&, with_places, want_places](const Table<float>& table) {
      Guarded<float> y(dy.size()), places(dy.size());
      table.max_pool_forward(x.data(), y.data(), with_places ? places.data() : nullptr, kRows, p);
      return want_places ? places : y;
    };
  };
  same("max_pool_forward", maxima(false, false));
  const Guarded<float> y = same("max_pool_forward", maxima(true, false));
  const Guarded<float> places = same("max_pool_forward places", maxima(true, true));
  same("max_pool_backward", [&](const Table<float>& table) {
    Guarded<float> dx(x.size());
    table.max_pool_backward(dy.data(), places.data(), dx.data(), kRows, p);
    return dx;
  });
  same("average_pool_forward", [&](const Table<float>& table) {
    Guarded<float> mean(dy.size());
    table.average_pool_forward(x.data(), mean.data(), kRows, p);
    return mean;
  });
  same("average_pool_backward", [&](const Table<float>& table) {
    Guarded<float> dx(x.size());
    table.average_pool_backward(dy.data(), dx.data(), kRows, p);
    return dx;
  });
  if (p.height.outputs * p.width.outputs > 1 || p.height.size < p.height.inputs ||
      p.width.size < p.width.inputs)
    return;
  same("shared_max_backward", [&](const Table<float>& table) {
    Guarded<float> dx(x.size());
    table.shared_max_backward(dy.data(), x.data(), y.data(), dx.data(), kRows, p);
    return dx;
  });
}

class SimdPool : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void check_all(Fill fill) {
    for (const auto& height : testing::pool_axes())
      for (const auto& width : testing::pool_axes())
        check(pooling(height.axis, width.axis, GetParam()), fill,
              label(height.name, "x", width.name, GetParam()));
  }
};

TEST_P(SimdPool, EveryGeometry) {
  check_all(Fill::kOrdinary);
}
TEST_P(SimdPool, SpecialNumbers) {
  check_all(Fill::kSpecial);
}

INSTANTIATE_TEST_SUITE_P(Channels, SimdPool, ::testing::Values(1, 3, 15, 16, 17, 32, 33, 64));

}  // namespace
}  // namespace regulus
