// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/profile_report.h"

#include <algorithm>
#include <cmath>

#include "regulus/base/names.h"
#include "regulus/base/plain_text.h"

namespace regulus {
namespace {

constexpr std::size_t kNameColumns = 36;
constexpr int kTimeColumns = 12;
constexpr int kShareColumns = 9;
constexpr int kSpeedColumns = 11;
constexpr int kPeakColumns = 10;

std::string heading(const std::string& text, int columns) {
  const auto width = static_cast<std::size_t>(columns);
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string number(double value, int decimals, int columns, const char* unit = "") {
  return heading(fixed_text(value, decimals) + unit, columns);
}

// A name that is too long for its column ends in dots.
std::string name_column(std::string name) {
  if (name.size() >= kNameColumns) name = name.substr(0, kNameColumns - 4) + "...";
  return name + std::string(kNameColumns - name.size(), ' ');
}

class Table {
 public:
  Table(const ProfileReport& report, double peak) : report_(report), peak_(peak) {}

  std::string text() {
    head();
    for (const plan::PartTimes& part : report_.parts)
      if (part.calls > 0) line(part.name, part.worker_seconds / threads(), part.flops);
    if (report_.wait_seconds() > 0) line("wait for the others", report_.wait_seconds(), 0);
    line(report_.steps > 0 ? "between steps" : "other", report_.other_seconds(), 0);
    line(report_.steps > 0 ? "step" : "all", report_.seconds, report_.flops());
    return std::move(text_);
  }

 private:
  double threads() const { return std::max(1, report_.threads); }

  void head() {
    if (report_.steps > 0)
      text_ += with_commas(report_.steps) + (report_.steps == 1 ? " step, " : " steps, ");
    text_ += number(report_.seconds, 3, 0) + " s on " + std::to_string(report_.threads) +
             (report_.threads == 1 ? " thread" : " threads");
    if (peak_ > 0) text_ += ", FMA peak " + number(peak_ / 1e9, 1, 0) + " GFLOP/s";
    text_ += '\n' + std::string(kNameColumns, ' ') +
             heading(report_.steps > 0 ? "us a step" : "ms", kTimeColumns) + heading("share", kShareColumns) +
             heading("GFLOP/s", kSpeedColumns) + (peak_ > 0 ? heading("of peak", kPeakColumns) : "") + '\n';
  }

  void line(const std::string& name, double seconds, double flops) {
    const double shown =
        report_.steps > 0 ? 1e6 * seconds / static_cast<double>(report_.steps) : 1e3 * seconds;
    text_ += name_column(name) + number(shown, 1, kTimeColumns);
    text_ += number(report_.seconds > 0 ? 100 * seconds / report_.seconds : 0, 1, kShareColumns, "%");
    if (flops > 0 && seconds > 0) {
      text_ += number(flops / seconds / 1e9, 1, kSpeedColumns);
      if (peak_ > 0) text_ += number(100 * flops / seconds / peak_, 1, kPeakColumns, "%");
    }
    text_ += '\n';
  }

  const ProfileReport& report_;
  double peak_;
  std::string text_;
};

}  // namespace

double ProfileReport::flops() const {
  double sum = 0;
  for (const plan::PartTimes& part : parts) sum += part.flops;
  return sum;
}

double ProfileReport::wait_seconds() const {
  double sum = 0;
  for (const plan::PartTimes& part : parts) sum += part.wait_seconds;
  return sum / std::max(1, threads);
}

double ProfileReport::other_seconds() const {
  double busy = 0;
  for (const plan::PartTimes& part : parts) busy += part.worker_seconds + part.wait_seconds;
  return std::max(0.0, seconds - busy / std::max(1, threads));
}

std::string profile_table(const ProfileReport& report, double peak_flops) {
  return Table(report, peak_flops).text();
}

}  // namespace regulus
