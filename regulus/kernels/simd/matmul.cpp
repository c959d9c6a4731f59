// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

// A tile of outputs stays in registers while k runs: `rows` rows of `cols` panels. Measured at the
// shapes of 32 to 1,024 rows and 100 to 1,024 inputs, against blocks of k and packed copies of x.
constexpr bool kManyRegisters = kWidth == 16;
constexpr int kMaxCols = 4;
constexpr int kUsualCols = kManyRegisters ? 3 : 1;
constexpr int max_rows(int cols) {
  if (kManyRegisters) return cols == 1 ? 12 : 24 / cols;
  return 6 / cols;
}

/// What a tile reads and writes: pointers to its first row and panel.
struct Operands {
  const float* x;
  std::int64_t x_stride;
  const float* w;
  std::int64_t inputs;
  const float* bias;
  float* y;
  std::int64_t y_stride;

  void next_rows(std::int64_t count) {
    x += count * x_stride;
    y += count * y_stride;
  }
  void next_panels(std::int64_t count) {
    w += count * inputs * kPanel;
    if (bias != nullptr) bias += count * kPanel;
    y += count * kPanel;
  }
};

template <int rows, int cols>
void tile(const Operands& o) {
  Lanes sum[rows][cols];
  REGULUS_UNROLL
  for (int c = 0; c < cols; ++c) {
    const Lanes start = o.bias != nullptr ? Lanes::load(o.bias + c * kPanel) : Lanes(0);
    REGULUS_UNROLL
    for (int r = 0; r < rows; ++r) sum[r][c] = start;
  }
  const float* x = o.x;
  const float* w = o.w;
  const std::int64_t x_stride = o.x_stride;
  const std::int64_t panel_size = o.inputs * kPanel;
  for (const float* end = x + o.inputs; x != end; ++x, w += kPanel) {
    Lanes wk[cols];
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c) wk[c] = Lanes::load(w + c * panel_size);
    REGULUS_UNROLL
    for (int r = 0; r < rows; ++r) {
      const Lanes xk = Lanes::all(x[r * x_stride]);
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) sum[r][c] = fma(xk, wk[c], sum[r][c]);
    }
  }
  float* y = o.y;
  const std::int64_t y_stride = o.y_stride;
  REGULUS_UNROLL
  for (int r = 0; r < rows; ++r) {
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c) sum[r][c].store(y + r * y_stride + c * kPanel);
  }
}

template <int rows, int cols>
void run_tile(const Operands& o, std::int64_t count) {
  if (count == rows) return tile<rows, cols>(o);
  if constexpr (rows > 1) run_tile<rows - 1, cols>(o, count);
}

/// All rows of `cols` panels, in tiles that differ by one row at most: no thin one is left over.
template <int cols>
void all_rows(Operands o, std::int64_t rows) {
  const std::int64_t tiles = (rows + max_rows(cols) - 1) / max_rows(cols);
  for (std::int64_t i = 0; i < tiles; ++i) {
    const std::int64_t count = rows / tiles + (i < rows % tiles ? 1 : 0);
    run_tile<max_rows(cols), cols>(o, count);
    o.next_rows(count);
  }
}

template <int cols>
void some_panels(const Operands& o, std::int64_t rows, std::int64_t count) {
  if (count == cols) return all_rows<cols>(o, rows);
  if constexpr (cols > 1) some_panels<cols - 1>(o, rows, count);
}

/// Few rows leave registers free for more panels, and need them to hide the latency of the chains.
std::int64_t cols_for(std::int64_t rows) {
  int cols = kMaxCols;
  while (cols > kUsualCols && rows > max_rows(cols)) --cols;
  return cols;
}

void all_panels(Operands o, std::int64_t rows, std::int64_t panels) {
  const std::int64_t cols = cols_for(rows);
  for (std::int64_t p = 0; p < panels; p += cols) {
    some_panels<kMaxCols>(o, rows, cols < panels - p ? cols : panels - p);
    o.next_panels(cols);
  }
}

/// Rows whose inputs stay in the second-level cache while all panels pass over them.
std::int64_t rows_in_cache(std::int64_t inputs) {
  constexpr std::int64_t kElements = 65536;  // 256 KiB
  constexpr std::int64_t kFewest = 48;
  const std::int64_t rows = kElements / (inputs + 1) / kFewest * kFewest;
  return rows < kFewest ? kFewest : rows;
}

void matmul(const float* x, std::int64_t x_stride, const float* w, const float* bias, float* y,
            std::int64_t y_stride, std::int64_t rows, std::int64_t inputs, std::int64_t panel_begin,
            std::int64_t panel_end) {
  Operands o{x, x_stride, w, inputs, bias, y, y_stride};
  o.next_panels(panel_begin);
  const std::int64_t most = rows_in_cache(inputs);
  for (std::int64_t r = 0; r < rows; r += most) {
    const std::int64_t count = most < rows - r ? most : rows - r;
    all_panels(o, count, panel_end - panel_begin);
    o.next_rows(count);
  }
}

}  // namespace

void add_matmul(Table<float>& table) {
  table.matmul = matmul;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
