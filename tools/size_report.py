# SPDX-License-Identifier: Apache-2.0
"""Prints how long the source files are: the feel of the house, not a gate.

    python3 tools/size_report.py
"""

import house

KINDS = [
    ("headers", ("regulus", "cli"), (".h",), 150),
    ("sources", ("regulus", "cli", "examples"), (".cpp",), 300),
    ("tests", ("tests",), (".cpp",), 400),
    ("scripts", ("tools", "tests"), (".py",), 300),
]


def main():
    over = []
    print(f"{'':10}{'files':>7}{'lines':>8}{'median':>8}{'p90':>6}{'largest':>9}{'feel':>6}")
    for kind, folders, endings, feel in KINDS:
        paths = house.files(house.ROOT, folders, *endings)
        lengths = sorted((len((house.ROOT / path).read_text().splitlines()), path) for path in paths)
        if not lengths:
            continue
        counts = [count for count, _ in lengths]
        print(f"{kind:10}{len(counts):7}{sum(counts):8}{counts[len(counts) // 2]:8}"
              f"{counts[len(counts) * 9 // 10]:6}{counts[-1]:9}{feel:6}")
        over += [(count, feel, path) for count, path in reversed(lengths) if count > feel]
    for count, feel, path in over:
        print(f"{path}: {count} lines, {count - feel} over the feel of {feel}")


if __name__ == "__main__":
    main()
