// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "regulus/kernels/activation.h"
#include "regulus/kernels/columns.h"
#include "regulus/kernels/convolution.h"
#include "regulus/kernels/panel.h"
#include "regulus/kernels/pool.h"
#include "regulus/random/philox.h"
#include "regulus/runtime/isa.h"

// The kernels: pure numeric functions on raw pointers. `reference/` is their plain definition, in
// float and double; `simd/` repeats the float ones in vectors with the same bits. Rules for all:
//  - Activations are [rows][stride], stride a multiple of 16 and pointers 64-byte aligned (a column
//    range starts at a multiple of 16). Columns past the width hold finite values that nobody reads,
//    but in gradients they are zeros.
//  - Weights are packed as panel.h says.
//  - Output may alias input only where `in place` is written.
//  - Each output element is one chain of fused multiply-adds in ascending order, never split; sums
//    over a row run in 16 lanes and end in the tree of sum_tree(). So the result does not depend on
//    threads, tiles, batch or instruction set.
//  - None throws, allocates or checks its arguments.

namespace regulus::kernels {

/// A block of rows of activations.
struct Block {
  std::int64_t rows;
  std::int64_t cols;    ///< a multiple of 16
  std::int64_t stride;  ///< of every operand, in elements
};

/// y = kept ? fma(x, scale, shift) : dropped. Dropout: (1/(1-p), 0, 0).
/// AlphaDropout: (a, b, a*alpha' + b).
template <class T>
struct MaskMap {
  T scale = 1;
  T shift = 0;
  T dropped = 0;
};

/// What a mask's decisions are keyed by. Unit u of row r is kept if its 16 random bits are >= threshold.
/// The bits: with group = u / 128, lane = u % 16, half = u % 128 / 16, they are half `half` (low half
/// of word 0 first) of philox(key, {group * 16 + lane, row id, draw, stream}).
struct MaskKey {
  random::Key key;
  std::uint32_t stream;
  std::uint32_t draw;       ///< step in training, sample index in prediction
  std::uint32_t threshold;  ///< round(rate * 65536), 0 … 65536
};

enum class ConstraintKind : int { kNone, kMaxNorm, kMinMaxNorm, kUnitNorm, kNonNeg };

template <class T>
struct ConstraintArgs {
  ConstraintKind kind = ConstraintKind::kNone;
  T min_value = 0;
  T max_value = 0;
  T rate = 1;
};

enum class Loss : int {
  kSparseCategoricalCrossentropy,
  kCategoricalCrossentropy,
  kBinaryCrossentropy,
  kMeanSquaredError,
  kMeanAbsoluteError,
};
inline constexpr int kNumLosses = static_cast<int>(Loss::kMeanAbsoluteError) + 1;

template <class T>
struct LossArgs {
  const T* prediction;  ///< [rows][stride]: logits if from_logits, else probabilities or values
  T* output;            ///< from_logits: probabilities are written here, unless null; may be `prediction`
  T* gradient;          ///< d(sum of row_scale * row_loss)/d(prediction), padding zeroed; null: not wanted
  T* row_loss;          ///< [rows], unweighted
  const T* row_scale;   ///< [rows]
  const std::uint32_t* index;  ///< [rows]: which row of labels or targets
  const std::int32_t* labels;  ///< sparse targets, or null
  const float* targets;        ///< dense targets [.][units], or null
  std::int64_t rows;
  std::int64_t units;
  std::int64_t stride;
  T label_smoothing;
  bool from_logits;
};

template <class T>
struct InputGradientArgs {
  const T* dz;  ///< [rows][dz_stride]
  std::int64_t dz_stride;
  const T* w;  ///< packed
  T* dx;       ///< [rows][dx_stride], column 0 of panel 0
  std::int64_t dx_stride;
  std::int64_t rows;
  std::int64_t inputs;
  std::int64_t units;
  std::int64_t panel_begin;  ///< of the inputs
  std::int64_t panel_end;
};
/// A block of rows transposed, or a few panels of weights.
constexpr std::int64_t input_gradient_scratch(std::int64_t units) {
  return (padded(units) + kPanel) * 64;
}

/// How one optimizer changes one weight. Coefficients are computed once a step, in double.
enum class UpdateRule : int {
  kSgd,                      ///< c = {lr}
  kMomentum,                 ///< c = {lr, momentum}; slots m
  kNesterov,                 ///< c = {lr, momentum}; slots m
  kAdam,                     ///< c = {alpha_t, 1-b1, 1-b2, eps}; slots m, v
  kAdamAmsgrad,              ///< as kAdam; slots m, v, vhat
  kNadam,                    ///< c = {lr, 1-b1, 1-b2, eps, c_m, c_g, 1/(1-b2^t)}; slots m, v
  kRmsprop,                  ///< c = {lr, rho, 1-rho, eps}; slots v
  kRmspropMomentum,          ///< c = {lr, rho, 1-rho, eps, momentum}; slots v, m
  kRmspropCentered,          ///< c = {lr, rho, 1-rho, eps}; slots v, mean gradient
  kRmspropCenteredMomentum,  ///< c = {lr, rho, 1-rho, eps, momentum}; slots v, mean gradient, m
};
inline constexpr int kNumUpdateRules = static_cast<int>(UpdateRule::kRmspropCenteredMomentum) + 1;
inline constexpr int kMaxSlots = 3;
inline constexpr int kMaxCoefficients = 8;

template <class T>
struct Table {
  runtime::Isa isa = runtime::Isa::kScalar;

  /// y[r][16p+l] = fma chain over k = 0 … inputs-1 of x[r][k] * w[p][k][l], started from bias[16p+l]
  /// (0 if bias is null), for p in [panel_begin, panel_end). y points at column 0 of panel 0.
  void (*matmul)(const T* x, std::int64_t x_stride, const T* w, const T* bias, T* y, std::int64_t y_stride,
                 std::int64_t rows, std::int64_t inputs, std::int64_t panel_begin, std::int64_t panel_end);
  /// g[p * g_stride + (k - k_begin) * 16 + l] = fma chain over r of x[r][k] * dz[r][16p + l], started
  /// from 0: a tile of the weight gradient, of each of `panels` panels. dz points at the first one's column.
  void (*kernel_gradient)(const T* x, std::int64_t x_stride, const T* dz, std::int64_t dz_stride, T* g,
                          std::int64_t g_stride, std::int64_t rows, std::int64_t k_begin, std::int64_t k_end,
                          std::int64_t panels);
  /// g[l] = chain of sums over r of dz[r][l], started from 0.
  void (*bias_gradient)(const T* dz, std::int64_t dz_stride, T* g, std::int64_t rows);
  /// dx[r][k] = fma chain over n = 0 … units-1 of dz[r][n] * W(k, n), started from 0, for the inputs k of
  /// panels [panel_begin, panel_end); 0 for k >= inputs. scratch: input_gradient_scratch(units) elements.
  void (*input_gradient)(const InputGradientArgs<T>& args, T* scratch);

  /// In place allowed. alpha: the negative slope or scale of the kinds that have one.
  void (*activation_forward[kNumActivations])(const T* z, T* y, Block block, T alpha);
  /// dz = dy * f'(saved); saved is y or z, as derivative_uses_output says. dz may be dy.
  void (*activation_backward[kNumActivations])(const T* dy, const T* saved, T* dz, Block block, T alpha);
  /// Over the first `units` columns; the rest of y is zeroed. In place allowed.
  void (*softmax_forward)(const T* z, T* y, std::int64_t rows, std::int64_t units, std::int64_t stride);
  void (*log_softmax_forward)(const T* z, T* y, std::int64_t rows, std::int64_t units, std::int64_t stride);
  /// dz may be dy; padding zeroed.
  void (*softmax_backward)(const T* dy, const T* y, T* dz, std::int64_t rows, std::int64_t units,
                           std::int64_t stride);
  void (*log_softmax_backward)(const T* dy, const T* y, T* dz, std::int64_t rows, std::int64_t units,
                               std::int64_t stride);

  /// keep: [rows][words], bit u % 16 of word u / 16 is 1 if unit u is kept; words = panels(units).
  void (*draw_mask)(std::uint16_t* keep, std::int64_t words, const std::uint32_t* row_ids, std::int64_t rows,
                    std::int64_t units, MaskKey key);
  /// Both in place allowed. keep points at the word of the block's first column, `words` to the next row.
  void (*mask_forward)(const T* x, const std::uint16_t* keep, std::int64_t words, T* y, Block block,
                       MaskMap<T> map);
  void (*mask_backward)(const T* dy, const std::uint16_t* keep, std::int64_t words, T* dx, Block block,
                        T scale);

  /// x[r][i] = fma(source[index[r]][i], scale[i], offset[i]) for i < width, 0 in the padding.
  /// scale and offset may both be null: the plain value.
  void (*gather_u8)(const std::uint8_t* source, std::int64_t width, const std::uint32_t* index,
                    std::int64_t rows, const float* scale, const float* offset, T* x, std::int64_t stride);
  void (*gather_f32)(const float* source, std::int64_t width, const std::uint32_t* index, std::int64_t rows,
                     const float* scale, const float* offset, T* x, std::int64_t stride);

  /// y = the largest of each window (pool.h), the first NaN if there is one; places: which pixel that is,
  /// y * width + x as a T, the first of equal ones; null: not wanted. Fewer than 2^24 pixels then.
  void (*max_pool_forward)(const T* x, T* y, T* places, std::int64_t rows, const Pooling& p);
  /// dx[pixel] = sum over the windows whose place is the pixel, in their order, of dy, started from 0;
  /// padding zeroed.
  void (*max_pool_backward)(const T* dy, const T* places, T* dx, std::int64_t rows, const Pooling& p);
  /// For one window over the whole image: dx = x == y ? dy / (number of such pixels) : 0; padding zeroed.
  void (*shared_max_backward)(const T* dy, const T* x, const T* y, T* dx, std::int64_t rows,
                              const Pooling& p);
  /// y = (sum over the window's pixels in their order, started from 0) / (their number).
  void (*average_pool_forward)(const T* x, T* y, std::int64_t rows, const Pooling& p);
  /// dx[pixel] = sum over the windows that hold it, in their order, of dy / (the window's number of
  /// pixels), started from 0; padding zeroed.
  void (*average_pool_backward)(const T* dy, T* dx, std::int64_t rows, const Pooling& p);

  /// out = {sum |w|, sum w^2} over n values (n a multiple of 16): 16 lanes, then sum_tree().
  void (*penalty_sums)(const T* w, std::int64_t n, T out[2]);
  /// g = fma(two_l2, w, g) + l1 * sign(w), sign(0) = 0.
  void (*penalty_gradient)(const T* w, T* g, std::int64_t n, T l1, T two_l2);
  /// g = min(max(g * scale, -limit), limit): clipping by norm (scale) and by value (limit).
  void (*clip)(T* g, std::int64_t n, T scale, T limit);
  /// w = w - rate * w, before the update: decoupled weight decay, rate = lr * weight_decay.
  void (*decay)(T* w, std::int64_t n, T rate);
  void (*update[kNumUpdateRules])(T* w, T* const* slots, const T* g, std::int64_t n, const T* c);
  /// One panel [inputs][16] constrained unit by unit (the norm over axis 0, an fma chain over k).
  void (*constrain_panel)(T* w, std::int64_t inputs, ConstraintArgs<T> args);

  void (*loss[kNumLosses])(const LossArgs<T>& args);

  /// Streaming moments over samples, in double: delta = x - mean; mean += delta / count;
  /// m2 += delta * (x - mean). n elements.
  void (*moments)(const T* x, double* mean, double* m2, std::int64_t n, double count);

  /// A matrix product on columns (columns.h has its formula).
  void (*column_matmul)(const ColumnMatmulArgs<T>& args);
  /// Softmax over the units of each row: the largest z is taken off, the exponentials are added from
  /// unit 0 on, each is divided by the sum. In place allowed.
  void (*column_softmax)(const T* z, T* y, std::int64_t units, std::int64_t rows);
  /// (z - max) - log(sum of exp(z - max)), the same order. In place allowed.
  void (*column_log_softmax)(const T* z, T* y, std::int64_t units, std::int64_t rows);

  /// y[pixel][n] = fma chain over the inputs k of the pixel's window of x[k] * W(k, n), started from the
  /// bias or from y. A window's inputs are those of its runs, one run after another (convolution.h).
  void (*convolution)(const ConvolutionArgs<T>& args);
  /// g(k, n) = fma chain over the pixels, line by line, of x[k of the pixel's window] * dz[pixel][n], those
  /// in the box of the run that k belongs to; 0 in the padding of the last panel.
  void (*convolution_gradient)(const ConvolutionGradientArgs<T>& args);
  /// The same channel by channel: unit n meets only channel n of the window. Runs have length 1, x as many
  /// channels as units; y[pixel][n] = fma chain over the runs k of x[offset[k] + n] * W(run_inputs[k], n).
  /// Never resumed.
  void (*depthwise)(const ConvolutionArgs<T>& args);
  /// g(k, n) = fma chain over the pixels of x[offset[k] + n of the pixel's window] * dz[pixel][n]; 0 in the
  /// padding. Without boxes.
  void (*depthwise_gradient)(const ConvolutionGradientArgs<T>& args);
};

/// The fixed end of every 16-lane sum: lane l += lane l + 8, then + 4, + 2, + 1.
template <class T>
T sum_tree(const T lanes[16]) {
  T s[8];
  for (int i = 0; i < 8; ++i) s[i] = lanes[i] + lanes[i + 8];
  for (int i = 0; i < 4; ++i) s[i] = s[i] + s[i + 4];
  for (int i = 0; i < 2; ++i) s[i] = s[i] + s[i + 2];
  return s[0] + s[1];
}

/// The plain definition of every kernel.
template <class T>
const Table<T>& reference_table();
extern template const Table<float>& reference_table<float>();
extern template const Table<double>& reference_table<double>();

/// The kernels of one instruction set. Requires it to be among runtime::available_isas().
const Table<float>& table_for(runtime::Isa isa);

/// The kernels in use: those of runtime::active_isa() for float, the reference for double.
template <class T>
const Table<T>& active_table();
template <>
const Table<float>& active_table<float>();
template <>
const Table<double>& active_table<double>();

}  // namespace regulus::kernels
