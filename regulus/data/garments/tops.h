// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/data/garments/canvas.h"
#include "regulus/data/garments/draw.h"

namespace regulus::datasets {

/// What is worn on the upper body.
enum class Top { kTShirt, kPullover, kDress, kCoat, kShirt };

/// Draws one in `tone`. Now and then it borrows its sleeves, front, neck or cut from a neighbour: some
/// pictures are truly ambiguous, as in life.
void draw_top(Canvas& canvas, Draw& draw, Top top, float tone);

}  // namespace regulus::datasets
