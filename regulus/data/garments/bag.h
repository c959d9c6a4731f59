// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/data/garments/canvas.h"
#include "regulus/data/garments/draw.h"

namespace regulus::datasets {

/// A bag from the front: box, tote, pouch or clutch, with handles, a strap, a flap or none of them.
void draw_bag(Canvas& canvas, Draw& draw, float tone);

}  // namespace regulus::datasets
