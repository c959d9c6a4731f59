// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "regulus/data/garments/canvas.h"
#include "regulus/random/philox.h"

namespace regulus::datasets {

/// The class of a row: among any ten rows from a multiple of ten on, each class occurs once.
int garment_label(random::Key key, std::uint32_t split, std::uint32_t row);

/// Draws the picture of one row: kPixels grey bytes, a pure function of the arguments.
/// Requires 0 <= label < 10, in Fashion-MNIST's order.
void draw_garment(random::Key key, std::uint32_t split, std::uint32_t row, int label,
                  std::span<std::uint8_t> bytes);

}  // namespace regulus::datasets
