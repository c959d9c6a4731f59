// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "regulus/base/config_reader.h"
#include "regulus/base/value.h"
#include "regulus/kernels/table.h"

namespace regulus {

/// The arguments that every optimizer shares, with Keras's names and meaning: weight_decay and decay >= 0,
/// the others > 0, all finite. At most one of clipnorm, global_clipnorm and clipvalue may be set.
/// Order of a step: clip the gradients, decay the weights, update them, apply constraints.
struct OptimizerOptions {
  std::optional<double>
      weight_decay;  ///< decoupled: w -= learning_rate * weight_decay * w, first, on every weight
  std::optional<double> clipnorm;         ///< each weight's gradient: g * c / max(|g|, c)
  std::optional<double> global_clipnorm;  ///< all gradients together
  std::optional<double> clipvalue;        ///< each element into [-c, c]
  /// Keras 2's: step t has the rate learning_rate / (1 + decay (t - 1)). Keras 3 says InverseTimeDecay.
  double decay = 0;
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
  /// Coefficients of step t = 1, 2, …, in double: a function of t and the arguments alone, so that a
  /// resumed run goes on where it was. Cheapest if asked in ascending order. Requires t >= 1.
  virtual std::array<double, kernels::kMaxCoefficients> begin_step(std::uint64_t t) = 0;

  /// The numbers beside the slots that Keras stores after so many steps. They follow from the arguments.
  virtual std::vector<double> scalars(std::uint64_t /*steps*/) const { return {}; }

  double learning_rate() const { return learning_rate_; }
  /// The rate of step t: learning_rate / (1 + decay (t - 1)). Requires t >= 1.
  double rate(std::uint64_t t) const;
  /// Between steps. Throws ConfigError unless finite and >= 0.
  void set_learning_rate(double value);
  const OptimizerOptions& options() const { return options_; }

 protected:
  /// Throws ConfigError for an argument out of range.
  Optimizer(double learning_rate, OptimizerOptions options, const char* class_name);
  /// The members of the config that every optimizer has.
  Value::Dict base_config() const;
  /// Reads them into the options of a concrete optimizer, whose values are the defaults.
  template <class Options>
  static void read_base(ConfigReader& reader, Options& options) {
    const OptimizerOptions base = read_shared(reader, shared(options));
    read_rate(reader, options.learning_rate, options.decay);
    options.weight_decay = base.weight_decay;
    options.clipnorm = base.clipnorm;
    options.global_clipnorm = base.global_clipnorm;
    options.clipvalue = base.clipvalue;
  }
  template <class Options>
  static OptimizerOptions shared(const Options& options) {
    return {options.weight_decay, options.clipnorm, options.global_clipnorm, options.clipvalue,
            options.decay};
  }
  /// base^n by squaring: multiplications alone, so the same bits everywhere.
  static double power(double base, std::uint64_t n);
  static void check_beta(const char* class_name, const char* argument, double value);
  static void check_epsilon(const char* class_name, double value);

 private:
  // Keras's other members (use_ema, …) are accepted where they say what is done anyway.
  static OptimizerOptions read_shared(ConfigReader& reader, const OptimizerOptions& defaults);
  // A number, or a schedule that is one of decay.
  static void read_rate(ConfigReader& reader, double& learning_rate, double& decay);

  const char* name_;
  double learning_rate_;
  OptimizerOptions options_;
};

/// A handle to an optimizer: from an identifier ("nadam", with Keras's defaults; in any case, as in
/// Keras) or a concrete one. Copies are deep.
class OptimizerPtr {
 public:
  OptimizerPtr(const char* identifier) : OptimizerPtr(std::string(identifier)) {}
  /// Throws ConfigError with the nearest known name.
  OptimizerPtr(const std::string& identifier);
  OptimizerPtr(const Optimizer& optimizer) : optimizer_(optimizer.clone()) {}
  OptimizerPtr(std::unique_ptr<Optimizer> optimizer) : optimizer_(std::move(optimizer)) {}
  OptimizerPtr(const OptimizerPtr& other)  // a moved-from one holds none
      : optimizer_(other.optimizer_ ? other.optimizer_->clone() : nullptr) {}
  OptimizerPtr(OptimizerPtr&&) noexcept = default;
  OptimizerPtr& operator=(OptimizerPtr other) noexcept {
    optimizer_ = std::move(other.optimizer_);
    return *this;
  }
  Optimizer& operator*() const { return *optimizer_; }
  Optimizer* operator->() const { return optimizer_.get(); }

  /// From class_name and Keras's config; members left out are Keras's defaults. Throws ConfigError.
  static OptimizerPtr from_config(const std::string& class_name, const Value& config);

 private:
  std::unique_ptr<Optimizer> optimizer_;
};

}  // namespace regulus
