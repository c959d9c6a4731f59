// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/plan/step.h"

namespace regulus::plan {

/// y = scale x + offset, rounded twice, with a scale and an offset for each channel: a plain loop.
template <class T>
class ChannelRescaleStep final : public Step<T> {
 public:
  ChannelRescaleStep(const ChannelRescaleSpec& spec, Compiler<T>&);

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;

 private:
  std::string name_;
  std::vector<T> scale_;   // of channel c
  std::vector<T> offset_;  // of channel c
  Value in_;
  Value out_;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
