# SPDX-License-Identifier: Apache-2.0
"""The standard normal quantile at doubles p, computed with 60 digits by mpmath.

A case has `p` and `x` as hexadecimal floats, so that no reader rounds them twice.
"""

import mpmath
from golden_file import write

mpmath.mp.dps = 60


def quantile(p):
    target = mpmath.mpf(p)
    if p == 0.5:
        return 0.0
    upper = p > 0.5
    tail = 1 - target if upper else target
    # Phi(x) = erfc(-x / sqrt 2) / 2; Newton in the logarithm converges from far out in the tail.
    log_tail = mpmath.log(tail)
    x = -mpmath.sqrt(-2 * log_tail) if tail < 0.1 else (tail - mpmath.mpf("0.5")) * mpmath.sqrt(2 * mpmath.pi)
    for _ in range(60):
        cdf = mpmath.erfc(-x / mpmath.sqrt(2)) / 2
        density = mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)
        x -= (mpmath.log(cdf) - log_tail) * cdf / density
    assert abs(mpmath.erfc(-x / mpmath.sqrt(2)) / 2 - tail) < tail * mpmath.mpf(10) ** -50
    return float(-x if upper else x)


def main():
    points = [k / 256 for k in range(1, 256)]
    # Both sides of the approximation's three regions: |p - 0.5| = 0.425 and p = exp(-25).
    points += [0.075, 0.0749999999999, 0.0750000000001, 0.925, 0.9250000000001, 0.9249999999999]
    points += [1.3887943864964021e-11, 1.3887943864e-11, 1.38879438650e-11]
    points += [10.0**-k for k in range(3, 301, 9)] + [2.0**-k for k in range(9, 55, 3)]
    points += [1 - 2.0**-k for k in range(9, 54, 3)]
    # The smallest and the largest that random::uniform_open gives, and the ends of the truncated range.
    points += [2.0**-53, 1 - 2.0**-53, 0.02275013194817921, 0.9772498680518208]
    cases = [{"name": p.hex(), "p": p.hex(), "x": quantile(p).hex()} for p in sorted(set(points))]
    write("normal_quantile.json", cases, {"mpmath": mpmath.__version__})


if __name__ == "__main__":
    main()
