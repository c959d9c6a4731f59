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
};
inline constexpr int kNumActivations = static_cast<int>(Activation::kMish) + 1;

/// True if the derivative is computed from the output y; else it needs the input z.
constexpr bool derivative_uses_output(Activation a) {
  switch (a) {
    case Activation::kGelu:
    case Activation::kSilu:
    case Activation::kHardSilu:
    case Activation::kMish:
    case Activation::kSoftsign:
      return false;
    default:
      return true;
  }
}

inline constexpr double kSeluAlpha = 1.6732632423543772848170429916717;
inline constexpr double kSeluScale = 1.0507009873554804934193349852946;

}  // namespace regulus::kernels
