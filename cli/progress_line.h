// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/command.h"

namespace regulus::cli {

/// "predict 12,000 of 60,000 rows" on a terminal's standard error, wiped in the end.
class ProgressLine {
 public:
  ProgressLine(const Common& common, std::string verb);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(std::int64_t rows, std::optional<std::int64_t> of);
  /// Before anything else is written to the terminal.
  void wipe();

 private:
  std::string verb_;
  bool shown_;
  bool drawn_ = false;
};

}  // namespace regulus::cli
