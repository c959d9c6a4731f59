# SPDX-License-Identifier: Apache-2.0
"""What every golden script shares: a pinned back end, the array format, and the file writer."""

import json
import math
import os
import sys
from pathlib import Path

# Must be set before keras is imported; the goldens follow the TensorFlow back end on a CPU.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
# oneDNN picks its summation order by CPU model; without it the files depend on less.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.dont_write_bytecode = True

import keras
import numpy as np
import tensorflow as tf

tf.get_logger().setLevel("ERROR")  # one retrace a case is meant

# Same file on every run: a product split over two threads is summed in another order than over one.
tf.config.experimental.enable_op_determinism()
tf.config.threading.set_intra_op_parallelism_threads(1)

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


def scalar(value):
    return number(np.asarray(value).reshape(())[()])


def normals(stream, *shape, scale=1.0):
    """Float32 normals from a named stream: a case keeps its numbers when others are added."""
    seed = list(stream.encode())
    values = scale * np.random.default_rng(seed).standard_normal(shape)
    return np.round(values, 4).astype(np.float32)  # short decimals: small files, full mantissas


def uniforms(stream, *shape):
    """Float32 in [0, 1), multiples of 2^-24, so that no rounding can produce 1."""
    seed = list(stream.encode())
    return (np.random.default_rng(seed).integers(0, 2**24, shape) * 2.0**-24).astype(np.float32)


def integers(stream, end, *shape):
    seed = list(stream.encode())
    return np.random.default_rng(seed).integers(0, end, shape)


def write(file_name, cases, **top_level):
    """One case a line: a changed number shows as a one-line diff."""
    made_by = {
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
        "numpy": np.__version__,
        "script": f"tools/goldens/{Path(sys.argv[0]).name}",
    }
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
