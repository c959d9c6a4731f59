// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/orthogonal.h"

#include "support/golden.h"
#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using regulus::testing::golden;

// Row i of w, or column i.
std::vector<double> vectors_of(const Tensor& w, bool columns) {
  const std::int64_t rows = w.shape()[0];
  const std::int64_t cols = w.shape()[1];
  std::vector<double> out(static_cast<std::size_t>(w.size()));
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c)
      out[static_cast<std::size_t>(columns ? c * rows + r : r * cols + c)] = w.data()[r * cols + c];
  return out;
}

TEST(OrthogonalPenalty, GivesWhatKerasGives) {
  int cases = 0;
  for (const auto& item : golden("regularizers.json").at("cases")) {
    if (item.at("class_name") != "OrthogonalRegularizer") continue;
    const Tensor w = regulus::testing::tensor(item.at("w"));
    const bool columns = item.at("config").at("mode") == "columns";
    const double factor = item.at("config").at("factor");
    std::vector<double> v = vectors_of(w, columns);
    std::vector<double> gradient(v.size());
    const std::int64_t count = w.shape()[columns ? 1 : 0];
    const std::int64_t length = w.size() / count;
    const double value = factor * orthogonal_penalty(v.data(), count, length, gradient.data());
    const std::string name = item.at("name");
    EXPECT_NEAR(value, regulus::testing::number(item.at("penalty")), 1e-6 * factor)
        << name;  // float in Keras
    const std::vector<double> wanted = vectors_of(regulus::testing::tensor(item.at("dw")), columns);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      EXPECT_NEAR(factor * gradient[i], wanted[i], 1e-5 * factor)
          << name << " " << i;  // float, with cancellation
    ++cases;
  }
  EXPECT_EQ(cases, 12);
}

TEST(OrthogonalPenalty, IsTheMeanCosineBetweenDifferentVectors) {
  std::vector<double> same = {1, 2, 2, 4, -0.5, -1};                              // three vectors on one line
  EXPECT_NEAR(orthogonal_penalty<double>(same.data(), 3, 2, nullptr), 1, 1e-15);  // three roundings
  std::vector<double> right_angles = {3, 0, 0, -2};
  EXPECT_EQ(orthogonal_penalty<double>(right_angles.data(), 2, 2, nullptr), 0);
  std::vector<double> third = {1, 0, 0.5, std::sqrt(0.75)};                          // 60 degrees
  EXPECT_NEAR(orthogonal_penalty<double>(third.data(), 2, 2, nullptr), 0.5, 1e-15);  // three roundings
}

TEST(OrthogonalPenalty, OfFewerThanTwoVectorsIsZero) {
  std::vector<double> v = {1, 2, 3};
  std::vector<double> gradient = {7, 7, 7};
  EXPECT_EQ(orthogonal_penalty(v.data(), 1, 3, gradient.data()), 0);
  EXPECT_EQ(gradient, (std::vector<double>{0, 0, 0}));
}

TEST(OrthogonalPenalty, OfShortVectorsGoesThroughKerasEpsilon) {
  // |v| = 5e-8: multiplied by 1e7, not normalised, so only half of the cosine is left, and the
  // gradient is 1e7 times that by R.
  const std::vector<double> start = {3e-8, 4e-8, 1, 0};
  std::vector<double> v = start;
  std::vector<double> gradient(4);
  EXPECT_NEAR(orthogonal_penalty(v.data(), 2, 2, gradient.data()), 0.3, 1e-15);  // three roundings
  const double step = 1e-10;
  for (std::size_t i = 0; i < 4; ++i) {
    const double h = i < 2 ? step : 1e-5;
    std::vector<double> above = start;
    std::vector<double> below = start;
    above[i] += h;
    below[i] -= h;
    const double difference = orthogonal_penalty<double>(above.data(), 2, 2, nullptr) -
                              orthogonal_penalty<double>(below.data(), 2, 2, nullptr);
    EXPECT_NEAR(gradient[i], difference / (2 * h), 1e-6 * (i < 2 ? 1e7 : 1)) << i;  // 1e-16 / h, h^2
  }
}

TEST(OrthogonalPenalty, InFloatIsTheOneInDouble) {
  const std::vector<float> start = normals(3, 20 * 30);
  std::vector<float> v = start;
  std::vector<double> w(start.begin(), start.end());
  std::vector<float> g(v.size());
  std::vector<double> h(w.size());
  EXPECT_NEAR(orthogonal_penalty(v.data(), 20, 30, g.data()), orthogonal_penalty(w.data(), 20, 30, h.data()),
              1e-7);  // R is rounded to float
  double largest = 0;
  for (const double x : h) largest = std::max(largest, std::fabs(x));
  for (std::size_t i = 0; i < g.size(); ++i)
    EXPECT_NEAR(g[i], h[i], 1e-5 * largest) << i;  // 20 sums in float
}

}  // namespace
}  // namespace regulus::plan::testing
