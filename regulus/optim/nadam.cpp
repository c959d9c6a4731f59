// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/nadam.h"

#include <algorithm>

#include "regulus/base/check.h"
#include "regulus/base/float_environment.h"

namespace regulus {
namespace {

constexpr double kMomentumDecay = 0.96;
// From here on 1 - 0.96^t / 2 is 1 exactly, so mu_t is beta_1.
constexpr std::uint64_t kScheduleSteps = 4096;
// A slower schedule takes longer; after so many steps U_t is nothing beside 1 for every beta_1 in use, and
// mu_t may as well stay what it is.
constexpr std::uint64_t kSlowScheduleSteps = std::uint64_t{1} << 20;

// 0.96^exponent by the exponential series of a small part, squared up again: the same bits everywhere.
double momentum_decay_of(double exponent) {
  const StandardFloats floats;
  constexpr double kLog = -0.040821994520255166;  // ln 0.96
  constexpr int kSquares = 8;                     // 100 ln 0.96 / 2^8 is below 1 / 50
  constexpr int kTerms = 12;
  if (exponent == 1) return kMomentumDecay;
  const double x = exponent * kLog / (1 << kSquares);
  double sum = 1;
  for (int n = kTerms; n > 0; --n) sum = 1 + sum * x / n;
  for (int i = 0; i < kSquares; ++i) sum *= sum;
  return sum;
}

}  // namespace

Nadam::Nadam(Options options)
    : Optimizer(options.learning_rate, shared(options), "Nadam"),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      schedule_decay_(options.schedule_decay),
      momentum_decay_(momentum_decay_of(options.schedule_decay)),
      schedule_steps_(options.schedule_decay == 1 ? kScheduleSteps : kSlowScheduleSteps) {
  check_beta("Nadam", "beta_1", beta_1_);
  check_beta("Nadam", "beta_2", beta_2_);
  check_epsilon("Nadam", epsilon_);
  require_number(schedule_decay_ >= 0 && schedule_decay_ <= 100, "Nadam",
                 "schedule_decay must be in [0, 100]", schedule_decay_);
}

Nadam Nadam::from_config(const Value& config) {
  ConfigReader reader("Nadam", config);
  Options options;
  read_base(reader, options);
  options.beta_1 = reader.number("beta_1", options.beta_1);
  options.beta_2 = reader.number("beta_2", options.beta_2);
  options.epsilon = reader.number("epsilon", options.epsilon);
  options.schedule_decay = reader.number("schedule_decay", options.schedule_decay);
  reader.finish();
  return Nadam(options);
}

Value Nadam::config() const {
  Value::Dict config = base_config();
  config.push_back({"beta_1", beta_1_});
  config.push_back({"beta_2", beta_2_});
  config.push_back({"epsilon", epsilon_});
  if (schedule_decay_ != 1) config.push_back({"schedule_decay", schedule_decay_});
  return config;
}

double Nadam::momentum(std::uint64_t t) const {
  return beta_1_ * (1 - 0.5 * power(momentum_decay_, t));
}

double Nadam::momentum_product(std::uint64_t t) const {
  const std::uint64_t last = schedule_steps_ - 1;
  if (t > last) {
    const double product = schedule_product_known_ ? schedule_product_ : momentum_product(last);
    return product * power(momentum(schedule_steps_), t - last);
  }
  double product = 1;
  for (std::uint64_t s = 1; s <= t && product > 0; ++s) product *= momentum(s);
  return product;
}

std::vector<double> Nadam::scalars(std::uint64_t steps) const {
  return {momentum_product(steps)};
}

std::array<double, kernels::kMaxCoefficients> Nadam::begin_step(std::uint64_t t) {
  if (t >= schedule_steps_ && !schedule_product_known_) {
    schedule_product_ = momentum_product(schedule_steps_ - 1);
    schedule_product_known_ = true;
  }
  // One factor more than in the last step, unless a run is resumed or the schedule has ended.
  const bool next_factor = t == steps_ + 1 && t < schedule_steps_;
  momentum_product_ = next_factor ? momentum_product_ * momentum(t) : momentum_product(t);
  steps_ = t;
  const double now = momentum(std::min(t, schedule_steps_));
  const double next = momentum(std::min(t + 1, schedule_steps_));
  return {rate(t),
          1 - beta_1_,
          1 - beta_2_,
          epsilon_,
          next / (1 - momentum_product_ * next),
          (1 - now) / (1 - momentum_product_),
          1 / (1 - power(beta_2_, t))};
}

}  // namespace regulus
