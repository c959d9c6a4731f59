# SPDX-License-Identifier: Apache-2.0
"""Graphs as the onnx package writes them, in hexadecimal: GraphProto messages.

`attributes` has every kind of attribute, constant and input; the others are what a model of that name is
exported as.
"""

import numpy as np
import onnx
from golden_file import array, write
from onnx import TensorProto, helper, numpy_helper

KERNEL = np.array([[0.5, -1], [2, 0.25], [-0.125, 3]], np.float32)
BIAS = np.array([1, -2], np.float32)


def rows(name, *lengths):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *lengths])


def switch(name):
    return helper.make_tensor_value_info(name, TensorProto.BOOL, ())


def node(op, inputs, output, **attributes):
    return helper.make_node(op, inputs, [output], output, **attributes)


def case(name, nodes, inputs, outputs, constants, **arrays):
    initializers = [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    return {"name": name, "graph": graph.SerializeToString(deterministic=True).hex(), **arrays}


def main():
    weights = {"d/kernel": KERNEL, "d/bias": BIAS}
    given = {"kernel": array(KERNEL), "bias": array(BIAS)}
    cases = [
        case(
            "attributes",
            [node("First", ["x", "", "x_1"], "a", beta=-2, gamma=0.5, mode="é", pads=[0, 300, -1]),
             node("Second", ["a"], "y")],
            [rows("x", 2, 300), switch("s")],
            [rows("y", 1)],
            {"x_1": np.zeros((2, 0, 3), np.float32), "n": np.array([-1, 1 << 40]), "s": False, "t": True},
        ),
        case(
            "dense",
            [node("Gemm", ["d_input", "d/kernel", "d/bias"], "d/Gemm"), node("Relu", ["d/Gemm"], "d")],
            [rows("d_input", 3)],
            [rows("d", 2)],
            weights,
            **given,
        ),
        case(
            "switched",
            [node("RandomNormalLike", ["n_input"], "n/RandomNormalLike", mean=0.0, scale=0.5),
             node("Add", ["n_input", "n/RandomNormalLike"], "n/Add"),
             node("Where", ["training", "n/Add", "n_input"], "n/Where"),
             node("Gemm", ["n/Where", "d/kernel", "d/bias"], "d")],
            [rows("n_input", 3), switch("training")],
            [rows("d", 2)],
            {"training": False, **weights},
            **given,
        ),
    ]
    write("onnx.json", cases, {"onnx": onnx.__version__, "numpy": np.__version__})


if __name__ == "__main__":
    main()
