// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/tops.h"

#include "regulus/data/garments/top_style.h"

namespace regulus::datasets {
namespace {

// A detail shows by being darker or lighter than the cloth.
float contrasting(Draw& draw, float tone) {
  const float step = draw.uniform(0.12f, 0.4f);
  return tone > 0.5f || draw.chance(0.2f) ? tone - step : tone + step;
}

Point mirror(Point p) {
  return {-p.x, p.y};
}

void fill_both(Canvas& canvas, const Outline& right, float tone, float opacity = 1) {
  Outline left;
  for (const Point p : right.points()) left.to(mirror(p));
  canvas.fill(right, tone, opacity);
  canvas.fill(left, tone, opacity);
}

struct Sleeve {
  Point shoulder;
  Point armpit;
  Point outer;
  Point inner;
};

Sleeve right_sleeve(const TopStyle& s) {
  const Point shoulder = {s.shoulder, s.top_y + 0.1f};
  const Point armpit = {s.chest - 0.02f, s.top_y + 0.1f + s.sleeve_width * 1.6f};
  const Point reach = {s.sleeve_spread * (0.6f + 0.4f * s.sleeve), 1.5f * s.sleeve};
  const Point outer = shoulder + reach;
  return {shoulder,
          armpit,
          outer,
          {outer.x - s.sleeve_width, outer.y + 0.25f * s.sleeve_spread * (1 - s.sleeve)}};
}

void draw_sleeves(Canvas& canvas, Draw& draw, const TopStyle& s, float tone) {
  if (s.sleeve <= 0) return;
  const Sleeve a = right_sleeve(s);
  Outline sleeve;
  sleeve.to({a.shoulder.x - 0.12f, a.shoulder.y - 0.05f}).to(a.shoulder);
  sleeve.curve(between(a.shoulder, a.outer, 0.4f) + Point{0.06f, 0}, a.outer).to(a.inner).to(a.armpit);
  fill_both(canvas, sleeve, tone * draw.uniform(0.82f, 1.0f));
  if (s.ribbed) {
    Outline cuff;
    cuff.to(a.outer).to(a.inner).to(between(a.inner, a.armpit, 0.1f)).to(between(a.outer, a.shoulder, 0.1f));
    fill_both(canvas, cuff, tone * 0.7f);
  }
}

Outline body(const TopStyle& s) {
  Outline out;
  out.to({0, s.top_y + s.neck_depth});
  if (s.neck == Neck::kV) {
    out.to({s.neck_half, s.top_y});
  } else {
    out.curve({s.neck_half, s.top_y + s.neck_depth}, {s.neck_half, s.top_y});
  }
  const Point armpit = {s.chest, s.top_y + 0.42f};
  if (s.neck == Neck::kStraps) {
    out.to({s.neck_half + 0.07f, s.top_y}).to({s.neck_half + 0.06f, s.top_y + 0.25f});
  } else {
    out.to({s.shoulder, s.top_y + 0.1f});
  }
  out.to(armpit)
      .curve({s.waist, 0.5f * (armpit.y + s.hem_y) - 0.1f}, {s.hem, s.hem_y})
      .to({0, s.hem_y + 0.03f});
  return out.mirrored();
}

void draw_neck(Canvas& canvas, Draw& draw, const TopStyle& s, float tone) {
  const float other = contrasting(draw, tone);
  const Point side = {s.neck_half, s.top_y};
  const Point bottom = {0, s.top_y + s.neck_depth};
  switch (s.neck) {
    case Neck::kCollar: {
      Outline wing;
      wing.to({0.02f, bottom.y}).to({side.x - 0.05f, side.y - 0.06f}).to({side.x + 0.06f, side.y + 0.02f});
      wing.to({side.x * 0.7f, bottom.y + 0.1f});
      return fill_both(canvas, wing, other);
    }
    case Neck::kTurtle:
      return canvas.fill(rectangle({-side.x, side.y - 0.12f}, {side.x, bottom.y + 0.02f}), tone * 0.85f);
    case Neck::kHood:
      canvas.fill(ellipse({0, s.top_y + 0.05f}, s.neck_half + 0.14f, 0.2f), tone * 0.8f);
      return canvas.fill(ellipse({0, s.top_y + 0.1f}, s.neck_half * 0.7f, 0.1f), tone * 0.3f);
    case Neck::kRound:
    case Neck::kBoat:
      if (draw.chance(0.5f))
        fill_both(canvas, arc({0, bottom.y + 0.03f}, {side.x, bottom.y + 0.03f}, side, 0.07f), other);
      return;
    default:
      return;
  }
}

void draw_print(Canvas& canvas, Draw& draw, const TopStyle& s, float tone) {
  const float other = contrasting(draw, tone);
  const Point at = {draw.around(0.08f), draw.uniform(-0.35f, 0.1f)};
  const float half = draw.uniform(0.1f, 0.26f);
  switch (draw.below(4)) {
    case 0:
      return canvas.fill(ellipse(at, half, half), other);
    case 1:
      return canvas.fill(rectangle({at.x - half, at.y - half}, {at.x + half, at.y + half}), other);
    case 2:
      return canvas.fill(rectangle({-s.waist, at.y - 0.5f * half}, {s.waist, at.y + 0.5f * half}), other);
    default:
      for (int i = 0; i < 3; ++i) {
        const float y = at.y + 0.14f * static_cast<float>(i - 1);
        canvas.fill(rectangle({at.x - half, y - 0.03f}, {at.x + half * draw.uniform(0.3f, 1.0f), y + 0.03f}),
                    other);
      }
  }
}

void draw_front(Canvas& canvas, Draw& draw, const TopStyle& s, float tone) {
  const float other = contrasting(draw, tone);
  const float from = s.top_y + s.neck_depth;
  const float shift = draw.around(0.05f);
  switch (s.front) {
    case Front::kPlain:
      return;
    case Front::kPrint:
      return draw_print(canvas, draw, s, tone);
    case Front::kZip:
      return canvas.fill(line({shift, from}, {shift, s.hem_y}, draw.uniform(0.06f, 0.1f)), other);
    case Front::kButtons: {
      canvas.fill(line({shift, from}, {shift, s.hem_y}, 0.12f), other, draw.uniform(0.6f, 1.0f));
      const float step = draw.uniform(0.18f, 0.28f);
      float y = from + 0.1f;
      while (y < s.hem_y - 0.06f) {
        const Outline button = rectangle({shift - 0.035f, y - 0.035f}, {shift + 0.035f, y + 0.035f});
        canvas.fill(button, contrasting(draw, other));
        y += step;
      }
      return;
    }
    case Front::kOpen: {
      const float gap = draw.uniform(0.04f, 0.16f);
      Outline opening;
      opening.to({0, from}).to({gap, s.hem_y + 0.05f}).to({-gap, s.hem_y + 0.05f});
      canvas.fill(opening, tone * 0.25f);
      const float lapel_y = from + draw.uniform(0.2f, 0.5f);
      Outline lapel;
      lapel.to({s.neck_half, s.top_y})
          .to({s.neck_half + 0.08f, 0.5f * (s.top_y + lapel_y)})
          .to({0.02f, lapel_y});
      return fill_both(canvas, lapel, other);
    }
  }
}

void draw_extras(Canvas& canvas, Draw& draw, const TopStyle& s, float tone) {
  if (s.ribbed) canvas.fill(rectangle({-s.hem, s.hem_y - 0.12f}, {s.hem, s.hem_y + 0.02f}), tone * 0.7f);
  if (s.pockets) {
    const float y = draw.uniform(0.15f, 0.4f);
    const Point inner = {s.waist * 0.35f, y};
    const Point outer = {s.waist * 0.85f, y - draw.around(0.1f)};
    fill_both(canvas, line(inner, outer, 0.07f), contrasting(draw, tone));
  }
  if (s.belt) {
    const float y = draw.uniform(-0.1f, 0.2f);
    canvas.fill(rectangle({-s.waist, y - 0.05f}, {s.waist, y + 0.05f}), contrasting(draw, tone));
  }
}

}  // namespace

void draw_top(Canvas& canvas, Draw& draw, Top top, float tone) {
  const TopStyle s = draw_style(draw, top);
  draw_sleeves(canvas, draw, s, tone);
  canvas.fill(body(s), tone);
  draw_neck(canvas, draw, s, tone);
  draw_front(canvas, draw, s, tone);
  draw_extras(canvas, draw, s, tone);
}

}  // namespace regulus::datasets
