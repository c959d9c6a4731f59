// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/rmsprop.h"

namespace regulus {

RMSprop::RMSprop(Options options)
    : Optimizer(options.learning_rate, shared(options), "RMSprop"),
      rho_(options.rho),
      momentum_(options.momentum),
      epsilon_(options.epsilon),
      centered_(options.centered) {
  check_beta("RMSprop", "rho", rho_);
  check_beta("RMSprop", "momentum", momentum_);
  check_epsilon("RMSprop", epsilon_);
}

RMSprop RMSprop::from_config(const Value& config) {
  ConfigReader reader("RMSprop", config);
  Options options;
  read_base(reader, options);
  options.rho = reader.number("rho", options.rho);
  options.momentum = reader.number("momentum", options.momentum);
  options.epsilon = reader.number("epsilon", options.epsilon);
  options.centered = reader.flag("centered", options.centered);
  reader.finish();
  return RMSprop(options);
}

Value RMSprop::config() const {
  Value::Dict config = base_config();
  config.push_back({"rho", rho_});
  config.push_back({"momentum", momentum_});
  config.push_back({"epsilon", epsilon_});
  config.push_back({"centered", centered_});
  return config;
}

kernels::UpdateRule RMSprop::rule() const {
  using Rule = kernels::UpdateRule;
  if (centered_) return momentum_ > 0 ? Rule::kRmspropCenteredMomentum : Rule::kRmspropCentered;
  return momentum_ > 0 ? Rule::kRmspropMomentum : Rule::kRmsprop;
}

std::array<double, kernels::kMaxCoefficients> RMSprop::begin_step(std::uint64_t) {
  return {learning_rate(), rho_, 1 - rho_, epsilon_, momentum_};
}

}  // namespace regulus
