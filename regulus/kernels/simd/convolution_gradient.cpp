// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

constexpr int kMostPanels = kManyRegisters ? 2 : 1;
/// Inputs of a tile. Alone, a panel has registers for 16, the channels of many a layer.
constexpr int most_inputs(int cols) {
  return !kManyRegisters ? 6 : cols == 1 ? 16 : 12;
}
constexpr int kMostRuns = 4;
/// Pixels of a block: the gradients of their panels stay in the first-level cache while the inputs change.
constexpr std::int64_t kMostPixels = 192;

/// Some pixels: whole images, or lines of one, or a part of one line.
struct Block {
  std::int64_t image;
  std::int64_t images;
  std::int64_t line;
  std::int64_t lines;
  std::int64_t column;
  std::int64_t columns;
};

/// What all tiles of a block and of some panels have in common.
struct Operands {
  const ConvolutionGradientArgs<float>& a;
  const Block& block;
  const float* dz;       ///< of the block's first pixel and first panel, its pixels one after another
  std::int64_t dz_step;  ///< from pixel to pixel
  std::int64_t panel;
  bool resume;
};

/// `count` neighbouring inputs of each of `runs` runs, times panels: sums that stay in registers while the
/// pixels run. x: of the first of these pixels.
template <int runs, int count, int cols>
void tile(const Operands& o, const PixelBox& box, std::int64_t run, const float* x, float* g) {
  const Windows& at = o.a.windows;
  const Block& block = o.block;
  const std::int64_t panel_stride = at.runs.inputs() * kPanel;
  const std::int64_t run_stride = at.runs.length * kPanel;
  const std::int64_t last = std::min(o.a.units - (o.panel + cols - 1) * kPanel, kPanel);
  std::int64_t offset[runs];
  Lanes sum[runs][count][cols];
  REGULUS_UNROLL
  for (int r = 0; r < runs; ++r) {
    offset[r] = at.runs.offset[run + r] - at.runs.offset[run];
    REGULUS_UNROLL
    for (int k = 0; k < count; ++k) {
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c)
        sum[r][k][c] = o.resume ? Lanes::load(g + c * panel_stride + r * run_stride + k * kPanel) : Lanes(0);
    }
  }
  const std::int64_t first = (box.line - block.line) * block.columns + box.column - block.column;
  for (std::int64_t image = 0; image < block.images; ++image)
    for (std::int64_t line = box.line; line < box.line_end; ++line) {
      const float* from = x + image * o.a.x_image + (line - box.line) * at.row;
      const float* dz = o.dz + ((image * block.lines + line - box.line) * block.columns + first) * o.dz_step;
      for (std::int64_t column = box.column; column < box.column_end;
           ++column, from += at.step, dz += o.dz_step) {
        Lanes d[cols];
        REGULUS_UNROLL
        for (int c = 0; c < cols; ++c) d[c] = Lanes::load(dz + c * kPanel);
        REGULUS_UNROLL
        for (int r = 0; r < runs; ++r) {
          REGULUS_UNROLL
          for (int k = 0; k < count; ++k) {
            const Lanes xk = Lanes::all(from[offset[r] + k]);
            REGULUS_UNROLL
            for (int c = 0; c < cols; ++c) sum[r][k][c] = fma(xk, d[c], sum[r][k][c]);
          }
        }
      }
    }
  REGULUS_UNROLL
  for (int r = 0; r < runs; ++r) {
    REGULUS_UNROLL
    for (int k = 0; k < count; ++k) {
      // The padding may hold infinity times zero.
      if (last < kPanel) sum[r][k][cols - 1] = select(first_lanes(last), sum[r][k][cols - 1], Lanes(0));
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) sum[r][k][c].store(g + c * panel_stride + r * run_stride + k * kPanel);
    }
  }
}

template <int runs, int count, int cols>
void run_tile(std::int64_t wanted, const Operands& o, const PixelBox& box, std::int64_t run, const float* x,
              float* g) {
  if (wanted == count) return tile<runs, count, cols>(o, box, run, x, g);
  if constexpr (count > 1) run_tile<runs, count - 1, cols>(wanted, o, box, run, x, g);
}

/// The pixels of a block where a run lies inside the image.
PixelBox box_of(const ConvolutionGradientArgs<float>& a, const Block& b, std::int64_t run) {
  const PixelBox whole{b.line, b.line + b.lines, b.column, b.column + b.columns};
  if (a.boxes == nullptr) return whole;
  const PixelBox& box = a.boxes[run];
  return {std::max(whole.line, box.line), std::min(whole.line_end, box.line_end),
          std::max(whole.column, box.column), std::min(whole.column_end, box.column_end)};
}

/// All inputs of some runs: together where they are short, so that a tile has enough sums to hide the
/// latency of each.
template <int runs, int cols>
void some_runs(std::int64_t wanted, const Operands& o, std::int64_t run) {
  if (wanted != runs) {
    if constexpr (runs > 1) some_runs<runs - 1, cols>(wanted, o, run);
    return;
  }
  const ConvolutionGradientArgs<float>& a = o.a;
  const Windows& at = a.windows;
  const PixelBox box = box_of(a, o.block, run);
  const float* x =
      a.x + (o.block.image * a.x_image + box.line * at.row + box.column * at.step + at.runs.offset[run]);
  float* g = a.g + (o.panel * at.runs.inputs() + run * at.runs.length) * kPanel;
  for_each_share(at.runs.length, most_inputs(cols) / runs, [&](std::int64_t count) {
    run_tile<runs, most_inputs(cols) / runs, cols>(count, o, box, run, x, g);
    x += count;
    g += count * kPanel;
  });
}

template <int cols>
void all_runs(const Operands& o) {
  const Runs& runs = o.a.windows.runs;
  const std::int64_t most = std::clamp<std::int64_t>(most_inputs(cols) / runs.length, 1, kMostRuns);
  // Runs with boxes of their own meet other pixels.
  const std::int64_t together = o.a.boxes == nullptr ? most : 1;
  for (std::int64_t run = 0; run < runs.count; run += together)
    some_runs<kMostRuns, cols>(std::min(together, runs.count - run), o, run);
}

/// The pixels in blocks, in their order.
template <class Body>
void for_each_block(const Windows& at, std::int64_t images, Body body) {
  const std::int64_t pixels = at.height * at.width;
  if (pixels <= kMostPixels) {
    std::int64_t image = 0;
    for_each_share(images, kMostPixels / pixels, [&](std::int64_t some) {
      body(Block{image, some, 0, at.height, 0, at.width});
      image += some;
    });
    return;
  }
  for (std::int64_t image = 0; image < images; ++image) {
    std::int64_t line = 0;
    for_each_share(at.height, std::max<std::int64_t>(kMostPixels / at.width, 1), [&](std::int64_t lines) {
      std::int64_t column = 0;
      for_each_share(at.width, kMostPixels / lines, [&](std::int64_t columns) {
        body(Block{image, 1, line, lines, column, columns});
        column += columns;
      });
      line += lines;
    });
  }
}

/// The block's dz of `cols` panels side by side.
template <int cols>
void pack(const ConvolutionGradientArgs<float>& a, const Block& b, std::int64_t panel, float* to) {
  const std::int64_t last = std::min(a.units - (panel + cols - 1) * kPanel, kPanel);
  for (std::int64_t image = b.image; image < b.image + b.images; ++image)
    for (std::int64_t line = b.line; line < b.line + b.lines; ++line) {
      const float* from =
          a.dz + image * a.dz_image + (line * a.windows.width + b.column) * a.dz_step + panel * kPanel;
      for (std::int64_t column = 0; column < b.columns; ++column, from += a.dz_step, to += cols * kPanel) {
        REGULUS_UNROLL
        for (int c = 0; c + 1 < cols; ++c) Lanes::load(from + c * kPanel).store(to + c * kPanel);
        load_lanes(from + (cols - 1) * kPanel, last).store(to + (cols - 1) * kPanel);
      }
    }
}

template <int cols>
void some_panels(const ConvolutionGradientArgs<float>& a, const Block& block, std::int64_t panel,
                 bool resume) {
  const Windows& at = a.windows;
  alignas(64) float packed[kMostPixels * cols * kPanel];
  Operands operands{a, block, packed, cols * kPanel, panel, resume};
  // One tile does not pay for packing, and the units of these panels alone are packed already.
  const bool one_step = (block.images == 1 || a.dz_image == at.height * at.width * a.dz_step) &&
                        (block.lines == 1 || block.columns == at.width);
  const bool whole = (panel + cols) * kPanel <= a.units;
  if (one_step && whole && (a.dz_step == cols * kPanel || at.runs.inputs() <= most_inputs(cols))) {
    operands.dz =
        a.dz + block.image * a.dz_image + (block.line * at.width + block.column) * a.dz_step + panel * kPanel;
    operands.dz_step = a.dz_step;
  } else {
    pack<cols>(a, block, panel, packed);
  }
  all_runs<cols>(operands);
}

void convolution_gradient(const ConvolutionGradientArgs<float>& args) {
  ConvolutionGradientArgs<float> a = args;
  Windows& at = a.windows;
  if (at.row == at.width * at.step && a.boxes == nullptr) {
    at.width *= at.height;
    at.height = 1;
  }
  bool resume = a.resume;
  for_each_block(at, a.images, [&](const Block& block) {
    for (std::int64_t panel = 0; panel < panels(a.units); panel += kMostPanels)
      if (panels(a.units) - panel >= kMostPanels)
        some_panels<kMostPanels>(a, block, panel, resume);
      else
        some_panels<1>(a, block, panel, resume);
    resume = true;
  });
}

}  // namespace

void add_convolution_gradient(Table<float>& table) {
  table.convolution_gradient = convolution_gradient;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
