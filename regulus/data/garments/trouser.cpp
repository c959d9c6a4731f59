// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/trouser.h"

namespace regulus::datasets {
namespace {

struct Measures {
  float waist;
  float hip;
  float crotch_y;
  float hem_y;
  float outer;  // of a leg's end, from the middle
  float inner;
};

Measures measure(Draw& draw) {
  Measures m{};
  m.waist = draw.uniform(0.22f, 0.36f);
  m.hip = m.waist + draw.uniform(0.02f, 0.12f);
  m.crotch_y = draw.uniform(-0.45f, -0.1f);
  m.hem_y = draw.chance(0.15f) ? draw.uniform(0.1f, 0.6f) : draw.uniform(0.8f, 1.0f);
  // Legs close together leave no gap to tell them from a dress.
  const float gap = draw.chance(0.25f) ? 0.01f : draw.uniform(0.03f, 0.2f);
  m.inner = gap;
  m.outer = gap + draw.uniform(0.16f, 0.34f);
  return m;
}

Outline right_half(const Measures& m, float top) {
  Outline out;
  out.to({0, top}).to({m.waist, top}).curve({m.hip, top + 0.25f}, {m.hip, m.crotch_y});
  out.to({m.outer, m.hem_y}).to({m.inner, m.hem_y}).to({0.01f, m.crotch_y});
  return out;
}

}  // namespace

void draw_trouser(Canvas& canvas, Draw& draw, float tone) {
  const Measures m = measure(draw);
  const float top = draw.uniform(-1.0f, -0.85f);
  canvas.fill(right_half(m, top).mirrored(), tone);
  if (draw.chance(0.6f)) canvas.fill(rectangle({-m.waist, top}, {m.waist, top + 0.1f}), tone * 0.7f);
  if (draw.chance(0.5f)) canvas.fill(line({0, top}, {0, m.crotch_y}, 0.06f), tone * 0.55f);
  const float crease = draw.uniform(0.6f, 1.3f);
  if (draw.chance(0.5f))
    for (const float side : {-1.0f, 1.0f})
      canvas.fill(
          line({side * 0.6f * m.hip, m.crotch_y}, {side * 0.5f * (m.inner + m.outer), m.hem_y}, 0.08f),
          tone * crease, 0.6f);
  if (draw.chance(0.2f))  // knees
    for (const float side : {-1.0f, 1.0f})
      canvas.fill(ellipse({side * 0.5f * (m.inner + m.outer), 0.5f * (m.crotch_y + m.hem_y)}, 0.08f, 0.14f),
                  tone * crease, 0.7f);
}

}  // namespace regulus::datasets
