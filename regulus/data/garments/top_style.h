// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/data/garments/draw.h"
#include "regulus/data/garments/tops.h"

namespace regulus::datasets {

enum class Neck { kRound, kV, kBoat, kCollar, kTurtle, kHood, kStraps };
enum class Front { kPlain, kButtons, kOpen, kZip, kPrint };

/// The measures of one top, in the garment's frame.
struct TopStyle {
  Neck neck = Neck::kRound;
  Front front = Front::kPlain;
  float neck_half = 0.18f;
  float neck_depth = 0.15f;
  float top_y = -0.85f;
  float shoulder = 0.46f;
  float chest = 0.42f;
  float waist = 0.4f;
  float hem = 0.42f;
  float hem_y = 0.8f;
  float sleeve = 0;  ///< length: 0 none, 1 down to the hip
  float sleeve_width = 0.2f;
  float sleeve_spread = 0.3f;  ///< how far the end stands off the body
  bool ribbed = false;         ///< bands at cuffs and hem
  bool pockets = false;
  bool belt = false;
};

TopStyle draw_style(Draw& draw, Top top);

}  // namespace regulus::datasets
