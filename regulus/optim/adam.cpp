// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/adam.h"

#include <cmath>

namespace regulus {

Adam::Adam(Options options, const char* class_name)
    : Optimizer(options.learning_rate, shared(options), class_name),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      amsgrad_(options.amsgrad) {
  check_beta(class_name, "beta_1", beta_1_);
  check_beta(class_name, "beta_2", beta_2_);
  check_epsilon(class_name, epsilon_);
}

Adam::Options Adam::read_options(const char* class_name, const Value& config, Options options) {
  ConfigReader reader(class_name, config);
  read_base(reader, options);
  options.beta_1 = reader.number("beta_1", options.beta_1);
  options.beta_2 = reader.number("beta_2", options.beta_2);
  options.epsilon = reader.number("epsilon", options.epsilon);
  options.amsgrad = reader.flag("amsgrad", options.amsgrad);
  reader.finish();
  return options;
}

Adam Adam::from_config(const Value& config) {
  return Adam(read_options("Adam", config, {}));
}

Value Adam::config() const {
  Value::Dict config = base_config();
  config.push_back({"beta_1", beta_1_});
  config.push_back({"beta_2", beta_2_});
  config.push_back({"epsilon", epsilon_});
  config.push_back({"amsgrad", amsgrad_});
  return config;
}

kernels::UpdateRule Adam::rule() const {
  return amsgrad_ ? kernels::UpdateRule::kAdamAmsgrad : kernels::UpdateRule::kAdam;
}

std::array<double, kernels::kMaxCoefficients> Adam::begin_step(std::uint64_t t) {
  const double step = rate(t) * std::sqrt(1 - power(beta_2_, t)) / (1 - power(beta_1_, t));
  return {step, 1 - beta_1_, 1 - beta_2_, epsilon_};
}

}  // namespace regulus
