// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using testing::Guarded;
using testing::number_at;

// A plain row-major layer in double: what all of this folder's packing and padding stands for.
struct Layer {
  std::int64_t rows, inputs, units;
  std::vector<double> x, w, bias, dz;

  Layer(std::int64_t num_rows, std::int64_t num_inputs, std::int64_t num_units)
      : rows(num_rows), inputs(num_inputs), units(num_units) {
    for (std::int64_t i = 0; i < rows * inputs; ++i) x.push_back(number_at(1, i));
    for (std::int64_t i = 0; i < inputs * units; ++i) w.push_back(number_at(2, i));
    for (std::int64_t i = 0; i < units; ++i) bias.push_back(number_at(3, i));
    for (std::int64_t i = 0; i < rows * units; ++i) dz.push_back(number_at(4, i));
  }
  static double at(const std::vector<double>& m, std::int64_t cols, std::int64_t row, std::int64_t col) {
    return m[static_cast<std::size_t>(row * cols + col)];
  }
  double y(std::int64_t r, std::int64_t n) const {
    double sum = bias[static_cast<std::size_t>(n)];
    for (std::int64_t k = 0; k < inputs; ++k) sum += at(x, inputs, r, k) * at(w, units, k, n);
    return sum;
  }
  double dw(std::int64_t k, std::int64_t n) const {
    double sum = 0;
    for (std::int64_t r = 0; r < rows; ++r) sum += at(x, inputs, r, k) * at(dz, units, r, n);
    return sum;
  }
  double dx(std::int64_t r, std::int64_t k) const {
    double sum = 0;
    for (std::int64_t n = 0; n < units; ++n) sum += at(dz, units, r, n) * at(w, units, k, n);
    return sum;
  }
  double db(std::int64_t n) const {
    double sum = 0;
    for (std::int64_t r = 0; r < rows; ++r) sum += at(dz, units, r, n);
    return sum;
  }
};

Guarded<double> padded_rows(const std::vector<double>& m, std::int64_t rows, std::int64_t cols) {
  Guarded<double> p(rows * kernels::padded(cols), 0.0);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c) p[r * kernels::padded(cols) + c] = Layer::at(m, cols, r, c);
  return p;
}

constexpr double kRounding = 1e-13;  // 50 products of size 10, each rounded to 1e-16 of it

TEST(Matmul, IsTheProductPlusBias) {
  const Layer layer(5, 50, 20);
  const Guarded<double> x = padded_rows(layer.x, 5, 50);
  Guarded<double> w(kernels::padded(20) * 50);
  kernels::pack(layer.w.data(), 50, 20, w.data());
  const Guarded<double> bias = padded_rows(layer.bias, 1, 20);
  Guarded<double> y(5 * 32);
  kernels::reference_table<double>().matmul(x.data(), 64, w.data(), bias.data(), y.data(), 32, 5, 50, 0, 2);
  for (std::int64_t r = 0; r < 5; ++r)
    for (std::int64_t n = 0; n < 32; ++n) EXPECT_NEAR(y[r * 32 + n], n < 20 ? layer.y(r, n) : 0, kRounding);
}

TEST(Matmul, WithoutBiasAndForSomePanels) {
  const Layer layer(3, 4, 40);
  const Guarded<double> x = padded_rows(layer.x, 3, 4);
  Guarded<double> w(kernels::padded(40) * 4);
  kernels::pack(layer.w.data(), 4, 40, w.data());
  Guarded<double> y(3 * 48);
  kernels::reference_table<double>().matmul(x.data(), 16, w.data(), nullptr, y.data(), 48, 3, 4, 1, 2);
  for (std::int64_t r = 0; r < 3; ++r)
    for (std::int64_t n = 0; n < 48; ++n)
      EXPECT_NEAR(y[r * 48 + n],
                  n / kPanel == 1 ? layer.y(r, n) - layer.bias[static_cast<std::size_t>(n)] : 7.0, kRounding);
}

TEST(KernelGradient, IsTheSumOverTheBatch) {
  const Layer layer(9, 30, 20);
  const Guarded<double> x = padded_rows(layer.x, 9, 30);
  const Guarded<double> dz = padded_rows(layer.dz, 9, 20);
  const auto& table = kernels::reference_table<double>();
  Guarded<double> both(2 * 12 * kPanel);
  table.kernel_gradient(x.data(), 32, dz.data(), 32, both.data(), 12 * kPanel, 9, 5, 17, 2);
  EXPECT_TRUE(both.intact());
  for (std::int64_t panel = 0; panel < 2; ++panel) {
    const double* g = both.data() + panel * 12 * kPanel;
    Guarded<double> b(kPanel);
    table.bias_gradient(dz.data() + panel * kPanel, 32, b.data(), 9);
    for (std::int64_t lane = 0; lane < kPanel; ++lane) {
      const std::int64_t n = panel * kPanel + lane;
      EXPECT_NEAR(b[lane], n < 20 ? layer.db(n) : 0, kRounding);
      for (std::int64_t k = 5; k < 17; ++k)
        EXPECT_NEAR(g[(k - 5) * kPanel + lane], n < 20 ? layer.dw(k, n) : 0, kRounding);
    }
    EXPECT_TRUE(b.intact());
  }
}

TEST(InputGradient, IsTheSumOverTheUnits) {
  const Layer layer(5, 20, 40);
  const Guarded<double> dz = padded_rows(layer.dz, 5, 40);
  Guarded<double> w(kernels::padded(40) * 20);
  kernels::pack(layer.w.data(), 20, 40, w.data());
  const auto& table = kernels::reference_table<double>();
  Guarded<double> dx(5 * 32);
  table.input_gradient({dz.data(), 48, w.data(), dx.data(), 32, 5, 20, 40, 0, 2}, nullptr);
  for (std::int64_t r = 0; r < 5; ++r)
    for (std::int64_t k = 0; k < 32; ++k) EXPECT_NEAR(dx[r * 32 + k], k < 20 ? layer.dx(r, k) : 0, kRounding);
  Guarded<double> part(5 * 32);
  table.input_gradient({dz.data(), 48, w.data(), part.data(), 32, 5, 20, 40, 1, 2}, nullptr);
  for (std::int64_t i = 0; i < part.size(); ++i) EXPECT_EQ(part[i], i % 32 < 16 ? 7.0 : dx[i]);
}

// The promise that everything else rests on: one chain of fused operations in ascending order.
TEST(Matmul, EachOutputIsOneFusedChain) {
  const Guarded<float> x = testing::numbers(1, 112);
  const Guarded<float> w = testing::numbers(2, 100 * kPanel);
  const Guarded<float> bias = testing::numbers(3, kPanel);
  Guarded<float> y(kPanel);
  kernels::reference_table<float>().matmul(x.data(), 112, w.data(), bias.data(), y.data(), kPanel, 1, 100, 0,
                                           1);
  for (std::int64_t lane = 0; lane < kPanel; ++lane) {
    float sum = bias[lane];
    for (std::int64_t k = 0; k < 100; ++k) sum = std::fma(x[k], w[k * kPanel + lane], sum);
    EXPECT_EQ(y[lane], sum);
  }
}

}  // namespace
}  // namespace regulus
