// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/data/garments/canvas.h"
#include "regulus/data/garments/draw.h"

namespace regulus::datasets {

/// A pair of trousers from the front: two legs, tapered, straight or flared, now and then one narrow
/// as a dress.
void draw_trouser(Canvas& canvas, Draw& draw, float tone);

}  // namespace regulus::datasets
