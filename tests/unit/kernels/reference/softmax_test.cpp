// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "support/golden.h"
#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using testing::Guarded;

template <class T>
Guarded<T> padded_rows(const std::vector<double>& values, std::int64_t units) {
  const std::int64_t rows = static_cast<std::int64_t>(values.size()) / units;
  const std::int64_t stride = kernels::padded(units);
  Guarded<T> x(rows * stride, T{50});
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t i = 0; i < units; ++i)
      x[r * stride + i] = static_cast<T>(values[static_cast<std::size_t>(r * units + i)]);
  return x;
}

/// The units of each row, and a check that the padding is zero.
template <class T>
std::vector<T> unpadded(const Guarded<T>& x, std::int64_t units) {
  std::vector<T> values;
  for (std::int64_t i = 0; i < x.size(); ++i) {
    if (i % kernels::padded(units) < units) {
      values.push_back(x[i]);
    } else {
      EXPECT_EQ(x[i], T{0});
    }
  }
  return values;
}

template <class T>
std::vector<T> forward(bool log, const std::vector<double>& z, std::int64_t units) {
  const auto& table = kernels::reference_table<T>();
  const Guarded<T> x = padded_rows<T>(z, units);
  Guarded<T> y(x.size());
  const std::int64_t rows = static_cast<std::int64_t>(z.size()) / units;
  (log ? table.log_softmax_forward : table.softmax_forward)(x.data(), y.data(), rows, units,
                                                            kernels::padded(units));
  return unpadded(y, units);
}

template <class T>
std::vector<T> backward(bool log, const std::vector<double>& z, const std::vector<double>& dy,
                        std::int64_t units) {
  const auto& table = kernels::reference_table<T>();
  const std::vector<T> y = forward<T>(log, z, units);
  const Guarded<T> saved = padded_rows<T>(std::vector<double>(y.begin(), y.end()), units);
  const Guarded<T> slope = padded_rows<T>(dy, units);
  Guarded<T> dz(saved.size());
  const std::int64_t rows = static_cast<std::int64_t>(z.size()) / units;
  (log ? table.log_softmax_backward : table.softmax_backward)(slope.data(), saved.data(), dz.data(), rows,
                                                              units, kernels::padded(units));
  return unpadded(dz, units);
}

std::vector<double> doubles(const Tensor& t) {
  return std::vector<double>(t.data(), t.data() + t.size());
}

TEST(Softmax, ValuesAndGradientsOfKeras) {
  int found = 0;
  for (const auto& json : testing::golden("activations.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    if (name != "softmax" && name != "log_softmax") continue;
    ++found;
    const bool log = name == "log_softmax";
    const Tensor x = testing::tensor(json.at("x"));
    const Tensor dy = testing::tensor(json.at("dy"));
    const std::int64_t units = x.shape()[1];
    // float32 on both sides; the logarithm of a sum near 1 is off by an ulp of 1, which is 1.2e-7
    testing::expect_close(Tensor(x.shape(), forward<float>(log, doubles(x), units)),
                          testing::tensor(json.at("y")), 1e-6, 2e-7, name);
    testing::expect_close(Tensor(x.shape(), backward<float>(log, doubles(x), doubles(dy), units)),
                          testing::tensor(json.at("dx")), 2e-6, 3e-7, name + " gradient");
  }
  EXPECT_EQ(found, 2);
}

TEST(Softmax, GradientsAreTheDerivatives) {
  constexpr double kStep = 1e-5;
  for (const bool log : {false, true})
    for (const std::int64_t units : {1, 2, 10, 17}) {
      std::vector<double> z;
      std::vector<double> dy;
      for (std::int64_t i = 0; i < 2 * units; ++i) {
        z.push_back(testing::number_at(1, i));
        dy.push_back(testing::number_at(2, i));
      }
      const std::vector<double> dz = backward<double>(log, z, dy, units);
      for (std::size_t i = 0; i < z.size(); ++i) {
        std::vector<double> up = z;
        std::vector<double> down = z;
        up[i] += kStep;
        down[i] -= kStep;
        const auto above = forward<double>(log, up, units);
        const auto below = forward<double>(log, down, units);
        double wanted = 0;
        for (std::size_t j = 0; j < z.size(); ++j) wanted += dy[j] * (above[j] - below[j]) / (2 * kStep);
        EXPECT_NEAR(dz[i], wanted, 1e-8) << units;  // step^2 of truncation, 1e-16 / step of rounding
      }
    }
}

TEST(Softmax, LargeLogitsNeitherOverflowNorVanish) {
  const std::vector<float> y = forward<float>(false, {1000, 1000, -1000}, 3);
  EXPECT_EQ(y, (std::vector<float>{0.5f, 0.5f, 0.0f}));
  const std::vector<float> log_y = forward<float>(true, {1000, 1000, -1000}, 3);
  EXPECT_FLOAT_EQ(log_y[0], -std::log(2.0f));
  EXPECT_FLOAT_EQ(log_y[2], -2000.6931f);
}

TEST(Softmax, ANanMakesTheRowNanAndNoOther) {
  const std::vector<float> y = forward<float>(false, {1, std::nan(""), 2, 0, 0, 0}, 3);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(y[i]));
  for (std::size_t i = 3; i < 6; ++i) EXPECT_FLOAT_EQ(y[i], 1.0f / 3);
}

}  // namespace
}  // namespace regulus
