# SPDX-License-Identifier: Apache-2.0
"""Small model files and arrays, written by the formats' own rules, and what they predict by definition."""

import hashlib
import io
import json
import math
import struct
import zipfile


def floats(values):
    return struct.pack(f"<{len(values)}f", *values)


def single(value):
    """The nearest float32."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def npy(values, shape, descr="<f4"):
    shape = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    data = bytes(values) if descr == "|u1" else struct.pack(f"<{len(values)}{'d' if descr == '<f8' else 'f'}", *values)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode("latin1") + data


def npz(**arrays):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in arrays.items():
            archive.writestr(f"{name}.npy", content)
    return out.getvalue()


def model_file(layers, input_shape, weights, compiled=None, **notes):
    """A safetensors model. layers: (class name, config); weights: (name, shape, values) in the layers' order."""
    config = {"name": "small", "build_input_shape": [None, *input_shape],
              "layers": [{"class_name": name, "config": value} for name, value in layers]}
    digest = hashlib.sha256()
    header, data = {}, b""
    for name, shape, values in weights:
        content = floats(values)
        digest.update(content)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    meta = {"format": "regulus.model", "format_version": "1", "regulus_version": "0.1.0", "seed": "1",
            "model": json.dumps(config), "weights_sha256": digest.hexdigest()}
    if compiled:
        meta["compile"] = json.dumps(compiled)
    for key, value in notes.items():
        meta[key] = value if isinstance(value, str) else json.dumps(value)
    text = json.dumps({"__metadata__": meta, **header}).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def dense(units, activation, kernel, bias, front=(), behind=(), input_shape=None, compiled=None, dense_config=None,
          **notes):
    """A model of one Dense layer, kernel[i][k], perhaps with layers before and behind it."""
    config = {"name": "dense", "units": units, "activation": activation, **(dense_config or {})}
    return model_file([*front, ("Dense", config), *behind], input_shape or [len(kernel)],
                      [("dense.kernel", [len(kernel), units], [w for row in kernel for w in row]),
                       ("dense.bias", [units], bias)], compiled, **notes)


def compile_config(loss, **config):
    snake = "".join("_" + c.lower() if c.isupper() else c for c in loss).strip("_")
    return {"optimizer": {"class_name": "SGD", "config": {"name": "SGD", "learning_rate": 0.01}},
            "loss": {"class_name": loss, "config": {"name": snake, **config}}, "metrics": []}


def linear(rows, kernel, bias):
    return [[b + sum(x * row[k] for x, row in zip(xs, kernel)) for k, b in enumerate(bias)] for xs in rows]


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def softmax(xs):
    top = max(xs)
    exps = [math.exp(x - top) for x in xs]
    return [e / sum(exps) for e in exps]


def table(rows, labels=None, header=None):
    lines = [",".join(header)] if header else []
    for i, row in enumerate(rows):
        lines.append(",".join(map(repr, [*row, *([labels[i]] if labels else [])])))
    return "\n".join(lines) + "\n"
