// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

using Doubles = hn::CappedTag<double, kPanel / 2>;
constexpr std::int64_t kDoubles = hn::MaxLanes(Doubles{});

void moments(const float* x, double* mean, double* m2, std::int64_t n, double count) {
  const auto counts = hn::Set(Doubles(), count);
  std::int64_t i = 0;
  for (; i + kDoubles <= n; i += kDoubles) {
    const auto value = hn::PromoteTo(Doubles(), hn::LoadU(hn::Rebind<float, Doubles>(), x + i));
    const auto before = hn::LoadU(Doubles(), mean + i);
    const auto delta = hn::Sub(value, before);
    const auto after = hn::Add(before, hn::Div(delta, counts));
    hn::StoreU(after, Doubles(), mean + i);
    const auto sum = hn::MulAdd(delta, hn::Sub(value, after), hn::LoadU(Doubles(), m2 + i));
    hn::StoreU(sum, Doubles(), m2 + i);
  }
  for (; i < n; ++i) {
    const double value = x[i];
    const double delta = value - mean[i];
    mean[i] += delta / count;
    m2[i] = __builtin_fma(delta, value - mean[i], m2[i]);
  }
}

}  // namespace

void add_moments(Table<float>& table) {
  table.moments = moments;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
