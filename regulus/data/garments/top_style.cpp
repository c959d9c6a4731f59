// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/top_style.h"

#include <array>

namespace regulus::datasets {
namespace {

constexpr float kBorrow = 0.035f;

// Each one's likeliest confusions.
Top neighbour(Draw& draw, Top top) {
  constexpr std::array<std::array<Top, 4>, 5> kNeighbours = {{
      {Top::kShirt, Top::kShirt, Top::kPullover, Top::kDress},     // T-shirt
      {Top::kCoat, Top::kShirt, Top::kCoat, Top::kTShirt},         // pullover
      {Top::kShirt, Top::kTShirt, Top::kCoat, Top::kTShirt},       // dress
      {Top::kPullover, Top::kShirt, Top::kPullover, Top::kDress},  // coat
      {Top::kTShirt, Top::kPullover, Top::kCoat, Top::kTShirt},    // shirt
  }};
  return kNeighbours[static_cast<std::size_t>(top)][static_cast<std::size_t>(draw.below(4))];
}

Top self_or_neighbour(Draw& draw, Top top) {
  return draw.chance(kBorrow) ? neighbour(draw, top) : top;
}

void choose_long_sleeves(TopStyle& s, Draw& draw) {
  s.sleeve = draw.uniform(0.78f, 1.0f);
  s.sleeve_width = draw.uniform(0.15f, 0.24f);
  s.sleeve_spread = draw.uniform(0.12f, 0.45f);
}

void choose_short_sleeves(TopStyle& s, Draw& draw) {
  s.sleeve = draw.uniform(0.2f, 0.46f);
  s.sleeve_width = draw.uniform(0.2f, 0.32f);
  s.sleeve_spread = draw.uniform(0.25f, 0.5f);
}

void choose_sleeves(TopStyle& s, Draw& draw, Top top) {
  const float kind = draw.uniform(0, 1);
  switch (top) {
    case Top::kTShirt:
      if (kind < 0.93f) choose_short_sleeves(s, draw);
      return;
    case Top::kDress:
      if (kind < 0.3f) choose_short_sleeves(s, draw);
      if (kind > 0.75f) choose_long_sleeves(s, draw);
      return;
    case Top::kShirt:
      return kind < 0.2f ? choose_short_sleeves(s, draw) : choose_long_sleeves(s, draw);
    default:
      return choose_long_sleeves(s, draw);
  }
}

Front choose_front(Draw& draw, Top top) {
  const float kind = draw.uniform(0, 1);
  switch (top) {
    case Top::kTShirt:
      return kind < 0.4f ? Front::kPrint : Front::kPlain;
    case Top::kPullover:
      return kind < 0.15f ? Front::kPrint : Front::kPlain;
    case Top::kDress:
      return kind < 0.15f ? Front::kButtons : Front::kPlain;
    case Top::kCoat:
      return kind < 0.5f ? Front::kOpen : kind < 0.85f ? Front::kZip : Front::kButtons;
    case Top::kShirt:
      return kind < 0.94f ? Front::kButtons : Front::kPlain;
  }
  return Front::kPlain;
}

void choose_neck(TopStyle& s, Draw& draw, Top top) {
  constexpr std::array<std::array<Neck, 6>, 5> kNecks = {{
      {Neck::kRound, Neck::kRound, Neck::kRound, Neck::kV, Neck::kV, Neck::kBoat},
      {Neck::kRound, Neck::kRound, Neck::kTurtle, Neck::kV, Neck::kHood, Neck::kBoat},
      {Neck::kRound, Neck::kV, Neck::kStraps, Neck::kStraps, Neck::kBoat, Neck::kRound},
      {Neck::kV, Neck::kV, Neck::kV, Neck::kV, Neck::kHood, Neck::kCollar},
      {Neck::kCollar, Neck::kCollar, Neck::kCollar, Neck::kCollar, Neck::kCollar, Neck::kV},
  }};
  s.neck = kNecks[static_cast<std::size_t>(top)][static_cast<std::size_t>(draw.below(6))];
  s.neck_half = draw.uniform(0.14f, 0.24f);
  s.neck_depth = draw.uniform(0.08f, 0.2f);
  if (s.neck == Neck::kV) s.neck_depth = draw.uniform(0.25f, 0.45f);
  if (s.neck == Neck::kBoat) {
    s.neck_half = draw.uniform(0.26f, 0.36f);
    s.neck_depth = draw.uniform(0.04f, 0.1f);
  }
  if (s.neck == Neck::kStraps) s.neck_depth = draw.uniform(0.3f, 0.4f);
}

void choose_cut(TopStyle& s, Draw& draw, Top top) {
  s.shoulder = draw.uniform(0.4f, 0.5f);
  s.chest = s.shoulder - draw.uniform(0.0f, 0.08f);
  s.waist = s.chest - draw.uniform(-0.02f, 0.07f);
  s.hem = s.waist + draw.uniform(-0.02f, 0.07f);
  s.hem_y = draw.uniform(0.6f, 0.9f);
  if (top == Top::kPullover) s.hem_y = draw.uniform(0.52f, 0.82f);
  if (top == Top::kPullover || top == Top::kCoat) s.waist += draw.uniform(0.0f, 0.08f);
  if (top == Top::kCoat) {
    s.hem_y = draw.uniform(0.72f, 1.0f);
    s.hem = s.waist + draw.uniform(-0.02f, 0.14f);
  }
  if (top == Top::kDress) {
    s.shoulder = draw.uniform(0.26f, 0.4f);
    s.chest = s.shoulder - draw.uniform(-0.02f, 0.08f);
    s.waist = s.chest - draw.uniform(0.0f, 0.12f);
    s.hem = s.waist + draw.uniform(0.0f, 0.34f);
    s.hem_y = draw.uniform(0.84f, 1.02f);
  }
}

}  // namespace

TopStyle draw_style(Draw& draw, Top top) {
  TopStyle s;
  s.top_y = draw.uniform(-0.95f, -0.8f);
  choose_cut(s, draw, self_or_neighbour(draw, top));
  choose_sleeves(s, draw, self_or_neighbour(draw, top));
  choose_neck(s, draw, self_or_neighbour(draw, top));
  s.front = choose_front(draw, self_or_neighbour(draw, top));
  s.ribbed = draw.chance(top == Top::kPullover ? 0.55f : 0.1f);
  s.pockets = draw.chance(top == Top::kCoat ? 0.5f : 0.08f);
  s.belt = draw.chance(top == Top::kCoat || top == Top::kDress ? 0.2f : 0.02f);
  return s;
}

}  // namespace regulus::datasets
