// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/plan/plan.h"
#include "regulus/runtime/team.h"

namespace regulus {

/// The way back from an update that made weights infinite or NaN. Weights and the optimizer's arrays learn in
/// place, tile by tile, so the step before is gone once it shows. A copy is kept now and then, and of every
/// step since what it was made with: going back to the copy and making those steps again gives the bits that
/// were there, since a step's result depends on nothing else.
class LastGood {
 public:
  /// Steps from one copy to the next: rare enough to cost nothing, few enough to be made again at once.
  static constexpr std::size_t kMostSteps = 64;

  struct Step {
    std::int64_t number = 0;  ///< within the epoch
    std::uint32_t draw = 0;
    plan::UpdateArgs<float> update;
  };

  /// The plan must be one that learns, and live longer.
  explicit LastGood(const plan::Plan<float>& plan);

  /// True if the next step needs a copy before it: there is none, it is too old, or somebody has assigned
  /// weights since.
  bool is_due() const;
  /// Copies all of it. Allocates nothing.
  void keep(runtime::Team& team);
  /// The order of rows changes: steps from before cannot be made again.
  void forget() { kept_ = false; }
  void note(const Step& step) { steps_[num_steps_++] = step; }
  /// Takes the copy back. What is returned are the steps noted since, to be made again up to the last but
  /// one.
  const std::vector<Step>& restore();
  std::size_t num_steps() const { return num_steps_; }

 private:
  struct Array {
    float* values;
    Buffer<float> copy;
  };
  std::uint64_t versions() const;

  const plan::Plan<float>& plan_;
  std::vector<Array> arrays_;
  std::vector<Step> steps_;
  std::size_t num_steps_ = 0;
  std::uint64_t kept_versions_ = 0;
  bool kept_ = false;
};

}  // namespace regulus
