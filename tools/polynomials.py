# SPDX-License-Identifier: Apache-2.0
"""Makes regulus/kernels/polynomials.h: near-minimax coefficients, rounded to float32.

    python3 tools/polynomials.py > regulus/kernels/polynomials.h

Needs mpmath 1.3. The same file comes out each time.
"""

import struct

from mpmath import chebyfit, erfc, exp, log, log1p, mp, mpf, sqrt, tanh

mp.dps = 40
TINY = mpf("1e-9")
CDF_CENTRE = 4
CDF_LIMIT = 15


def exp_tail(x):
    return (exp(x) - 1 - x) / x**2 if abs(x) > TINY else mpf(1) / 2


def log_tail(f):
    return (log1p(f) - f + f * f / 2) / f**3 if abs(f) > TINY else mpf(1) / 3


def tanh_tail(s):
    x = sqrt(s)
    return (tanh(x) - x) / x**3 if x > TINY else -mpf(1) / 3


def scaled_normal_tail(t):
    a = CDF_CENTRE * (1 + t) / (1 - t)
    return exp(a * a / 2) * erfc(a / sqrt(2)) / 2


FITS = [
    ("kExpTail", 6, exp_tail, -log(2) / 2, log(2) / 2, "(exp(r) - 1 - r) / r^2, |r| <= ln(2)/2"),
    ("kLogTail", 9, log_tail, sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1,
     "(log1p(f) - f + f^2/2) / f^3, sqrt(1/2) <= 1 + f <= sqrt(2)"),
    ("kTanhTail", 5, tanh_tail, mpf(0), mpf("0.625") ** 2, "(tanh(x) - x) / x^3 in s = x^2, |x| <= 0.625"),
    ("kNormalTail", 11, scaled_normal_tail, mpf(-1),
     mpf(CDF_LIMIT - CDF_CENTRE) / (CDF_LIMIT + CDF_CENTRE),
     "exp(a^2/2) * Phi(-a) in t = (a - 4) / (a + 4), 0 <= a <= 15"),
]


def float32(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def literal(x):
    mantissa, exponent = float32(x).hex().split("p")
    head, digits = mantissa.split(".")
    digits = digits.rstrip("0")
    return f"{head}{'.' + digits if digits else ''}p{exponent}f"


def main():
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Made by tools/polynomials.py; do not edit.")
    print("// clang-format off\n#pragma once\n\nnamespace regulus::kernels {\n")
    for name, count, function, low, high, what in FITS:
        coefficients, error = chebyfit(function, [low, high], count, error=True)
        print(f"/// {what}; highest power first.")
        print(f"/// Largest error before rounding: {float(error):.1e}.")
        print(f"inline constexpr float {name}[{count}] = {{")
        for c in coefficients:
            print(f"    {literal(c)},")
        print("};\n")
    head = float32(int(log(2) * 2**16) / 2**16)
    print("/// ln(2) in two parts; the head has 16 bits, so that n * head is exact for |n| < 256.")
    print(f"inline constexpr float kLn2Head = {literal(head)};")
    print(f"inline constexpr float kLn2Rest = {literal(log(2) - mpf(head))};")
    print(f"inline constexpr float kLog2E = {literal(1 / log(2))};")
    print(f"inline constexpr float kInvSqrtTwoPi = {literal(1 / sqrt(2 * mp.pi))};\n")
    print("}  // namespace regulus::kernels")


if __name__ == "__main__":
    main()
