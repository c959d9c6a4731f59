// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "regulus/kernels/table.h"
#include "support/golden.h"
#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::Activation;
using kernels::Block;
using testing::Guarded;

struct Known {
  Activation kind;
  double alpha = 1;
};

const std::map<std::string, Known>& known() {
  static const std::map<std::string, Known> names = {
      {"linear", {Activation::kLinear}},
      {"relu", {Activation::kRelu}},
      {"relu6", {Activation::kRelu6}},
      {"leaky_relu", {Activation::kLeakyRelu, 0.2}},
      {"elu", {Activation::kElu}},
      {"celu", {Activation::kCelu}},
      {"selu", {Activation::kSelu}},
      {"gelu", {Activation::kGelu}},
      {"silu", {Activation::kSilu}},
      {"sigmoid", {Activation::kSigmoid}},
      {"hard_sigmoid", {Activation::kHardSigmoid}},
      {"hard_silu", {Activation::kHardSilu}},
      {"tanh", {Activation::kTanh}},
      {"softplus", {Activation::kSoftplus}},
      {"softsign", {Activation::kSoftsign}},
      {"exponential", {Activation::kExponential}},
      {"mish", {Activation::kMish}},
      {"hard_tanh", {Activation::kHardTanh}},
      {"hard_shrink", {Activation::kHardShrink, 0.5}},
      {"soft_shrink", {Activation::kSoftShrink, 0.5}},
      {"tanh_shrink", {Activation::kTanhShrink}},
      {"squareplus", {Activation::kSquareplus, 4}},
      {"log_sigmoid", {Activation::kLogSigmoid}},
      {"sparse_plus", {Activation::kSparsePlus}},
      {"sparse_sigmoid", {Activation::kSparseSigmoid}},
  };
  return names;
}

/// y and dz of a whole array, as the plan computes them: the derivative from y or z.
template <class T>
std::pair<std::vector<T>, std::vector<T>> run(const Known& activation, const std::vector<T>& z,
                                              const std::vector<T>& dy) {
  const auto& table = kernels::reference_table<T>();
  const auto kind = static_cast<std::size_t>(activation.kind);
  const Block block{1, static_cast<std::int64_t>(z.size()), static_cast<std::int64_t>(z.size())};
  const T alpha = static_cast<T>(activation.alpha);
  std::vector<T> y(z.size());
  std::vector<T> dz(z.size());
  table.activation_forward[kind](z.data(), y.data(), block, alpha);
  const T* saved = kernels::derivative_uses_output(activation.kind) ? y.data() : z.data();
  table.activation_backward[kind](dy.data(), saved, dz.data(), block, alpha);
  return {y, dz};
}

std::vector<float> values(const Tensor& t) {
  return std::vector<float>(t.data(), t.data() + t.size());
}

TEST(Activations, ValuesAndGradientsOfKeras) {
  std::size_t found = 0;
  for (const auto& json : testing::golden("activations.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const auto it = known().find(name);
    if (it == known().end()) continue;  // those that work along an axis: nn/activations_test.cpp
    ++found;
    const Tensor x = testing::tensor(json.at("x"));
    const auto [y, dx] = run<float>(it->second, values(x), values(testing::tensor(json.at("dy"))));
    // TensorFlow's celu has slope 2 at 0, from a maximum and a minimum that both pass a tie on.
    auto slopes = dx;
    if (name == "celu")
      for (std::int64_t i = 0; i < x.size(); ++i)
        if (x.data()[i] == 0) slopes[static_cast<std::size_t>(i)] *= 2;
    // Both are float32 with their own roundings; derivatives taken from y lose what 1 - y cancels.
    // Keras adds x and a root where they cancel: at -30 half a unit in the last place of 30 is left.
    const double absolute = name == "squareplus" ? 1e-6 : 1e-7;
    testing::expect_close(Tensor(x.shape(), y), testing::tensor(json.at("y")), 1e-6, absolute, name);
    testing::expect_close(Tensor(x.shape(), slopes), testing::tensor(json.at("dx")), 2e-6, 3e-7,
                          name + " gradient");
  }
  EXPECT_EQ(found, known().size());
  EXPECT_EQ(found, static_cast<std::size_t>(kernels::kNumActivations));
}

// Points where a slope jumps.
bool kink(Activation kind, double z, double alpha) {
  switch (kind) {
    case Activation::kHardTanh:
    case Activation::kSparsePlus:
    case Activation::kSparseSigmoid:
      return std::fabs(std::fabs(z) - 1) < 1e-3;
    case Activation::kHardShrink:
    case Activation::kSoftShrink:
      return std::fabs(std::fabs(z) - alpha) < 1e-3;
    case Activation::kHardSigmoid:
    case Activation::kHardSilu:
      return std::fabs(std::fabs(z) - 3) < 1e-3;
    case Activation::kRelu6:
      return std::fabs(z) < 1e-3 || std::fabs(z - 6) < 1e-3;
    default:
      return std::fabs(z) < 1e-3;
  }
}

TEST(Activations, GradientsAreTheDerivatives) {
  constexpr double kStep = 1e-5;
  for (const auto& [name, activation] : known())
    for (const double alpha : {activation.alpha, 0.3, 1.7}) {
      std::vector<double> z;
      std::vector<double> up;
      std::vector<double> down;
      for (double at = -9; at < 9; at += 0.0173) {
        if (kink(activation.kind, at, alpha)) continue;
        z.push_back(at);
        up.push_back(at + kStep);
        down.push_back(at - kStep);
      }
      const std::vector<double> dy(z.size(), 1.5);
      const Known with_alpha{activation.kind, alpha};
      const auto dz = run<double>(with_alpha, z, dy).second;
      const auto above = run<double>(with_alpha, up, dy).first;
      const auto below = run<double>(with_alpha, down, dy).first;
      for (std::size_t i = 0; i < z.size(); ++i) {
        const double wanted = 1.5 * (above[i] - below[i]) / (2 * kStep);
        // step^2 of truncation and 1e-16 / step of rounding, at values up to e^9
        ASSERT_NEAR(dz[i], wanted, 1e-9 * (1 + std::fabs(wanted)))
            << name << " at " << z[i] << " alpha " << alpha;
      }
    }
}

TEST(Activations, FloatAgreesWithDouble) {
  for (const auto& [name, activation] : known()) {
    std::vector<float> z;
    for (float at = -12; at < 12; at += 0.0131f) z.push_back(at);
    const std::vector<float> dy(z.size(), 1.0f);
    const auto [y, dz] = run<float>(activation, z, dy);
    const auto [y_double, dz_double] = run<double>(activation, std::vector<double>(z.begin(), z.end()),
                                                   std::vector<double>(dy.begin(), dy.end()));
    for (std::size_t i = 0; i < z.size(); ++i) {
      // A few ulps of float, relative to the terms that are added: those of size 1, and y itself.
      ASSERT_NEAR(y[i], y_double[i], 6e-7 * std::fabs(y_double[i]) + 1e-7) << name << " at " << z[i];
      ASSERT_NEAR(dz[i], dz_double[i], 1e-6 * std::fabs(dz_double[i]) + 5e-7) << name << " at " << z[i];
    }
  }
}

TEST(Activations, OnlyTheBlockIsWritten) {
  for (int kind = 0; kind < kernels::kNumActivations; ++kind) {
    const Guarded<float> z = testing::numbers(1, 3 * 48);
    Guarded<float> y(3 * 48);
    kernels::reference_table<float>().activation_forward[kind](z.data() + 16, y.data() + 16, {3, 16, 48},
                                                               1.0f);
    EXPECT_TRUE(y.intact());
    for (std::int64_t i = 0; i < y.size(); ++i)
      EXPECT_TRUE((i % 48 >= 16 && i % 48 < 32) || y[i] == 7.0f) << kind;
  }
}

}  // namespace
}  // namespace regulus
