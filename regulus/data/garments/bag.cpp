// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/bag.h"

namespace regulus::datasets {
namespace {

struct Body {
  float half;  // half the width at the top
  float base;  // and at the bottom
  float top;
  float bottom;
};

Outline outline(const Body& b, Draw& draw) {
  const float round = draw.uniform(0.0f, 0.2f);
  Outline out;
  out.to({0, b.top}).to({b.half - round, b.top}).curve({b.half, b.top}, {b.half, b.top + round});
  out.to({b.base, b.bottom - round}).curve({b.base, b.bottom}, {b.base - round, b.bottom}).to({0, b.bottom});
  return out.mirrored();
}

void draw_handle(Canvas& canvas, Draw& draw, const Body& b, float tone) {
  const float width = draw.uniform(0.06f, 0.14f);
  const float reach = draw.uniform(0.5f, 1.0f) * b.half;
  const float height = draw.uniform(0.4f, 1.3f);
  switch (draw.below(4)) {
    case 0:
    case 1:  // a handle above
      return canvas.fill(
          arc({-reach, b.top + 0.03f}, {draw.around(0.2f), b.top - height}, {reach, b.top + 0.03f}, width),
          tone);
    case 2:  // a strap that hangs down in front
      return canvas.fill(arc({-b.half, b.top}, {draw.around(0.4f), b.bottom + 0.3f}, {b.half, b.top}, width),
                         tone);
    default:
      return;
  }
}

}  // namespace

void draw_bag(Canvas& canvas, Draw& draw, float tone) {
  Body b{};
  b.half = draw.uniform(0.45f, 0.95f);
  b.base = b.half + draw.uniform(-0.15f, 0.12f);
  b.bottom = draw.uniform(0.45f, 0.9f);
  b.top = b.bottom - draw.uniform(0.6f, 1.4f);
  const float other = tone > 0.5f ? tone - draw.uniform(0.1f, 0.45f) : tone + draw.uniform(0.1f, 0.45f);
  draw_handle(canvas, draw, b, draw.chance(0.5f) ? tone : other);
  canvas.fill(outline(b, draw), tone);
  if (draw.chance(0.4f)) {  // flap
    Outline flap;
    flap.to({-b.half, b.top}).to({b.half, b.top});
    flap.curve({0, b.top + draw.uniform(0.5f, 1.0f) * (b.bottom - b.top)}, {-b.half, b.top});
    canvas.fill(flap, other, draw.uniform(0.4f, 1.0f));
  }
  if (draw.chance(0.35f)) canvas.fill(rectangle({-b.half, b.top}, {b.half, b.top + 0.14f}), other);
  if (draw.chance(0.4f)) {  // clasp
    const Point at = {draw.around(0.1f), draw.uniform(0.3f, 0.6f) * (b.top + b.bottom)};
    canvas.fill(rectangle({at.x - 0.08f, at.y - 0.08f}, {at.x + 0.08f, at.y + 0.08f}),
                draw.uniform(0.0f, 1.0f));
  }
  if (draw.chance(0.25f))  // seams
    for (const float side : {-0.5f, 0.5f})
      canvas.fill(line({side * b.half, b.top}, {side * b.base, b.bottom}, 0.07f), other);
}

}  // namespace regulus::datasets
