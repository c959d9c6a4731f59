# SPDX-License-Identifier: Apache-2.0
"""The format of golden files: numbers, arrays and the writer. Needs NumPy alone."""

import json
import math
import sys
from pathlib import Path

import numpy as np

GOLDEN_FOLDER = Path(__file__).resolve().parents[2] / "tests" / "golden"


def number(value):
    """One JSON number: the shortest decimal that reads back as the same float32 (or float64)."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if isinstance(value, np.float32):
        decimal = float(str(value))
        # A reader may parse a double first and round it: that must not move the last bit.
        assert np.float32(decimal).tobytes() == value.tobytes()
        return decimal
    return float(value)


def array(values):
    """{"shape", "data"}, row-major; None stays null: no bias, no sample weights."""
    if values is None:
        return None
    values = np.asarray(values)
    return {"shape": list(values.shape), "data": [number(v) for v in values.ravel()]}


def write(file_name, cases, made_by, **top_level):
    """One case a line: a changed number shows as a one-line diff."""
    made_by = {**made_by, "script": f"tools/goldens/{Path(sys.argv[0]).name}"}
    compact = {"separators": (",", ":"), "allow_nan": False}
    lines = [f'"made_by":{json.dumps(made_by, **compact)}']
    for key, value in {**top_level, "cases": cases}.items():
        if isinstance(value, list):
            names = [case["name"] for case in value]
            assert len(set(names)) == len(names), "case names must be unique"
            text = "[\n" + ",\n".join(json.dumps(case, **compact) for case in value) + "\n]"
        else:
            text = json.dumps(value, **compact)
        lines.append(f"{json.dumps(key)}:{text}")
    GOLDEN_FOLDER.mkdir(parents=True, exist_ok=True)
    path = GOLDEN_FOLDER / file_name
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{file_name}: {len(cases)} cases, {path.stat().st_size / 1024:.0f} KiB")
