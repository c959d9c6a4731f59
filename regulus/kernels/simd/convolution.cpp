// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Pixels of a tile. Alone, a panel has registers for a line of 14 pixels, half one of 28.
constexpr std::int64_t most_pixels(std::int64_t cols) {
  return kManyRegisters && cols == 1 ? 16 : max_rows(static_cast<int>(cols));
}

/// Some of a window's inputs: `count` of them from place `begin` of a run on.
struct Part {
  std::int64_t run;
  std::int64_t begin;
  std::int64_t count;
  bool resume;  ///< the chains go on from what y holds, else from the bias
  bool first;   ///< nothing of these pixels' windows was read before
};

/// Output pixels in one direction, and how far apart their windows and they are.
struct Line {
  std::int64_t count;
  std::int64_t x;
  std::int64_t y;
};

/// All pixels: a tile takes neighbours of the first line.
struct Pixels {
  Line line;
  Line middle;
  Line outer;
};

/// Asks for what the next tile of the line will read anew, in the windows' last run: lines of large images
/// come from far, and many at a time. 64 x 64 x 64 by 1 x 1: 1.3 times as fast.
template <int pixels>
void fetch_next(const Runs& runs, std::int64_t step, const float* x) {
  const float* const from = x + runs.offset[runs.count - 1] + (pixels - 1) * step + runs.length;
  for (std::int64_t i = 0; i < pixels * step; i += kPanel) __builtin_prefetch(from + i);
}

/// Pixels of a line times panels, whose sums stay in registers while the window runs.
template <int pixels, int cols>
void tile(const ConvolutionArgs<float>& a, const Line& line, const Part& part, const float* x,
          std::int64_t panel, float* y) {
  const Runs& runs = a.windows.runs;
  const std::int64_t step = line.x;
  const std::int64_t y_step = line.y;
  const std::int64_t panel_stride = a.w_stride;
  const float* const weights = a.w + panel * panel_stride;
  // Behind a pixel's units others may lie: the last panel must not touch them.
  const std::int64_t last = std::min(a.units - (panel + cols - 1) * kPanel, kPanel);
  Lanes sum[pixels][cols];
  REGULUS_UNROLL
  for (int c = 0; c < cols; ++c) {
    const Lanes start = a.bias != nullptr ? Lanes::load(a.bias + (panel + c) * kPanel) : Lanes(0);
    REGULUS_UNROLL
    for (int p = 0; p < pixels; ++p) sum[p][c] = start;
  }
  if (part.resume) {
    REGULUS_UNROLL
    for (int p = 0; p < pixels; ++p) {
      const float* from = y + p * y_step;
      REGULUS_UNROLL
      for (int c = 0; c + 1 < cols; ++c) sum[p][c] = Lanes::load(from + c * kPanel);
      sum[p][cols - 1] = load_lanes(from + (cols - 1) * kPanel, last);
    }
  }
  if (part.first && panel == 0 && part.count > 0 && step <= runs.length) fetch_next<pixels>(runs, step, x);
  std::int64_t run = part.run;
  std::int64_t begin = part.begin;
  for (std::int64_t left = part.count; left > 0; ++run, begin = 0) {
    const std::int64_t count = std::min(left, runs.length - begin);
    const float* from = x + runs.offset[run] + begin;
    const float* w = weights + (a.run_inputs[run] + begin) * kPanel;
    for (const float* end = from + count; from != end; ++from, w += kPanel) {
      Lanes wk[cols];
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) wk[c] = Lanes::load(w + c * panel_stride);
      REGULUS_UNROLL
      for (int p = 0; p < pixels; ++p) {
        const Lanes xk = Lanes::all(from[p * step]);
        REGULUS_UNROLL
        for (int c = 0; c < cols; ++c) sum[p][c] = fma(xk, wk[c], sum[p][c]);
      }
    }
    left -= count;
  }
  REGULUS_UNROLL
  for (int p = 0; p < pixels; ++p) {
    float* to = y + p * y_step;
    REGULUS_UNROLL
    for (int c = 0; c + 1 < cols; ++c) sum[p][c].store(to + c * kPanel);
    store_part(sum[p][cols - 1], to + (cols - 1) * kPanel, last);
  }
}

using Tile = void (*)(const ConvolutionArgs<float>&, const Line&, const Part&, const float*, std::int64_t,
                      float*);
constexpr int kMostPixels = most_pixels(1);

template <int cols, int... pixels>
constexpr std::array<Tile, kMostPixels> tiles_of(std::integer_sequence<int, pixels...>) {
  return {
      (pixels < most_pixels(cols) ? &tile<(pixels < most_pixels(cols) ? pixels + 1 : 1), cols> : nullptr)...};
}
template <int... cols>
constexpr std::array<std::array<Tile, kMostPixels>, kMaxCols> all_tiles(std::integer_sequence<int, cols...>) {
  return {tiles_of<cols + 1>(std::make_integer_sequence<int, kMostPixels>())...};
}
/// [panels - 1][pixels - 1]
constexpr auto kTiles = all_tiles(std::make_integer_sequence<int, kMaxCols>());

/// body(count, x, y) for all pixels in tiles of at most `most`.
template <class Body>
void for_each_tile(const ConvolutionArgs<float>& a, const Pixels& pixels, std::int64_t most, Body body) {
  const Line& line = pixels.line;
  for (std::int64_t outer = 0; outer < pixels.outer.count; ++outer)
    for (std::int64_t middle = 0; middle < pixels.middle.count; ++middle) {
      const float* x = a.x + outer * pixels.outer.x + middle * pixels.middle.x;
      float* y = a.y + outer * pixels.outer.y + middle * pixels.middle.y;
      for_each_share(line.count, most, [&](std::int64_t count) {
        body(count, x, y);
        x += count * line.x;
        y += count * line.y;
      });
    }
}

/// Inputs, times panels, whose weights may stay in the first-level cache from tile to tile: if there are
/// more, they are taken in shares.
constexpr std::int64_t kMostNear = 640;
constexpr std::int64_t kNear = 384;

/// All panels of a tile before the next tile.
void all_panels(const ConvolutionArgs<float>& a, const Pixels& pixels, std::int64_t cols) {
  const Part whole{0, 0, a.windows.runs.inputs(), a.resume, true};
  for_each_tile(a, pixels, most_pixels(cols), [&](std::int64_t count, const float* x, float* y) {
    std::int64_t panel = 0;
    for_each_share(panels(a.units), cols, [&](std::int64_t some) {
      kTiles[some - 1][count - 1](a, pixels.line, whole, x, panel, y + panel * kPanel);
      panel += some;
    });
  });
}

/// All tiles of some panels.
void some_panels(const ConvolutionArgs<float>& a, const Pixels& pixels, std::int64_t panel,
                 std::int64_t cols) {
  const std::int64_t most = most_pixels(cols);
  const std::int64_t length = a.windows.runs.length;
  const std::int64_t inputs = a.windows.runs.inputs();
  const auto all_pixels = [&](const Part& part) {
    for_each_tile(a, pixels, most, [&](std::int64_t count, const float* x, float* y) {
      kTiles[cols - 1][count - 1](a, pixels.line, part, x, panel, y + panel * kPanel);
    });
  };
  const bool one_tile = pixels.outer.count * pixels.middle.count == 1 && pixels.line.count <= most;
  if (one_tile || inputs * cols <= kMostNear) return all_pixels({0, 0, inputs, a.resume, true});
  std::int64_t done = 0;
  for_each_share(inputs, kNear / cols, [&](std::int64_t some) {
    all_pixels({done / length, done % length, some, a.resume || done > 0, done == 0});
    done += some;
  });
}

/// Half cycles that a tile takes for one input: its multiply-adds, or its loads, of which the weights come
/// from the second-level cache, or the latency of a chain.
constexpr std::int64_t cost_of_tile(std::int64_t pixels, std::int64_t cols) {
  constexpr std::int64_t kLatency = 8;
  constexpr std::int64_t vectors = kVectors;
  return std::max({pixels * cols * vectors, pixels + 2 * cols * vectors, kLatency});
}

std::int64_t cost_of_line(std::int64_t pixels, std::int64_t panels, std::int64_t cols) {
  std::int64_t cost = 0;
  for_each_size(panels, cols, [&](std::int64_t c, std::int64_t times) {
    for_each_size(pixels, most_pixels(c),
                  [&](std::int64_t p, std::int64_t lines) { cost += times * lines * cost_of_tile(p, c); });
  });
  return cost;
}

/// The direction that tiles take their pixels from, and how many panels they take, at the least cost: short
/// lines of several images are better taken across the images. Few panels at equal cost, so that their
/// weights stay in the first-level cache.
struct Tiling {
  Pixels pixels;
  std::int64_t cols;
};

Tiling best_tiling(const Line (&lines)[3], std::int64_t panels) {
  constexpr int kMost = kManyRegisters ? kMaxCols : kUsualCols;
  const std::int64_t all = lines[0].count * lines[1].count * lines[2].count;
  Tiling best{{lines[0], lines[1], lines[2]}, 1};
  std::int64_t least = 0;
  for (int first = 0; first < 3; ++first) {
    const Line& line = lines[first];
    if (first > 0 && line.count == 1) continue;
    for (int cols = 1; cols <= kMost; ++cols) {
      const std::int64_t cost = all / line.count * cost_of_line(line.count, panels, cols);
      if (least > 0 && cost >= least) continue;
      least = cost;
      best = {{line, lines[first == 0 ? 1 : 0], lines[first == 2 ? 1 : 2]}, cols};
    }
  }
  return best;
}

/// Lines that follow each other are one.
void join(Line& line, Line& next) {
  if (next.count > 1 && (next.x != line.count * line.x || next.y != line.count * line.y)) return;
  line.count *= next.count;
  next.count = 1;
}

/// All panels of pixels that the second-level cache holds.
void some_pixels(const ConvolutionArgs<float>& a) {
  const Windows& at = a.windows;
  Line lines[] = {
      {at.width, at.step, a.y_step}, {at.height, at.row, a.y_row}, {a.images, a.x_image, a.y_image}};
  join(lines[0], lines[1]);
  if (lines[1].count == 1) join(lines[0], lines[2]);
  const Tiling tiling = best_tiling(lines, panels(a.units));
  if (at.runs.inputs() * panels(a.units) <= kMostNear) return all_panels(a, tiling.pixels, tiling.cols);
  std::int64_t panel = 0;
  for_each_share(panels(a.units), tiling.cols, [&](std::int64_t cols) {
    some_panels(a, tiling.pixels, panel, cols);
    panel += cols;
  });
}

void convolution(const ConvolutionArgs<float>& a) {
  if (a.images > 1) return some_pixels(a);
  const Windows& at = a.windows;
  // x and y of the lines that all panels go over in turn; large weights are read anew for each block.
  const std::int64_t block = std::max<std::int64_t>(64 * 1024, panels(a.units) * a.w_stride / 2);
  ConvolutionArgs<float> some = a;
  for_each_share(at.height, std::max<std::int64_t>(block / (at.row + a.y_row), 1), [&](std::int64_t lines) {
    some.windows.height = lines;
    some_pixels(some);
    some.x += lines * at.row;
    some.y += lines * a.y_row;
  });
}

}  // namespace

void add_convolution(Table<float>& table) {
  table.convolution = convolution;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
