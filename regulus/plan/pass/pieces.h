// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "regulus/runtime/team.h"

namespace regulus::plan {

/// Work on panels is shared out in quarters of a panel: 19 panels are 10 and 9 for two workers, 38
/// quarters each. A quarter is a range of rows, or of inputs.
inline constexpr std::int64_t kPieces = 4;

/// Calls body(panels, quarters) for the pieces [pieces.begin, pieces.end): whole panels together,
/// {0, kPieces} of them, and what is left at both ends panel by panel.
template <class Body>
void for_each_piece(runtime::Range pieces, Body body) {
  for (std::int64_t at = pieces.begin; at < pieces.end;) {
    const std::int64_t panel = at / kPieces;
    const std::int64_t first = at % kPieces;
    const std::int64_t whole = (pieces.end - at) / kPieces;
    if (first == 0 && whole > 0) {
      body(runtime::Range{panel, panel + whole}, runtime::Range{0, kPieces});
      at += whole * kPieces;
    } else {
      const std::int64_t left = first + pieces.end - at;
      const std::int64_t last = left < kPieces ? left : kPieces;
      body(runtime::Range{panel, panel + 1}, runtime::Range{first, last});
      at += last - first;
    }
  }
}

/// Which of `count` rows or inputs these quarters of a panel are; inner borders are multiples of `unit`.
constexpr runtime::Range share(std::int64_t count, runtime::Range quarters, std::int64_t unit = 1) {
  const auto border = [&](std::int64_t quarter) {
    return quarter == kPieces ? count : count * quarter / kPieces / unit * unit;
  };
  return {border(quarters.begin), border(quarters.end)};
}

}  // namespace regulus::plan
