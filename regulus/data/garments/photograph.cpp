// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/photograph.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regulus::datasets {
namespace {

constexpr auto kSideEnd = static_cast<std::size_t>(kSide);

// 0 to 1 to 0 over a period of 1. Requires phase >= 0.
float triangle_wave(float phase) {
  const float part = phase - static_cast<float>(static_cast<int>(phase));
  return part < 0.5f ? 2 * part : 2 - 2 * part;
}

// Multiplies the shade by 1 + a random field that is linear between the points of a coarse grid.
void add_folds(Canvas& canvas, Draw& draw, float strength) {
  constexpr int kGrid = 5;
  constexpr float kStep = static_cast<float>(kGrid - 1) / static_cast<float>(kSide);
  std::array<std::array<float, kGrid>, kGrid> grid;
  for (auto& row : grid)
    for (float& g : row) g = draw.uniform(-strength, strength);
  for (int y = 0; y < kSide; ++y) {
    const float v = (static_cast<float>(y) + 0.5f) * kStep;
    const auto row = static_cast<std::size_t>(v);
    const float share = v - static_cast<float>(row);
    std::array<float, kGrid> line;
    for (std::size_t i = 0; i < kGrid; ++i)
      line[i] = grid[row][i] + share * (grid[row + 1][i] - grid[row][i]);
    for (int x = 0; x < kSide; ++x) {
      const float u = (static_cast<float>(x) + 0.5f) * kStep;
      const auto at = static_cast<std::size_t>(u);
      canvas.shade[static_cast<std::size_t>(y) * kSideEnd + static_cast<std::size_t>(x)] *=
          1 + line[at] + (u - static_cast<float>(at)) * (line[at + 1] - line[at]);
    }
  }
}

// Multiplies the shade by 1 - strength * wave along the direction (dx, dy) waves a pixel.
void add_stripes(Canvas& canvas, float dx, float dy, float strength, bool hard) {
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      // The constant keeps the phase positive for every direction.
      const float wave = triangle_wave(64 + dx * static_cast<float>(x) + dy * static_cast<float>(y));
      canvas.shade[static_cast<std::size_t>(y * kSide + x)] *=
          1 - strength * (hard ? (wave > 0.5f ? 1.0f : 0.0f) : wave);
    }
}

}  // namespace

Pose draw_pose(Draw& draw, bool either_side) {
  Pose pose;
  const float size = draw.uniform(11.0f, 12.6f);
  pose.scale_x = size * draw.uniform(0.92f, 1.08f);
  pose.scale_y = size * draw.uniform(0.94f, 1.04f);
  if (either_side && draw.chance(0.4f)) pose.scale_x = -pose.scale_x;
  // Cosine and sine of twice the angle whose tangent is t, without trigonometry.
  const float t = draw.around(0.07f);
  pose.cosine = (1 - t * t) / (1 + t * t);
  pose.sine = 2 * t / (1 + t * t);
  pose.bend = draw.around(0.08f);
  pose.centre = {14 + draw.around(1.3f), 14 + draw.around(1.1f)};
  return pose;
}

void draw_fabric(Canvas& canvas, Draw& draw) {
  add_folds(canvas, draw, draw.uniform(0.05f, 0.3f));
  const float strength = draw.uniform(0.15f, 0.6f);
  const float waves = draw.uniform(0.1f, 0.45f);
  switch (draw.below(20)) {
    case 0:
      return add_stripes(canvas, 0, waves, strength, true);
    case 1:
      return add_stripes(canvas, waves, 0, strength, true);
    case 2:
      return add_stripes(canvas, draw.uniform(-0.3f, 0.3f), waves, strength, false);
    case 3:
      add_stripes(canvas, waves, 0, 0.6f * strength, true);
      return add_stripes(canvas, 0, waves, 0.6f * strength, true);
    case 4:
      return add_folds(canvas, draw, strength);
    default:
      return;
  }
}

void draw_occlusion(Canvas& canvas, Draw& draw) {
  if (!draw.chance(0.08f)) return;
  canvas.pose = Pose{};
  canvas.shade.fill(1.0f);
  const Point at = {draw.uniform(-0.8f, 0.8f), draw.uniform(-0.8f, 0.8f)};
  const float tone = draw.chance(0.6f) ? 0.0f : draw.uniform(0.2f, 1.0f);
  const Point reach = {draw.uniform(0.1f, 0.35f), draw.uniform(0.1f, 0.35f)};
  if (draw.chance(0.5f)) return canvas.fill(ellipse(at, reach.x, reach.y), tone);
  canvas.fill(line({-1.2f, at.y}, {1.2f, at.y + draw.uniform(-1.0f, 1.0f)}, draw.uniform(0.08f, 0.25f)),
              tone);
}

void develop(const Canvas& canvas, Draw& draw, std::span<std::uint8_t> bytes) {
  const float exposure = 255 * draw.uniform(0.8f, 1.1f);
  const float haze = draw.chance(0.3f) ? draw.uniform(0.0f, 14.0f) : 0.0f;
  const float noise = draw.uniform(2.0f, 14.0f);
  std::uint32_t words[2] = {};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 4 == 0) {
      words[0] = draw.word();
      words[1] = draw.word();
    }
    // The sum of two uniform bytes: triangular, -255 to 255.
    const int grain = static_cast<int>(words[0] & 255) + static_cast<int>(words[1] & 255) - 255;
    words[0] >>= 8;
    words[1] >>= 8;
    const float clean = canvas.pixels()[i] * exposure;
    // Black stays nearly black: noise grows with the light.
    const float reach = (clean + haze > 3 * noise ? noise : 0.3f * (clean + haze)) * (1.0f / 255);
    const float value = clean + haze + reach * static_cast<float>(grain);
    bytes[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0f, 255.0f) + 0.5f);
  }
}

}  // namespace regulus::datasets
