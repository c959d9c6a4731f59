# SPDX-License-Identifier: Apache-2.0
"""Files as the safetensors package writes them, in hexadecimal.

A case has `file` and, if regulus reads it, `tensors` (name -> array) and `metadata`; else `dtype`, the
one that regulus refuses. One metadata key at most: the package writes several in random order.
"""

import numpy as np
import safetensors
from golden_file import array, write
from safetensors.numpy import save


def case(name, tensors, metadata=None):
    arrays = {key: np.asarray(value, dtype=np.float32) for key, value in tensors.items()}
    return {
        "name": name,
        "file": save(arrays, metadata).hex(),
        "tensors": {key: array(value) for key, value in arrays.items()},
        "metadata": metadata or {},
    }


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
        refused("float16", "F16", np.zeros(2, np.float16)),
        refused("float64", "F64", np.zeros(2)),
        refused("int64", "I64", np.zeros(2, np.int64)),
        refused("bool", "BOOL", np.zeros(2, np.bool_)),
    ]
    write("safetensors.json", cases, {"safetensors": safetensors.__version__, "numpy": np.__version__})


if __name__ == "__main__":
    main()
