// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/rows.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

void softmax_forward(const float* z, float* y, std::int64_t rows, std::int64_t units, std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r, z += stride, y += stride) {
    const Lanes max = row_max(z, units);
    write_row(y, units, [=](std::int64_t at) { return exp(Lanes::load(z + at) - max); });
    const Lanes sum = row_sum(units, [=](Lanes s, std::int64_t at) { return s + Lanes::load(y + at); });
    write_row(y, units, [=](std::int64_t at) { return Lanes::load(y + at) / sum; });
  }
}

void log_softmax_forward(const float* z, float* y, std::int64_t rows, std::int64_t units,
                         std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r, z += stride, y += stride) {
    const Lanes max = row_max(z, units);
    const Lanes sum =
        row_sum(units, [=](Lanes s, std::int64_t at) { return s + exp(Lanes::load(z + at) - max); });
    const Lanes log_sum = log(sum);
    write_row(y, units, [=](std::int64_t at) { return (Lanes::load(z + at) - max) - log_sum; });
  }
}

void softmax_backward(const float* dy, const float* y, float* dz, std::int64_t rows, std::int64_t units,
                      std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r, dy += stride, y += stride, dz += stride) {
    const Lanes dot = row_sum(
        units, [=](Lanes s, std::int64_t at) { return fma(Lanes::load(dy + at), Lanes::load(y + at), s); });
    write_row(dz, units, [=](std::int64_t at) { return Lanes::load(y + at) * (Lanes::load(dy + at) - dot); });
  }
}

void log_softmax_backward(const float* dy, const float* y, float* dz, std::int64_t rows, std::int64_t units,
                          std::int64_t stride) {
  for (std::int64_t r = 0; r < rows; ++r, dy += stride, y += stride, dz += stride) {
    const Lanes sum = row_sum(units, [=](Lanes s, std::int64_t at) { return s + Lanes::load(dy + at); });
    write_row(dz, units,
              [=](std::int64_t at) { return fma(-exp(Lanes::load(y + at)), sum, Lanes::load(dy + at)); });
  }
}

}  // namespace

void add_softmax(Table<float>& table) {
  table.softmax_forward = softmax_forward;
  table.log_softmax_forward = log_softmax_forward;
  table.softmax_backward = softmax_backward;
  table.log_softmax_backward = log_softmax_backward;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
