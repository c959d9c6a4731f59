// SPDX-License-Identifier: Apache-2.0
// Made by tools/polynomials.py; do not edit.
// clang-format off
#pragma once

namespace regulus::kernels {

/// (exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; highest power first.
/// Largest error before rounding: 1.4e-09.
inline constexpr float kExpTail[6] = {
    0x1.a124e4p-13f,
    0x1.6d4316p-10f,
    0x1.1110ep-7f,
    0x1.5554eap-5f,
    0x1.555556p-3f,
    0x1p-1f,
};

/// (log1p(f) - f + f^2/2) / f^3, sqrt(1/2) <= 1 + f <= sqrt(2); highest power first.
/// Largest error before rounding: 2.9e-08.
inline constexpr float kLogTail[9] = {
    0x1.1d8ea6p-4f,
    -0x1.d635bcp-4f,
    0x1.dea282p-4f,
    -0x1.fcf4c6p-4f,
    0x1.23d21ap-3f,
    -0x1.555b4ap-3f,
    0x1.999d5ap-3f,
    -0x1.fffffcp-3f,
    0x1.555554p-2f,
};

/// (tanh(x) - x) / x^3 in s = x^2, |x| <= 0.625; highest power first.
/// Largest error before rounding: 4.3e-08.
inline constexpr float kTanhTail[5] = {
    -0x1.8f8de4p-8f,
    0x1.58048ep-6f,
    -0x1.b9258ap-5f,
    0x1.110e1cp-3f,
    -0x1.555552p-2f,
};

/// exp(a^2/2) * Phi(-a) in t = (a - 4) / (a + 4), 0 <= a <= 15; highest power first.
/// Largest error before rounding: 6.4e-10.
inline constexpr float kNormalTail[11] = {
    0x1.fe6dcep-18f,
    -0x1.cd8b9ep-15f,
    -0x1.6b5c16p-13f,
    0x1.53fp-11f,
    0x1.086294p-11f,
    -0x1.165c7p-7f,
    0x1.f9b1aep-6f,
    -0x1.25b65ap-4f,
    0x1.fd7518p-4f,
    -0x1.5cf97cp-3f,
    0x1.82b4bcp-4f,
};

/// ln(2) in two parts; the head has 16 bits, so that n * head is exact for |n| < 256.
inline constexpr float kLn2Head = 0x1.62e4p-1f;
inline constexpr float kLn2Rest = 0x1.7f7d1cp-20f;
inline constexpr float kLog2E = 0x1.715476p+0f;
inline constexpr float kInvSqrtTwoPi = 0x1.988454p-2f;

}  // namespace regulus::kernels
