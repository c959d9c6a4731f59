# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime on the network written out as an ONNX graph with fresh weights: J3 and J4 only."""

import common
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def make_graph():
    nodes, weights = [], []
    value = "x"
    for layer, pair in enumerate(common.initial_weights(), 1):
        names = [f"kernel_{layer}", f"bias_{layer}"]
        weights += [numpy_helper.from_array(array, name) for array, name in zip(pair, names)]
        nodes.append(helper.make_node("Gemm", [value, *names], [f"dense_{layer}"]))
        last = layer == len(common.UNITS) - 1
        value = "probabilities" if last else f"selu_{layer}"
        activation = {"op_type": "Softmax", "axis": 1} if last else {
            "op_type": "Selu", "alpha": common.ALPHA, "gamma": common.SCALE}
        nodes.append(helper.make_node(inputs=[f"dense_{layer}"], outputs=[value], **activation))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", common.UNITS[0]])
    y = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", common.UNITS[-1]])
    graph = helper.make_graph(nodes, "net", [x], [y], weights)
    # 17 and 8: what every release since 2022 reads.
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


class OnnxRuntime:
    note = "weights that nobody trained; J4 with one thread, where it is fastest"

    def __init__(self, threads):
        self.threads = threads
        self.versions = {"onnxruntime": onnxruntime.__version__}

    def session(self, graph, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def load(self, data):
        graph = make_graph().SerializeToString()
        self.test_x = data.test_x
        self.whole_set = self.session(graph, self.threads)
        self.single_row = self.session(graph, 1)

    def predict(self):
        return self.whole_set.run(None, {"x": self.test_x})[0]

    def predict_row(self, index):
        return self.single_row.run(None, {"x": self.test_x[index : index + 1]})[0]


if __name__ == "__main__":
    common.main(OnnxRuntime)
