# SPDX-License-Identifier: Apache-2.0
"""float32 arrays, the text that NumPy prints of them with suppress=True, and np.round.

A case has `x` and `text`; those with `decimals` also `rounded` = np.round(x, decimals).
"""

import numpy as np
from golden_file import array, write

np.set_printoptions(suppress=True)


def random(name):
    return np.random.default_rng(list(name.encode()))


def case(name, values, shape=None):
    x = np.asarray(values, dtype=np.float32)
    if shape is not None:
        x = x.reshape(shape)
    return {"name": name, "x": array(x), "text": str(x)}


def rounded(name, values, decimals):
    x = np.asarray(values, dtype=np.float32)
    y = np.round(x, decimals)
    assert y.dtype == np.float32
    return {"name": name, "x": array(x), "text": str(x), "decimals": decimals, "rounded": array(y)}


def main():
    nan, inf = np.nan, np.inf
    spread = random("spread")
    mixed = 10.0 ** spread.uniform(-9, 5, 24) * spread.choice([-1, 1], 24)
    cases = [
        case("scalar_one", 1.0),
        case("scalar_third", 1 / 3),
        case("scalar_small", 1e-5),
        case("scalar_edge", 1e-4),
        case("scalar_large", 1234567.0),
        case("scalar_not_large", 999999.94),
        case("scalar_negative_zero", -0.0),
        case("scalar_nan", nan),
        case("scalar_minus_inf", -inf),
        case("empty", [], (2, 0)),
        case("probabilities", [[0.0, 0.01, 0.99], [0.25, 0.5, 0.25]]),
        case("integers", [1, -2, 30]),
        case("negative_zero", [0.0, -0.0]),
        case("tiny_suppressed", [1.0, 1e-9, 4.9e-9, 5.1e-9]),
        case("all_tiny", [1e-10, -1e-12]),
        case("mixed_magnitudes", mixed, (4, 6)),
        case("exponents", [1e6, 1.5, -3e-20]),
        case("exponents_round_up", [9.9999995e6, 0.1]),
        case("exponents_whole", [1e6, 2e7]),
        case("just_below_exponents", [999999.94, 0.125]),
        case("specials", [nan, inf, -inf, 1.0]),
        case("specials_alone", [nan, -inf]),
        case("specials_wide", [nan, 12345.678]),
        case("specials_exponents", [inf, 1e30]),
        case("one_line_full", np.arange(25) + 0.5),
        case("wrapped", random("wrapped").random(30)),
        case("wrapped_rows", random("wrapped_rows").random((3, 9))),
        case("three_axes", random("three_axes").random((2, 2, 3))),
        case("four_axes", np.arange(16), (2, 2, 2, 2)),
        case("single_entries", [[[1.0]]]),
        case("thousand", np.zeros(1000)),
        case("abbreviated", np.arange(1001) / 8),
        case("abbreviated_rows", np.arange(1100), (11, 100)),
        case("abbreviated_few_columns", np.arange(1002) - 500, (334, 3)),
        case("abbreviated_three_axes", np.arange(1008) % 7 / 7, (7, 18, 8)),
        # A hidden value must not widen the columns.
        case("abbreviated_hidden", [0.5] * 500 + [123.456] + [0.5] * 600),
        rounded("round_2", random("round_2").random((3, 10)), 2),
        rounded("round_halves", [0.5, 1.5, 2.5, -0.5, -1.5, 0.125, 0.375], 0),
        rounded("round_halves_1", [0.25, 0.35, 0.75, -0.05, 2.675], 1),
        rounded("round_tens", [14.9, 15.0, 25.0, -35.0, 1234.5], -1),
        rounded("round_specials", [nan, inf, -inf, -0.001], 2),
        rounded("round_overflow", [3e38, 1.0], 3),
    ]
    write("tensor_text.json", cases, {"numpy": np.__version__})


if __name__ == "__main__":
    main()
