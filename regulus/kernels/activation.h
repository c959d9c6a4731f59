// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace regulus::kernels {

/// Element-wise activations. Softmax and log-softmax work on whole rows and have kernels of their own.
enum class Activation : int {
  kLinear,
  kRelu,
  kRelu6,
  kLeakyRelu,  ///< alpha = 0.2 unless said (Keras's negative_slope)
  kElu,        ///< alpha = 1 unless said
  kCelu,       ///< alpha = 1 unless said
  kSelu,
  kGelu,  ///< exact: x * Phi(x)
  kSilu,
  kSigmoid,
  kHardSigmoid,  ///< relu6(x + 3) / 6
  kHardSilu,
  kTanh,
  kSoftplus,
  kSoftsign,
  kExponential,
  kMish,
  kHardTanh,    ///< x within [-1, 1]
  kHardShrink,  ///< x where |x| > alpha, else 0; alpha = 0.5 unless said
  kSoftShrink,  ///< x moved by alpha towards 0; alpha = 0.5 unless said
  kTanhShrink,  ///< x - tanh(x)
  kSquareplus,  ///< (x + sqrt(x^2 + alpha)) / 2; alpha = 4 unless said
  kLogSigmoid,
  kSparsePlus,     ///< 0 up to -1, (x + 1)^2 / 4 up to 1, then x
  kSparseSigmoid,  ///< 0 up to -1, (x + 1) / 2 up to 1, then 1
};
inline constexpr int kNumActivations = static_cast<int>(Activation::kSparseSigmoid) + 1;

/// True if the derivative is computed from the output y; else it needs the input z.
constexpr bool derivative_uses_output(Activation a) {
  switch (a) {
    case Activation::kGelu:
    case Activation::kSilu:
    case Activation::kHardSilu:
    case Activation::kMish:
    case Activation::kSoftsign:
    case Activation::kHardTanh:
    case Activation::kTanhShrink:
    case Activation::kSquareplus:
    case Activation::kSparsePlus:
    case Activation::kSparseSigmoid:
      return false;
    default:
      return true;
  }
}

inline constexpr double kSeluAlpha = 1.6732632423543772848170429916717;
inline constexpr double kSeluScale = 1.0507009873554804934193349852946;

}  // namespace regulus::kernels
