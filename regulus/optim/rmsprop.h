// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/optim/optimizer.h"

namespace regulus {

/// v = rho v + (1 - rho) g^2; d = v + epsilon, or centered: a = rho a + (1 - rho) g, d = v - a^2 + epsilon;
/// s = learning_rate g / sqrt(d); w -= s, or with momentum m = momentum m + s, w -= m. Tieleman and
/// Hinton 2012; follows keras.optimizers.RMSprop. epsilon_outside: s = learning_rate g / (sqrt(v) + epsilon),
/// as Keras before 2.11 (tf.keras.optimizers.legacy.RMSprop) does where momentum is 0; centered, the root is
/// sqrt(v - a^2 + epsilon^2), which is less than epsilon away from Keras's sqrt(v - a^2) + epsilon.
/// Throws ConfigError unless learning_rate is finite and >= 0, rho and momentum in [0, 1) and epsilon finite
/// and > 0, and for epsilon_outside with a momentum.
class RMSprop final : public Optimizer {
 public:
  struct Options {
    double learning_rate = 0.001;
    double rho = 0.9;
    double momentum = 0.0;
    double epsilon = 1e-7;
    bool centered = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> global_clipnorm = {};
    std::optional<double> clipvalue = {};
    double decay = 0.0;
    bool epsilon_outside = false;
  };
  explicit RMSprop(Options options);
  RMSprop() : RMSprop(Options{}) {}
  static RMSprop from_config(const Value& config);

  const char* class_name() const override { return "RMSprop"; }
  Value config() const override;
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<RMSprop>(*this); }
  kernels::UpdateRule rule() const override;
  int num_slots() const override;
  std::array<double, kernels::kMaxCoefficients> begin_step(std::uint64_t t) override;

 private:
  bool is_plain_outside() const { return epsilon_outside_ && !centered_; }

  double rho_;
  double momentum_;
  double epsilon_;
  bool centered_;
  bool epsilon_outside_;
};

}  // namespace regulus
