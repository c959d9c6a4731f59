// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/rmsprop.h"

#include "regulus/base/check.h"
#include "regulus/base/error.h"

namespace regulus {

RMSprop::RMSprop(Options options)
    : Optimizer(options.learning_rate, shared(options), "RMSprop"),
      rho_(options.rho),
      momentum_(options.momentum),
      epsilon_(options.epsilon),
      centered_(options.centered),
      epsilon_outside_(options.epsilon_outside) {
  check_beta("RMSprop", "rho", rho_);
  check_beta("RMSprop", "momentum", momentum_);
  check_epsilon("RMSprop", epsilon_);
  if (epsilon_outside_ && momentum_ > 0)
    throw ConfigError({.where = "RMSprop",
                       .what = "epsilon_outside has no momentum",
                       .expected = "momentum 0",
                       .found = number_text(momentum_)});
}

RMSprop RMSprop::from_config(const Value& config) {
  ConfigReader reader("RMSprop", config);
  Options options;
  read_base(reader, options);
  options.rho = reader.number("rho", options.rho);
  options.momentum = reader.number("momentum", options.momentum);
  options.epsilon = reader.number("epsilon", options.epsilon);
  options.centered = reader.flag("centered", options.centered);
  options.epsilon_outside = reader.flag("epsilon_outside", options.epsilon_outside);
  reader.finish();
  return RMSprop(options);
}

Value RMSprop::config() const {
  Value::Dict config = base_config();
  config.push_back({"rho", rho_});
  config.push_back({"momentum", momentum_});
  config.push_back({"epsilon", epsilon_});
  config.push_back({"centered", centered_});
  if (epsilon_outside_) config.push_back({"epsilon_outside", true});
  return config;
}

kernels::UpdateRule RMSprop::rule() const {
  using Rule = kernels::UpdateRule;
  if (is_plain_outside()) return Rule::kNadam;
  if (centered_) return momentum_ > 0 ? Rule::kRmspropCenteredMomentum : Rule::kRmspropCentered;
  return momentum_ > 0 ? Rule::kRmspropMomentum : Rule::kRmsprop;
}

int RMSprop::num_slots() const {
  // Nadam's rule has a momentum before v; its share of a step is 0.
  return is_plain_outside() ? 2 : 1 + (centered_ ? 1 : 0) + (momentum_ > 0 ? 1 : 0);
}

std::array<double, kernels::kMaxCoefficients> RMSprop::begin_step(std::uint64_t t) {
  if (is_plain_outside()) return {rate(t), 0, 1 - rho_, epsilon_, 0, 1, 1};
  return {rate(t), rho_, 1 - rho_, epsilon_outside_ ? epsilon_ * epsilon_ : epsilon_, momentum_};
}

}  // namespace regulus
