// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/pass/profile.h"

#include "regulus/plan/pass/phase.h"

namespace regulus::plan {
namespace {

constexpr double kNanosecond = 1e-9;

}  // namespace

template <class T>
Profile::Profile(const std::vector<Phase<T>>& phases, int workers, const std::vector<std::string>& others) {
  for (std::size_t i = 0; i < phases.size(); ++i)
    for (const Part<T>& part : phases[i].parts) labels_.push_back({part.name, part.flops_per_row, i});
  const std::size_t num_parts = labels_.size();
  for (std::size_t i = 0; i < others.size(); ++i) labels_.push_back({others[i], 0, phases.size() + i});
  for (int w = 0; w < workers; ++w) stopwatches_.emplace_back(phases.size(), num_parts, others.size());
}

std::vector<PartTimes> Profile::parts() const {
  std::vector<PartTimes> out;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const Label& label = labels_[i];
    PartTimes& part = out.emplace_back();
    part.name = label.name;
    const bool last = i + 1 == labels_.size() || labels_[i + 1].phase != label.phase;
    for (const Stopwatch& watch : stopwatches_) {
      const auto& phase = watch.phases_[label.phase];
      part.calls += phase.calls;
      part.flops += label.flops_per_row * static_cast<double>(phase.rows);
      part.worker_seconds += kNanosecond * static_cast<double>(watch.parts_[i]);
      if (last) part.wait_seconds += kNanosecond * static_cast<double>(phase.wait);
    }
  }
  return out;
}

template Profile::Profile(const std::vector<Phase<float>>&, int, const std::vector<std::string>&);
template Profile::Profile(const std::vector<Phase<double>>&, int, const std::vector<std::string>&);

}  // namespace regulus::plan
