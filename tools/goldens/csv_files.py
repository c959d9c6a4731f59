# SPDX-License-Identifier: Apache-2.0
"""CSV files as Python's csv writes them with the cells that it reads, and decimals with the nearest float32."""

import base64
import csv
import io
import sys
from fractions import Fraction

import numpy as np
from golden_file import number, write

ALPHABET = ["a", "é", "数", '"', ",", "\n", "\r\n", " ", "1", ".5", "-", ""]


def text(data):
    return base64.b64encode(data.encode()).decode()


def case(name, rows, prefix="", **options):
    file = io.StringIO(newline="")
    csv.writer(file, **options).writerows(rows)
    data = file.getvalue()
    assert list(csv.reader(io.StringIO(data, newline=""), strict=True)) == rows
    return {"name": name, "file": text(prefix + data), "rows": rows}


def drawn(name, num_rows, num_cells):
    draw = np.random.default_rng(list(name.encode()))
    return [["".join(draw.choice(ALPHABET, 4)) for _ in range(num_cells)] for _ in range(num_rows)]


def nearest(decimal):
    """The nearest float32, even where it is a tie: NumPy takes the nearest float64 first and rounds twice."""
    guess = np.float32(decimal)
    with np.errstate(over="ignore"):
        around = [guess, *(np.nextafter(guess, np.float32(end)) for end in (-np.inf, np.inf))]
    wanted = Fraction(decimal)
    return min(around, key=lambda f: (abs(Fraction(float(f)) - wanted) if np.isfinite(f) else np.inf, f.view(np.uint32) & 1))


def main():
    table = [["sepal length", "species"], ["5.1", "0"], ["-1e-3", "2"]]
    cases = [
        case("crlf", table),
        case("lf", table, lineterminator="\n"),
        case("mark", table, prefix="\ufeff"),
        case("all_quoted", table, quoting=csv.QUOTE_ALL),
        case("drawn", drawn("drawn", 200, 3)),
        case("drawn_lf", drawn("drawn_lf", 200, 3), lineterminator="\n"),
        case("drawn_quoted", drawn("drawn_quoted", 100, 5), quoting=csv.QUOTE_ALL),
        case("empty_cells", [["", "", ""], ["", "x", ""]]),
        {"name": "no_last_line_end", "file": text("1,2\n3,4"), "rows": [["1", "2"], ["3", "4"]]},
        {"name": "nothing", "file": "", "rows": []},
        {"name": "mark_alone", "file": text("\ufeff"), "rows": []},
    ]
    decimals = ["0", "-0", "1", "-1.5", ".5", "5.", "1e3", "1E-3", "1e+2", "0.1", "3.4028235e38", "1.4e-45", "1e-46",
                "1e-300", "16777217", "16777216.999999999999", "9007199254740993", "0.30000001192092896",
                "1.00000005960464477539062500", "1.00000005960464477539062501", "7.006492321624085e-46",
                "123456789012345678901234567890"]  # fmt: skip
    numbers = [{"name": d, "value": number(nearest(d))} for d in decimals]
    write("csv.json", cases, {"python": sys.version.split()[0], "numpy": np.__version__}, numbers=numbers)


if __name__ == "__main__":
    main()
