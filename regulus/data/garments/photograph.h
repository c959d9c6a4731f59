// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "regulus/data/garments/canvas.h"
#include "regulus/data/garments/draw.h"

namespace regulus::datasets {

/// How the garment lies: size, place, tilt, bend; shoes and bags are seen from either side.
Pose draw_pose(Draw& draw, bool either_side);
/// Light falling from one side, folds, and the fabric: plain, striped, checked or mottled.
void draw_fabric(Canvas& canvas, Draw& draw);
/// Now and then something lies over a part of the garment.
void draw_occlusion(Canvas& canvas, Draw& draw);
/// Exposure, haze and noise, and the 28 x 28 grey bytes.
void develop(const Canvas& canvas, Draw& draw, std::span<std::uint8_t> bytes);

}  // namespace regulus::datasets
