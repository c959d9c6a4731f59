// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "regulus/base/shape.h"
#include "regulus/plan/spec.h"

namespace regulus::plan {

template <class T>
class Step;
template <class T>
class Compiler;

/// One described operation; knows how to become a step in float and in double.
class Op {
 public:
  virtual ~Op() = default;
  /// Of its layer.
  virtual const std::string& name() const = 0;
  virtual std::unique_ptr<Step<float>> make(Compiler<float>& compiler) const = 0;
  virtual std::unique_ptr<Step<double>> make(Compiler<double>& compiler) const = 0;
};

/// The step template StepT, to be built from Spec. StepT<T> has a constructor (const Spec&, Compiler<T>&).
template <template <class> class StepT, class Spec>
class OpOf final : public Op {
 public:
  explicit OpOf(Spec spec) : spec_(std::move(spec)) {}
  const std::string& name() const override { return spec_.name; }
  std::unique_ptr<Step<float>> make(Compiler<float>& compiler) const override {
    return std::make_unique<StepT<float>>(spec_, compiler);
  }
  std::unique_ptr<Step<double>> make(Compiler<double>& compiler) const override {
    return std::make_unique<StepT<double>>(spec_, compiler);
  }

 private:
  Spec spec_;
};

/// A network as a chain of described operations on rows of features: what layers lower themselves
/// to and what compile() turns into a Plan.
class Graph {
 public:
  explicit Graph(Shape input_shape) : input_shape_(std::move(input_shape)) {}

  template <template <class> class StepT, class Spec>
  void add(Spec spec) {
    ops_.push_back(std::make_unique<OpOf<StepT, Spec>>(std::move(spec)));
  }

  const Shape& input_shape() const { return input_shape_; }
  const std::vector<std::unique_ptr<Op>>& ops() const { return ops_; }

 private:
  Shape input_shape_;
  std::vector<std::unique_ptr<Op>> ops_;
};

}  // namespace regulus::plan
