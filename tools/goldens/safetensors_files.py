# SPDX-License-Identifier: Apache-2.0
"""Files as the safetensors package writes them, in hexadecimal.

A case has `file` and, if regulus reads it, `tensors` (name -> array, as float32) and `metadata`; else `dtype`,
the one that regulus refuses. One metadata key at most: the package writes several in random order.
"""

import ml_dtypes
import numpy as np
import safetensors
from golden_file import array, write
from safetensors.numpy import save

INTEGERS = [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.uint64, np.int64]


def case(name, tensors, metadata=None):
    arrays = {key: np.asarray(value, dtype=np.float32) for key, value in tensors.items()}
    return {
        "name": name,
        "file": save(arrays, metadata).hex(),
        "tensors": {key: array(value) for key, value in arrays.items()},
        "metadata": metadata or {},
    }


def other_dtype(values):
    """An array of another element type, which becomes float32."""
    read = {"x": array(values.astype(np.float32))}
    return {"name": values.dtype.name, "file": save({"x": values}).hex(), "tensors": read, "metadata": {}}


def refused(name, dtype, values):
    return {"name": name, "file": save({"x": values}).hex(), "dtype": dtype}


def main():
    tiny = np.finfo(np.float32).smallest_subnormal
    normals = np.random.default_rng(list(b"dense")).standard_normal((5, 3))
    cases = [
        case("dense", {"dense.kernel": normals, "dense.bias": [0.5, -1.0, 2.0]}, {"format": "regulus.model"}),
        case("ranks", {"scalar": 3.5, "vector": [1.0], "cube": np.arange(24).reshape(2, 3, 4)}),
        case("empty_arrays", {"none": np.zeros((0, 3)), "also_none": np.zeros((2, 0)), "one": [7.0]}),
        case("special_values", {"x": [np.nan, np.inf, -np.inf, -0.0, tiny, -1e38]}),
        case("names", {"": [1.0], "é \"quoted\" \\ \n": [2.0], "数": [3.0]}, {"注": "text with \t and \"\""}),
        case("nothing", {}),
        case("metadata_alone", {}, {"a": ""}),
        other_dtype(np.array([[1.5, -65504, 6e-8]], np.float16)),
        other_dtype(np.array([0.1, -1e-40, 16777217])),
        other_dtype(np.array([0, 3.140625, -1e30], ml_dtypes.bfloat16)),
        other_dtype(np.array([True, False])),
        *(other_dtype(np.array([0, 1, np.iinfo(t).max, np.iinfo(t).min], t)) for t in INTEGERS),
        refused("complex64", "C64", np.zeros(2, np.complex64)),
        refused("float8", "F8_E4M3", np.zeros(2, ml_dtypes.float8_e4m3fn)),
    ]
    write("safetensors.json", cases, {"safetensors": safetensors.__version__, "numpy": np.__version__})


if __name__ == "__main__":
    main()
