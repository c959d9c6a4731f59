// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/optim/optimizer.h"

namespace regulus {

/// Adam with Nesterov momentum and the 0.96 schedule. With mu_t = beta_1 (1 - 0.96^(t schedule_decay) / 2)
/// and U_t = mu_1 … mu_t: m += (g - m)(1 - beta_1); v += (g^2 - v)(1 - beta_2);
/// m^ = mu_{t+1} m / (1 - U_{t+1}) + (1 - mu_t) g / (1 - U_t); v^ = v / (1 - beta_2^t);
/// w -= learning_rate m^ / (sqrt(v^) + epsilon). Dozat 2016; follows keras.optimizers.Nadam with
/// schedule_decay 1, and Keras before 2.11 (tf.keras.optimizers.legacy.Nadam), whose default is 0.004
/// (other libraries' "NAdam" decays the momentum differently). Throws ConfigError unless learning_rate
/// is finite and >= 0, beta_1 and beta_2 in [0, 1), epsilon finite and > 0 and schedule_decay in [0, 100].
class Nadam final : public Optimizer {
 public:
  struct Options {
    double learning_rate = 0.001;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> global_clipnorm = {};
    std::optional<double> clipvalue = {};
    double decay = 0.0;
    double schedule_decay = 1.0;
  };
  explicit Nadam(Options options);
  Nadam() : Nadam(Options{}) {}
  static Nadam from_config(const Value& config);

  const char* class_name() const override { return "Nadam"; }
  Value config() const override;
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<Nadam>(*this); }
  kernels::UpdateRule rule() const override { return kernels::UpdateRule::kNadam; }
  int num_slots() const override { return 2; }
  std::array<double, kernels::kMaxCoefficients> begin_step(std::uint64_t t) override;
  /// U_t, the product of momenta.
  std::vector<double> scalars(std::uint64_t steps) const override;

 private:
  double momentum(std::uint64_t t) const;
  double momentum_product(std::uint64_t t) const;

  double beta_1_;
  double beta_2_;
  double epsilon_;
  double schedule_decay_;
  double momentum_decay_;          // 0.96^schedule_decay
  std::uint64_t schedule_steps_;   // from here on mu_t no longer changes
  double schedule_product_ = 0.0;  // U_t of the last step before; known from the first step behind it
  bool schedule_product_known_ = false;
  // U_t of the last step asked for.
  std::uint64_t steps_ = 0;
  double momentum_product_ = 1.0;
};

}  // namespace regulus
