// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/shoes.h"

namespace regulus::datasets {
namespace {

struct Last {
  float toe_x;
  float heel_x;
  float ground;
  float sole;  // thickness under the toe
  float heel;  // height of the sole under the heel
  float toe_height;
  float opening_y;  // top of the shaft
  float throat_x;   // where instep and shaft meet
};

// The sole from toe to heel: flat, a wedge, or on a separate heel.
void draw_sole(Canvas& canvas, Draw& draw, const Last& l, float tone) {
  const float top_toe = l.ground - l.sole;
  const float top_heel = l.ground - l.heel;
  Outline sole;
  if (l.heel < l.sole + 0.12f || draw.chance(0.4f)) {
    sole.to({l.toe_x, top_toe})
        .to({l.toe_x + 0.08f, l.ground})
        .to({l.heel_x, l.ground})
        .to({l.heel_x, top_heel});
    sole.curve({0.3f, top_heel}, {l.toe_x + 0.7f, top_toe});
    return canvas.fill(sole, tone);
  }
  sole.to({l.toe_x, top_toe}).to({l.toe_x + 0.08f, l.ground}).to({l.toe_x + 0.6f, l.ground});
  sole.curve({0.25f, top_heel + 0.1f}, {l.heel_x, top_heel + 0.1f}).to({l.heel_x, top_heel});
  sole.curve({0.25f, top_heel}, {l.toe_x + 0.6f, top_toe});
  canvas.fill(sole, tone);
  const float width = draw.uniform(0.08f, 0.3f);
  Outline block;
  block.to({l.heel_x - width - 0.08f, top_heel}).to({l.heel_x, top_heel}).to({l.heel_x - 0.03f, l.ground});
  canvas.fill(block.to({l.heel_x - width, l.ground}), tone);
}

Outline upper(const Last& l) {
  Outline out;
  out.to({l.toe_x, l.ground - l.sole})
      .curve({l.toe_x, l.ground - l.sole - l.toe_height},
             {l.toe_x + 0.35f, l.ground - l.sole - l.toe_height});
  out.curve({l.throat_x - 0.15f, l.ground - l.sole - l.toe_height}, {l.throat_x, l.opening_y});
  out.to({l.heel_x - 0.04f, l.opening_y + 0.02f})
      .curve({l.heel_x - 0.1f, 0.5f * (l.opening_y + l.ground)}, {l.heel_x, l.ground - l.heel});
  return out;
}

float contrasting(Draw& draw, float tone) {
  const float step = draw.uniform(0.15f, 0.5f);
  return tone > 0.5f || draw.chance(0.2f) ? tone - step : tone + step;
}

void draw_sandal(Canvas& canvas, Draw& draw, Last l, float tone) {
  l.heel = draw.chance(0.45f) ? draw.uniform(0.35f, 0.75f) : l.sole + draw.uniform(0.0f, 0.15f);
  draw_sole(canvas, draw, l, tone * draw.uniform(0.6f, 1.0f));
  const float width = draw.uniform(0.07f, 0.2f);
  const Point toe = {l.toe_x + 0.2f, l.ground - l.sole};
  const Point ball = {l.toe_x + 0.65f, l.ground - 0.5f * (l.sole + l.heel)};
  const Point heel = {l.heel_x - 0.05f, l.ground - l.heel};
  const Point ankle = {draw.uniform(0.3f, 0.6f), heel.y - draw.uniform(0.25f, 0.7f)};
  const int straps = draw.below(4) + 1;
  for (int i = 0; i < straps; ++i) {
    const Point from = between(toe, ball, static_cast<float>(i) / static_cast<float>(straps));
    const Point top = {from.x + 0.1f, from.y - draw.uniform(0.3f, 0.6f)};
    const Point to = {from.x + draw.uniform(0.25f, 0.5f), from.y + 0.02f};
    canvas.fill(arc(from, top, to, width), tone);
  }
  if (draw.chance(0.75f)) {
    canvas.fill(arc(heel, {heel.x + 0.02f, ankle.y}, ankle, width), tone);
    if (draw.chance(0.5f)) canvas.fill(line(ankle, ball, width), tone);
    if (draw.chance(0.5f)) canvas.fill(line(ankle, {ankle.x - 0.1f, l.ground - l.heel}, width), tone);
  }
  if (draw.chance(0.08f)) {  // closed in front: nearly a sneaker
    l.opening_y = l.ground - l.heel - 0.15f;
    canvas.fill(upper(l), tone, 0.85f);
  }
}

void draw_sneaker(Canvas& canvas, Draw& draw, Last l, float tone) {
  l.heel = l.sole + draw.uniform(-0.02f, 0.08f);
  l.opening_y =
      l.ground - l.heel - (draw.chance(0.07f) ? draw.uniform(0.6f, 1.0f) : draw.uniform(0.48f, 0.72f));
  l.throat_x = draw.uniform(0.05f, 0.4f);
  canvas.fill(upper(l), tone);
  draw_sole(canvas, draw, l, contrasting(draw, tone));
  const float other = contrasting(draw, tone);
  const Point tongue = {l.throat_x, l.opening_y + 0.06f};
  const Point toe = {l.toe_x + 0.45f, l.ground - l.sole - l.toe_height};
  if (draw.chance(0.7f))
    for (int i = 0; i < 3; ++i) {
      const Point at = between(tongue, toe, 0.15f + 0.25f * static_cast<float>(i));
      canvas.fill(line(at, at + Point{0.14f, 0.14f}, 0.06f), other);
    }
  const int stripes = draw.below(4);
  const float x = draw.uniform(0.0f, 0.4f);
  for (int i = 0; i < stripes; ++i) {
    const float shift = 0.16f * static_cast<float>(i);
    canvas.fill(line({x + shift, l.ground - l.heel}, {x + shift - 0.18f, l.opening_y + 0.2f}, 0.07f), other);
  }
  if (draw.chance(0.4f))
    canvas.fill(rectangle({l.heel_x - 0.2f, l.opening_y + 0.05f}, {l.heel_x - 0.04f, l.ground - l.heel}),
                other, 0.7f);
}

void draw_boot(Canvas& canvas, Draw& draw, Last l, float tone) {
  l.heel = draw.chance(0.5f) ? l.sole + draw.uniform(0.0f, 0.15f) : draw.uniform(0.25f, 0.6f);
  l.opening_y =
      draw.chance(0.07f) ? l.ground - l.heel - draw.uniform(0.6f, 0.9f) : draw.uniform(-0.95f, -0.35f);
  l.throat_x = draw.uniform(-0.1f, 0.3f);
  canvas.fill(upper(l), tone);
  draw_sole(canvas, draw, l, draw.chance(0.5f) ? tone * 0.7f : contrasting(draw, tone));
  const float other = contrasting(draw, tone);
  const float middle = 0.5f * (l.throat_x + l.heel_x);
  switch (draw.below(4)) {
    case 0:  // elastic side
      return canvas.fill(rectangle({middle - 0.1f, l.opening_y + 0.05f}, {middle + 0.1f, l.opening_y + 0.5f}),
                         other);
    case 1:  // strap
      return canvas.fill(
          line({l.throat_x - 0.05f, l.opening_y + 0.5f}, {l.heel_x - 0.06f, l.opening_y + 0.4f}, 0.1f),
          other);
    case 2:  // laces
      for (int i = 0; i < 4; ++i) {
        const Point at = {l.throat_x + 0.02f - 0.04f * static_cast<float>(i),
                          l.opening_y + 0.12f + 0.17f * static_cast<float>(i)};
        canvas.fill(line(at, at + Point{0.18f, 0.05f}, 0.06f), other);
      }
      return;
    default:
      return;
  }
}

}  // namespace

void draw_shoe(Canvas& canvas, Draw& draw, Shoe shoe, float tone) {
  Last l{};
  l.toe_x = draw.uniform(-1.0f, -0.85f);
  l.heel_x = draw.uniform(0.75f, 0.95f);
  l.ground = draw.uniform(0.45f, 0.7f);
  l.sole = draw.uniform(0.07f, 0.18f);
  l.toe_height = draw.uniform(0.2f, 0.36f);
  if (shoe == Shoe::kSandal) return draw_sandal(canvas, draw, l, tone);
  if (shoe == Shoe::kSneaker) return draw_sneaker(canvas, draw, l, tone);
  draw_boot(canvas, draw, l, tone);
}

}  // namespace regulus::datasets
