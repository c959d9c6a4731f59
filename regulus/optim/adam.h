// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/optim/optimizer.h"

namespace regulus {

/// m += (g - m)(1 - beta_1); v += (g^2 - v)(1 - beta_2);
/// a_t = learning_rate sqrt(1 - beta_2^t) / (1 - beta_1^t); w -= a_t m / (sqrt(v) + epsilon).
/// amsgrad: v' = max(v', v) stands in the place of v in the last formula. Kingma and Ba 2014 (epsilon is
/// their "epsilon hat"), Reddi et al. 2018; follows keras.optimizers.Adam. Throws ConfigError unless
/// learning_rate is finite and >= 0, beta_1 and beta_2 in [0, 1) and epsilon finite and > 0.
class Adam : public Optimizer {
 public:
  struct Options {
    double learning_rate = 0.001;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;
    bool amsgrad = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> global_clipnorm = {};
    std::optional<double> clipvalue = {};
    double decay = 0.0;
  };
  explicit Adam(Options options) : Adam(options, "Adam") {}
  Adam() : Adam(Options{}) {}
  static Adam from_config(const Value& config);

  const char* class_name() const override { return "Adam"; }
  Value config() const override;
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<Adam>(*this); }
  kernels::UpdateRule rule() const override;
  int num_slots() const override { return amsgrad_ ? 3 : 2; }
  std::array<double, kernels::kMaxCoefficients> begin_step(std::uint64_t t) override;

 protected:
  Adam(Options options, const char* class_name);
  static Options read_options(const char* class_name, const Value& config, Options defaults);

 private:
  double beta_1_;
  double beta_2_;
  double epsilon_;
  bool amsgrad_;
};

}  // namespace regulus
