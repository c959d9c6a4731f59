// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "regulus/base/value.h"
#include "regulus/kernels/table.h"

namespace regulus {

/// The arguments that every optimizer shares, with Keras's names and meaning. At most one of
/// clipnorm, global_clipnorm and clipvalue may be set.
struct OptimizerOptions {
  std::optional<double>
      weight_decay;  ///< decoupled: w -= learning_rate * weight_decay * w, first, on every weight
  std::optional<double> clipnorm;         ///< each weight's gradient: g * c / max(|g|, c)
  std::optional<double> global_clipnorm;  ///< all gradients together
  std::optional<double> clipvalue;        ///< each element into [-c, c]
};

/// An optimizer: which update rule, how many slots a weight, and the rule's coefficients for step t.
/// It has scalars (Nadam's product of momenta) but no arrays: those belong to the compiled model.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  virtual const char* class_name() const = 0;
  virtual Value config() const = 0;
  virtual std::unique_ptr<Optimizer> clone() const = 0;

  virtual kernels::UpdateRule rule() const = 0;
  virtual int num_slots() const = 0;
  /// Coefficients of step t = 1, 2, …, in double. Steps must be asked in ascending order, each once.
  virtual std::array<double, kernels::kMaxCoefficients> begin_step(std::uint64_t t) = 0;

  /// May be changed between steps. Throws ConfigError unless finite and >= 0.
  double learning_rate() const { return learning_rate_; }
  void set_learning_rate(double value);
  const OptimizerOptions& options() const { return options_; }

 protected:
  Optimizer(double learning_rate, OptimizerOptions options, const char* class_name);
  /// The members of the config that every optimizer has.
  Value::Dict base_config() const;

 private:
  double learning_rate_;
  OptimizerOptions options_;
};

/// A handle to an optimizer: from an identifier ("nadam", with Keras's defaults) or a concrete one.
/// Copies are deep.
class OptimizerPtr {
 public:
  OptimizerPtr(const char* identifier) : OptimizerPtr(std::string(identifier)) {}
  /// Throws ConfigError with the nearest known name.
  OptimizerPtr(const std::string& identifier);
  OptimizerPtr(const Optimizer& optimizer) : optimizer_(optimizer.clone()) {}
  OptimizerPtr(std::unique_ptr<Optimizer> optimizer) : optimizer_(std::move(optimizer)) {}
  OptimizerPtr(const OptimizerPtr& other) : optimizer_(other.optimizer_->clone()) {}
  OptimizerPtr(OptimizerPtr&&) noexcept = default;
  OptimizerPtr& operator=(OptimizerPtr other) noexcept {
    optimizer_ = std::move(other.optimizer_);
    return *this;
  }
  Optimizer& operator*() const { return *optimizer_; }
  Optimizer* operator->() const { return optimizer_.get(); }

  /// From class_name and Keras's config. Throws ConfigError.
  static OptimizerPtr from_config(const std::string& class_name, const Value& config);

 private:
  std::unique_ptr<Optimizer> optimizer_;
};

}  // namespace regulus
