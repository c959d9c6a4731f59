// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/sgd.h"

#include "regulus/base/check.h"

namespace regulus {

SGD::SGD(Options options)
    : Optimizer(options.learning_rate, shared(options), "SGD"),
      momentum_(options.momentum),
      nesterov_(options.nesterov) {
  require_number(momentum_ >= 0 && momentum_ <= 1, "SGD", "momentum must be in [0, 1]", momentum_);
}

SGD SGD::from_config(const Value& config) {
  ConfigReader reader("SGD", config);
  Options options;
  read_base(reader, options);
  options.momentum = reader.number("momentum", options.momentum);
  options.nesterov = reader.flag("nesterov", options.nesterov);
  reader.finish();
  return SGD(options);
}

Value SGD::config() const {
  Value::Dict config = base_config();
  config.push_back({"momentum", momentum_});
  config.push_back({"nesterov", nesterov_});
  return config;
}

kernels::UpdateRule SGD::rule() const {
  if (momentum_ == 0) return kernels::UpdateRule::kSgd;
  return nesterov_ ? kernels::UpdateRule::kNesterov : kernels::UpdateRule::kMomentum;
}

std::array<double, kernels::kMaxCoefficients> SGD::begin_step(std::uint64_t t) {
  return {rate(t), momentum_};
}

}  // namespace regulus
