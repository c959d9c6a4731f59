// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/data/garments/canvas.h"
#include "regulus/data/garments/draw.h"

namespace regulus::datasets {

enum class Shoe { kSandal, kSneaker, kAnkleBoot };

/// A shoe from the side, its toe to the left. High sneakers meet low boots, closed sandals meet sneakers.
void draw_shoe(Canvas& canvas, Draw& draw, Shoe shoe, float tone);

}  // namespace regulus::datasets
