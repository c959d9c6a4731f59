// SPDX-License-Identifier: Apache-2.0
#include "cli/profile.h"

#include <algorithm>
#include <map>
#include <utility>

#include "regulus/kernels/peak.h"

namespace regulus::cli {
namespace {

// Measured once for each number of threads: it takes a while.
double peak_flops(int threads) {
  static std::map<int, double> known;
  const auto found = known.find(threads);
  return found != known.end() ? found->second
                              : known.emplace(threads, kernels::fma_peak_flops(threads)).first->second;
}

void add(ProfileReport& sum, const ProfileReport& report) {
  sum.steps += report.steps;
  sum.seconds += report.seconds;
  sum.threads = std::max(sum.threads, report.threads);
  for (const plan::PartTimes& part : report.parts) {
    const auto same = std::find_if(sum.parts.begin(), sum.parts.end(),
                                   [&](const plan::PartTimes& known) { return known.name == part.name; });
    if (same == sum.parts.end()) {
      sum.parts.push_back(part);
      continue;
    }
    same->calls += part.calls;
    same->flops += part.flops;
    same->worker_seconds += part.worker_seconds;
  }
}

Value to_document(const std::string& call, const ProfileReport& report) {
  Value::List parts;
  for (const plan::PartTimes& part : report.parts)
    parts.emplace_back(Value::Dict{{"name", part.name},
                                   {"calls", part.calls},
                                   {"flops", part.flops},
                                   {"seconds", part.worker_seconds / report.threads}});
  return Value::Dict{{"call", call},
                     {"steps", report.steps},
                     {"threads", report.threads},
                     {"seconds", report.seconds},
                     {"wait_seconds", report.wait_seconds()},
                     {"flops", report.flops()},
                     {"peak_flops_per_second", peak_flops(report.threads)},
                     {"parts", std::move(parts)}};
}

}  // namespace

void Profiling::keep(const std::string& call) {
  if (!wanted_) return;
  for (std::size_t i = shown_; i < kept_.size(); ++i)
    if (kept_[i].call == call) return add(kept_[i].report, report_);
  kept_.push_back({call, std::move(report_)});
}

void Profiling::show(std::ostream& out) {
  for (; shown_ < kept_.size(); ++shown_) {
    const auto& [call, report] = kept_[shown_];
    out << '\n' << call << ": " << profile_table(report, peak_flops(report.threads)) << std::flush;
  }
}

void Profiling::add_to(Value::Dict& document) const {
  if (!wanted_) return;
  Value::List calls;
  for (const auto& [call, report] : kept_) calls.emplace_back(to_document(call, report));
  document.emplace_back("profile", std::move(calls));
}

}  // namespace regulus::cli
