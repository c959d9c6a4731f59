// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_line.h"

#include <unistd.h>

#include <iostream>
#include <utility>

#include "regulus/base/names.h"
#include "regulus/runtime/terminal.h"

namespace regulus::cli {

ProgressLine::ProgressLine(const Common& common, std::string verb)
    : verb_(std::move(verb)), shown_(!common.quiet && runtime::is_terminal(STDERR_FILENO)) {}

ProgressLine::~ProgressLine() {
  wipe();
}

void ProgressLine::show(std::int64_t rows, std::optional<std::int64_t> of) {
  if (!shown_) return;
  drawn_ = true;
  std::cerr << '\r' << verb_ << ' ' << with_commas(rows) << (of ? " of " + with_commas(*of) : std::string())
            << " rows" << std::flush;
}

void ProgressLine::wipe() {
  if (drawn_) std::cerr << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace regulus::cli
