// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "support/golden.h"
#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using kernels::UpdateRule;
using testing::Guarded;

/// The rule and the coefficients of step t = 1, 2, …, from the formulas of Keras 3.
struct Optimizer {
  UpdateRule rule;
  std::vector<double> (*coefficients)(const nlohmann::json& config, int t);
};

double option(const nlohmann::json& config, const char* key, double otherwise) {
  return config.contains(key) ? config.at(key).get<double>() : otherwise;
}

std::vector<double> sgd(const nlohmann::json& config, int) {
  return {option(config, "learning_rate", 0.01), option(config, "momentum", 0)};
}

std::vector<double> adam(const nlohmann::json& config, int t) {
  const double lr = option(config, "learning_rate", 1e-3);
  const double b1 = option(config, "beta_1", 0.9);
  const double b2 = option(config, "beta_2", 0.999);
  return {lr * std::sqrt(1 - std::pow(b2, t)) / (1 - std::pow(b1, t)), 1 - b1, 1 - b2, 1e-7};
}

std::vector<double> nadam(const nlohmann::json& config, int t) {
  const double lr = option(config, "learning_rate", 1e-3);
  const double b1 = option(config, "beta_1", 0.9);
  const double b2 = option(config, "beta_2", 0.999);
  const auto mu = [b1](int step) { return b1 * (1 - 0.5 * std::pow(0.96, step)); };
  double product = 1;
  for (int step = 1; step <= t; ++step) product *= mu(step);
  return {lr,
          1 - b1,
          1 - b2,
          1e-7,
          mu(t + 1) / (1 - product * mu(t + 1)),
          (1 - mu(t)) / (1 - product),
          1 / (1 - std::pow(b2, t))};
}

std::vector<double> rmsprop(const nlohmann::json& config, int) {
  return {option(config, "learning_rate", 1e-3), 0.9, 0.1, 1e-7, option(config, "momentum", 0)};
}

Optimizer optimizer_of(const std::string& name, const nlohmann::json& config) {
  const bool momentum = option(config, "momentum", 0) != 0;
  if (name == "SGD" && momentum && config.value("nesterov", false)) return {UpdateRule::kNesterov, sgd};
  if (name == "SGD") return {momentum ? UpdateRule::kMomentum : UpdateRule::kSgd, sgd};
  if (name == "Nadam") return {UpdateRule::kNadam, nadam};
  if (name == "RMSprop" && config.value("centered", false))
    return {momentum ? UpdateRule::kRmspropCenteredMomentum : UpdateRule::kRmspropCentered, rmsprop};
  if (name == "RMSprop") return {momentum ? UpdateRule::kRmspropMomentum : UpdateRule::kRmsprop, rmsprop};
  return {config.value("amsgrad", false) ? UpdateRule::kAdamAmsgrad : UpdateRule::kAdam, adam};
}

double decay_of(const std::string& name, const nlohmann::json& config) {
  return option(config, "weight_decay", name == "AdamW" ? 0.004 : 0) * option(config, "learning_rate", 1e-3);
}

/// One variable of up to 16 values through all steps of a case. T is float or double.
template <class T>
void check(const nlohmann::json& json, std::size_t variable) {
  const auto& table = kernels::reference_table<T>();
  const auto name = json.at("class_name").get<std::string>();
  const auto& config = json.at("config");
  const Optimizer optimizer = optimizer_of(name, config);
  const Tensor initial = testing::tensor(json.at("initial").at(variable));
  testing::Guarded<T> w(kPanel, T{0});
  testing::Guarded<T> slots[kernels::kMaxSlots] = {testing::Guarded<T>(kPanel, T{0}),
                                                   testing::Guarded<T>(kPanel, T{0}),
                                                   testing::Guarded<T>(kPanel, T{0})};
  T* slot_data[kernels::kMaxSlots] = {slots[0].data(), slots[1].data(), slots[2].data()};
  for (std::int64_t i = 0; i < initial.size(); ++i) w[i] = initial.data()[i];
  int t = 0;
  for (const auto& step : json.at("gradients")) {
    const Tensor gradient = testing::tensor(step.at(variable));
    testing::Guarded<T> g(kPanel, T{0});
    for (std::int64_t i = 0; i < gradient.size(); ++i) g[i] = gradient.data()[i];
    if (config.contains("clipvalue"))
      table.clip(g.data(), kPanel, T{1}, static_cast<T>(config.at("clipvalue").get<double>()));
    if (const double decay = decay_of(name, config); decay != 0)
      table.decay(w.data(), kPanel, static_cast<T>(decay));
    const std::vector<double> c = optimizer.coefficients(config, ++t);
    const std::vector<T> coefficients(c.begin(), c.end());
    table.update[static_cast<int>(optimizer.rule)](w.data(), slot_data, g.data(), kPanel,
                                                   coefficients.data());
    Tensor found(initial.shape());
    for (std::int64_t i = 0; i < found.size(); ++i) found.data()[i] = static_cast<float>(w[i]);
    const Tensor wanted =
        testing::tensor(json.at("weights_after").at(static_cast<std::size_t>(t - 1)).at(variable));
    // Keras rounds its coefficients and moments to float32 in orders of its own, ten steps long.
    testing::expect_close(found, wanted, 1e-6, 1e-6,
                          json.at("name").get<std::string>() + " step " + std::to_string(t));
  }
}

// Clipping by norm concerns whole variables: the plan's tests have it.
bool within_a_panel(const nlohmann::json& json) {
  return json.contains("gradients") && !json.at("config").contains("clipnorm") &&
         !json.at("config").contains("global_clipnorm");
}

TEST(Updates, TenStepsOfEachOptimizerOfKeras) {
  int found = 0;
  for (const auto& json : testing::golden("optimizers.json").at("cases")) {
    if (!within_a_panel(json)) continue;
    for (const std::size_t variable : {0u, 1u}) {
      check<float>(json, variable);
      check<double>(json, variable);
    }
    ++found;
  }
  EXPECT_GE(found, 12);
}

// No golden has both: momentum on top of the centred increment.
TEST(Updates, RmspropCenteredWithMomentum) {
  const double lr = 0.1, rho = 0.9, eps = 1e-7, momentum = 0.5;
  const double c[] = {lr, rho, 1 - rho, eps, momentum};
  testing::Guarded<double> w(kPanel, 1.0);
  testing::Guarded<double> v(kPanel, 0.0), mean(kPanel, 0.0), m(kPanel, 0.0);
  double* slots[] = {v.data(), mean.data(), m.data()};
  double ew = 1, ev = 0, emean = 0, em = 0;
  for (int t = 0; t < 5; ++t) {
    const double gradient = std::cos(t);
    const testing::Guarded<double> g(kPanel, gradient);
    kernels::reference_table<double>().update[static_cast<int>(UpdateRule::kRmspropCenteredMomentum)](
        w.data(), slots, g.data(), kPanel, c);
    ev = rho * ev + (1 - rho) * gradient * gradient;
    emean = rho * emean + (1 - rho) * gradient;
    em = momentum * em + lr * gradient / std::sqrt(ev - emean * emean + eps);
    ew -= em;
    EXPECT_NEAR(w[7], ew, 1e-12);  // a few roundings in double
  }
}

// Subnormal numbers make processors slow, and a decaying average would stay one for ever.
TEST(Updates, AStateThatDecaysEndsAtZero) {
  const float c[kernels::kMaxCoefficients] = {1e-3f, 0.1f, 0.05f, 1e-7f, 0.9f, 0.1f, 1.0f, 0.0f};
  const auto decay = {UpdateRule::kMomentum, UpdateRule::kNesterov, UpdateRule::kAdam, UpdateRule::kNadam};
  const float sgd[] = {1e-3f, 0.9f};
  for (const UpdateRule rule : decay) {
    const bool momentum = rule == UpdateRule::kMomentum || rule == UpdateRule::kNesterov;
    testing::Guarded<float> w(kPanel), m(kPanel, 1e-3f), v(kPanel, 1e-6f), g(kPanel, 0.0f);
    float* slots[kernels::kMaxSlots] = {m.data(), v.data(), nullptr};
    for (int step = 0; step < 3000; ++step) {
      kernels::reference_table<float>().update[static_cast<int>(rule)](w.data(), slots, g.data(), kPanel,
                                                                       momentum ? sgd : c);
      ASSERT_NE(std::fpclassify(m[0]), FP_SUBNORMAL) << static_cast<int>(rule) << " step " << step;
      ASSERT_NE(std::fpclassify(v[0]), FP_SUBNORMAL) << static_cast<int>(rule) << " step " << step;
    }
    EXPECT_EQ(m[0], 0.0f) << static_cast<int>(rule);
    if (!momentum) {
      EXPECT_EQ(v[0], 0.0f) << static_cast<int>(rule);
    }
  }
}

}  // namespace
}  // namespace regulus
