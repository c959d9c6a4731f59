// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/optim/optimizer.h"

namespace regulus {

/// Gradient descent. momentum 0: w -= learning_rate g. Else m = momentum m - learning_rate g, and
/// w += m, or with nesterov w += momentum m - learning_rate g. Sutskever et al. 2013; follows
/// keras.optimizers.SGD (the learning rate is inside m, unlike in other libraries). Throws ConfigError
/// unless learning_rate is finite and >= 0 and momentum in [0, 1].
class SGD final : public Optimizer {
 public:
  struct Options {
    double learning_rate = 0.01;
    double momentum = 0.0;
    bool nesterov = false;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};
    std::optional<double> global_clipnorm = {};
    std::optional<double> clipvalue = {};
    double decay = 0.0;
  };
  explicit SGD(Options options);
  SGD() : SGD(Options{}) {}
  static SGD from_config(const Value& config);

  const char* class_name() const override { return "SGD"; }
  Value config() const override;
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<SGD>(*this); }
  kernels::UpdateRule rule() const override;
  int num_slots() const override { return momentum_ > 0 ? 1 : 0; }
  std::array<double, kernels::kMaxCoefficients> begin_step(std::uint64_t t) override;

 private:
  double momentum_;
  bool nesterov_;
};

}  // namespace regulus
