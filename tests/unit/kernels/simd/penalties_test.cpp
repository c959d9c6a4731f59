// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using testing::Fill;
using testing::Guarded;
using testing::label;
using testing::numbers;

using Reals = kernels::Table<float>;

/// run(table) gives the array that kernels leave behind.
template <class Run>
void check(const std::string& what, Run run) {
  const Guarded<float> wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const Reals& table, const std::string& isa) {
    testing::expect_same_bits(run(table), wanted, label(isa, what));
  });
}

template <class Test>
void for_each_size(Test test) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const std::int64_t n : {0, 1, 2, 3, 7, 100, 784}) test(n * kPanel, fill);
}

TEST(SimdPenalties, Sums) {
  for_each_size([](std::int64_t n, Fill fill) {
    const Guarded<float> w = numbers(1, n, fill);
    check(label("sums", n), [&](const Reals& table) {
      Guarded<float> out(2);
      table.penalty_sums(w.data(), n, out.data());
      return out;
    });
  });
}

TEST(SimdPenalties, Gradient) {
  for_each_size([](std::int64_t n, Fill fill) {
    const Guarded<float> w = numbers(1, n, fill);
    for (const float l1 : {0.0f, 0.01f})
      for (const float two_l2 : {0.0f, 0.02f})
        check(label("gradient", n, l1, two_l2), [&](const Reals& table) {
          Guarded<float> g = numbers(2, n, fill);
          table.penalty_gradient(w.data(), g.data(), n, l1, two_l2);
          return g;
        });
  });
}

TEST(SimdPenalties, Clip) {
  for_each_size([](std::int64_t n, Fill fill) {
    for (const float limit : {0.0f, 0.5f, std::numeric_limits<float>::infinity()})
      for (const float scale : {0.0f, 0.3f, 1.0f})
        check(label("clip", n, limit, scale), [&](const Reals& table) {
          Guarded<float> g = numbers(3, n, fill);
          table.clip(g.data(), n, scale, limit);
          return g;
        });
  });
}

TEST(SimdPenalties, Decay) {
  for_each_size([](std::int64_t n, Fill fill) {
    for (const float rate : {0.0f, 4e-6f, 1.0f})
      check(label("decay", n, rate), [&](const Reals& table) {
        Guarded<float> w = numbers(4, n, fill);
        table.decay(w.data(), n, rate);
        return w;
      });
  });
}

}  // namespace
}  // namespace regulus
