// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/nadam.h"

#include "regulus/base/float_environment.h"

namespace regulus {
namespace {

constexpr double kMomentumDecay = 0.96;
// From here on 1 - 0.96^t / 2 is 1 exactly, so mu_t is beta_1.
constexpr std::uint64_t kScheduleSteps = 4096;

}  // namespace

Nadam::Nadam(Options options)
    : Optimizer(options.learning_rate, shared(options), "Nadam"),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon) {
  check_beta("Nadam", "beta_1", beta_1_);
  check_beta("Nadam", "beta_2", beta_2_);
  check_epsilon("Nadam", epsilon_);
  const StandardFloats floats;
  for (std::uint64_t t = 1; t < kScheduleSteps; ++t) schedule_product_ *= momentum(t);
}

Nadam Nadam::from_config(const Value& config) {
  ConfigReader reader("Nadam", config);
  Options options;
  read_base(reader, options);
  options.beta_1 = reader.number("beta_1", options.beta_1);
  options.beta_2 = reader.number("beta_2", options.beta_2);
  options.epsilon = reader.number("epsilon", options.epsilon);
  reader.finish();
  return Nadam(options);
}

Value Nadam::config() const {
  Value::Dict config = base_config();
  config.push_back({"beta_1", beta_1_});
  config.push_back({"beta_2", beta_2_});
  config.push_back({"epsilon", epsilon_});
  return config;
}

double Nadam::momentum(std::uint64_t t) const {
  return beta_1_ * (1 - 0.5 * power(kMomentumDecay, t));
}

double Nadam::momentum_product(std::uint64_t t) const {
  if (t >= kScheduleSteps) return schedule_product_ * power(beta_1_, t - (kScheduleSteps - 1));
  double product = 1;
  for (std::uint64_t s = 1; s <= t; ++s) product *= momentum(s);
  return product;
}

std::vector<double> Nadam::scalars(std::uint64_t steps) const {
  return {momentum_product(steps)};
}

std::array<double, kernels::kMaxCoefficients> Nadam::begin_step(std::uint64_t t) {
  // One factor more than in the last step, unless a run is resumed or the schedule has ended.
  const bool next_factor = t == steps_ + 1 && t < kScheduleSteps;
  momentum_product_ = next_factor ? momentum_product_ * momentum(t) : momentum_product(t);
  steps_ = t;
  const double now = momentum(t);
  const double next = momentum(t + 1);
  return {learning_rate(),
          1 - beta_1_,
          1 - beta_2_,
          epsilon_,
          next / (1 - momentum_product_ * next),
          (1 - now) / (1 - momentum_product_),
          1 / (1 - power(beta_2_, t))};
}

}  // namespace regulus
