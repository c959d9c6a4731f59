// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/optim/adam.h"

namespace regulus {

/// Adam after decoupled weight decay: w -= learning_rate weight_decay w on every weight, biases too,
/// then Adam's update. Loshchilov and Hutter 2019; follows keras.optimizers.AdamW.
class AdamW final : public Adam {
 public:
  struct Options {
    double learning_rate = 0.001;
    double weight_decay = 0.004;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-7;
    bool amsgrad = false;
    std::optional<double> clipnorm = {};
    std::optional<double> global_clipnorm = {};
    std::optional<double> clipvalue = {};
    double decay = 0.0;
  };
  explicit AdamW(Options options) : Adam(as_adam(options), "AdamW") {}
  AdamW() : AdamW(Options{}) {}
  static AdamW from_config(const Value& config);

  const char* class_name() const override { return "AdamW"; }
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<AdamW>(*this); }

 private:
  static Adam::Options as_adam(const Options& options);
};

}  // namespace regulus
