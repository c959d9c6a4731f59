// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/photograph.h"

#include <algorithm>
#include <array>

namespace regulus::datasets {
namespace {

// 0 to 1 to 0 over a period of 1. Requires phase >= 0.
float triangle_wave(float phase) {
  const float part = phase - static_cast<float>(static_cast<int>(phase));
  return part < 0.5f ? 2 * part : 2 - 2 * part;
}

// Multiplies the shade by 1 + a random field that is linear between the points of a coarse grid.
void add_folds(Canvas& canvas, Draw& draw, float strength) {
  constexpr int kCells = 4;
  constexpr int kCell = kSide / kCells;  // pixels
  constexpr auto kShare = [](int i) { return (static_cast<float>(i) + 0.5f) / static_cast<float>(kCell); };
  std::array<std::array<float, kCells + 1>, kCells + 1> grid;
  for (auto& row : grid)
    for (float& g : row) g = draw.uniform(-strength, strength);
  float* shade = canvas.shade.data();
  for (int y = 0; y < kSide; ++y) {
    const auto row = static_cast<std::size_t>(y / kCell);
    std::array<float, kCells + 1> line;
    for (std::size_t i = 0; i < line.size(); ++i)
      line[i] = grid[row][i] + kShare(y % kCell) * (grid[row + 1][i] - grid[row][i]);
    for (std::size_t cell = 0; cell < kCells; ++cell)
      for (int i = 0; i < kCell; ++i) *shade++ *= 1 + line[cell] + kShare(i) * (line[cell + 1] - line[cell]);
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
  const float end_y = at.y + draw.uniform(-1.0f, 1.0f);
  canvas.fill(line({-1.2f, at.y}, {1.2f, end_y}, draw.uniform(0.08f, 0.25f)), tone);
}

void develop(const Canvas& canvas, Draw& draw, std::span<std::uint8_t> bytes) {
  const float exposure = 255 * draw.uniform(0.8f, 1.1f);
  const float haze = draw.chance(0.3f) ? draw.uniform(0.0f, 14.0f) : 0.0f;
  const float noise = draw.uniform(2.0f, 14.0f);
  // Black stays nearly black: noise grows with the light.
  const auto reach = [noise](float light) { return std::min(noise, 0.3f * light) * (1.0f / 255); };
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    const std::uint32_t a = draw.word();
    const std::uint32_t b = draw.word();
    for (std::size_t k = 0; k < 4; ++k) {
      // The sum of two uniform bytes: triangular, -255 to 255.
      const int grain = static_cast<int>(a >> (8 * k) & 255) + static_cast<int>(b >> (8 * k) & 255) - 255;
      const float light = canvas.pixels()[i + k] * exposure + haze;
      const float value = light + reach(light) * static_cast<float>(grain);
      bytes[i + k] = static_cast<std::uint8_t>(std::clamp(value, 0.0f, 255.0f) + 0.5f);
    }
  }
}

}  // namespace regulus::datasets
