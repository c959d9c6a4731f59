// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// Adds normals to the features or multiplies them by some. The normals are a pure function of the key,
/// the stream, the draw, the row's id and the feature, so a row has the same in any batch.
template <class T>
class NoiseStep final : public Step<T> {
 public:
  NoiseStep(const NoiseSpec& spec, Compiler<T>& compiler)
      : spec_(spec), draws_(spec.stddev > 0 && (compiler.draws() || spec.always_on)) {}

  bool stochastic() const override { return draws_; }
  bool identity() const override { return !draws_; }

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;

 private:
  void draw(const Pass<T>& pass, std::uint32_t row_id, T* noise, double* normals) const;

  NoiseSpec spec_;
  bool draws_;
  Value in_;
  Value out_;
  Offset noise_ = kNowhere;  // [rows][stride]; what is only added needs no place but the output's
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
