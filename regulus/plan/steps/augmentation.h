// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/base/error.h"
#include "regulus/plan/step.h"

namespace regulus::plan {

/// Images changed at random in training, which is not computed here: the place of such a layer in a plan that
/// trains is a ConfigError, in any other plan nothing.
template <class T>
class AugmentationStep final : public Step<T> {
 public:
  AugmentationStep(const AugmentationSpec& spec, Compiler<T>& compiler) {
    if (!compiler.training()) return;
    throw ConfigError({.where = spec.name,
                       .what = "it changes images at random in training, which regulus does not compute yet",
                       .fix = "Train in Keras, or without this layer; predictions are not concerned."});
  }

  bool identity() const override { return true; }
  Value lay_out(Compiler<T>&, const Value& input, const Step<T>*) override { return input; }
  void add_forward(PhaseList<T>&) const override {}
};

}  // namespace regulus::plan
