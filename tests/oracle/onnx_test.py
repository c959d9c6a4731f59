# SPDX-License-Identifier: Apache-2.0
"""Exported ONNX files, checked by onnx and computed by ONNX Runtime and by real Keras.

    mkdir OUT
    REGULUS_ONNX_OUT=OUT regulus_saving_tests --gtest_filter=Onnx.WritesFilesForTheOracle
    REGULUS_ONNX_OUT=OUT python tests/oracle/onnx_test.py

Needs onnx, onnxruntime and numpy; keras for the comparison with Keras, whose layers are made from the
configs and weights in the .json beside each file: neither regulus's predictions nor its formulas take part.
Not part of ctest.
"""

import json
import math
import os
import sys
import unittest
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

try:
    import numpy as np
    import onnx
    import onnxruntime
except ImportError as error:
    np = onnx = onnxruntime = None
    MISSING = f"not importable: {error.name}"
else:
    MISSING = None

FOLDER = os.environ.get("REGULUS_ONNX_OUT")
# Float rounding in sums of other orders and exp, erf, tanh of other polynomials, by the largest output.
TOLERANCE = 1e-6
DEVIATIONS = 5  # of a comparison of samples: about one false alarm in a million outputs
NOT_KERAS = {"DropConnect": "Dense", "MCDropConnect": "Dense"}


def array(document):
    return np.array(document["data"], dtype=np.float32).reshape(document["shape"])


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def worst(found, wanted):
    assert found.shape == wanted.shape, (found.shape, wanted.shape)
    return float(np.abs(found - wanted).max() / max(np.abs(wanted).max(), 1e-30))


def keras_model(document):
    import keras

    model = keras.Sequential([keras.Input(document["x"]["shape"][1:])])
    for layer in document["layers"]:
        name = NOT_KERAS.get(layer["class_name"], layer["class_name"].removeprefix("MC"))
        config = dict(layer["config"])
        if layer["class_name"] in NOT_KERAS:
            del config["rate"], config["seed"]
        made = getattr(keras.layers, name).from_config(config)
        model.add(made)
        made.set_weights([array(weight) for weight in layer["weights"]])
        if name == "Normalization" and made.input_mean is None:
            made.finalize_state()
    return model


class OnnxFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if MISSING:
            raise unittest.SkipTest(MISSING)
        if not FOLDER:
            raise unittest.SkipTest("REGULUS_ONNX_OUT names no folder of exported files")
        cls.cases = {path.stem: json.loads(path.read_text()) for path in sorted(Path(FOLDER).glob("*.json"))}
        if not cls.cases:
            raise unittest.SkipTest(f"no exported files in {FOLDER}")

    def every(self, key):
        """(name, path, document) of the cases that have the key."""
        for name, document in self.cases.items():
            if key in document:
                yield name, Path(FOLDER) / f"{name}.onnx", document

    def report(self, what, errors):
        name = max(errors, key=errors.get)
        print(f"{what}: {len(errors)} files, worst {errors[name]:.3g} ({name})", file=sys.stderr)

    def test_the_checker_accepts_them(self):
        for name, path, document in self.every("x"):
            with self.subTest(name):
                onnx.checker.check_model(str(path), full_check=True)
                model = onnx.load(path)
                self.assertEqual((model.ir_version, model.opset_import[0].version), (8, 17))
                self.assertEqual(model.graph.input[0].type.tensor_type.shape.dim[0].dim_param, "batch")
                self.assertEqual(model.graph.output[0].name, document["layers"][-1]["config"]["name"])
                self.assertLessEqual(onnx.shape_inference.infer_shapes(model).ByteSize(), 1 << 20)

    def test_runtime_computes_regulus_predictions(self):
        errors = {}
        for name, path, document in self.every("y"):
            with self.subTest(name):
                run = session(path)
                found = run.run(None, {run.get_inputs()[0].name: array(document["x"])})[0]
                errors[name] = worst(found, array(document["y"]))
                self.assertLess(errors[name], TOLERANCE)
        self.report("regulus", errors)

    def test_runtime_computes_keras_predictions(self):
        try:
            import keras  # noqa: F401
        except ImportError:
            self.skipTest("not importable: keras")
        errors = {}
        for name, path, document in self.every("y"):
            with self.subTest(name):
                x = array(document["x"])
                run = session(path)
                found = run.run(None, {run.get_inputs()[0].name: x})[0]
                errors[name] = worst(found, np.asarray(keras_model(document)(x, training=False)))
                self.assertLess(errors[name], TOLERANCE)
        self.report("Keras", errors)

    def test_samples_are_distributed_as_regulus_ones(self):
        errors = {}
        for name, path, document in self.every("samples"):
            with self.subTest(name):
                run = session(path)
                feed = {run.get_inputs()[0].name: array(document["x"])}
                if len(run.get_overridable_initializers()) > 0:
                    self.assertEqual(run.get_overridable_initializers()[0].name, "training")
                    feed["training"] = np.array(True)
                n = document["samples"]
                samples = np.stack([run.run(None, feed)[0] for _ in range(n)]).astype(np.float64)
                mean, variance = array(document["mean"]), array(document["std"]).astype(np.float64) ** 2
                center = samples - samples.mean(0)
                own = (center**2).mean(0)
                spread = np.sqrt(2 * own / n) + 1e-6 * np.abs(mean) + 1e-12
                of_mean = np.abs(samples.mean(0) - mean) / spread
                fourth = (center**4).mean(0)
                of_variance = np.abs(own - variance) / (np.sqrt(2 * np.maximum(fourth - own**2, 0) / n) + 1e-12)
                errors[name] = max(float(of_mean.max()), float(of_variance.max()))
                self.assertLess(errors[name], DEVIATIONS)
        self.report("samples, in deviations", errors)

    def test_rows_share_what_the_layer_shares(self):
        for name, path, document in self.every("samples"):
            with self.subTest(name):
                run = session(path)
                x = array(document["x"])
                feed = {run.get_inputs()[0].name: np.concatenate([x[:1], x[:1]])}
                if len(run.get_overridable_initializers()) > 0:
                    feed["training"] = np.array(True)
                equal = [bool((y[0] == y[1]).all()) for y in (run.run(None, feed)[0] for _ in range(50))]
                shared = name in ("dropout_rows_mc", "drop_connect_mc", "mc_drop_connect_mc", "dropout_all_mc")
                self.assertEqual(all(equal), shared)

    def test_one_session_draws_anew_in_each_run(self):
        for name, path, document in self.every("samples"):
            with self.subTest(name):
                if name == "dropout_all_mc":
                    continue
                run = session(path)
                feed = {run.get_inputs()[0].name: array(document["x"])}
                if len(run.get_overridable_initializers()) > 0:
                    feed["training"] = np.array(True)
                outputs = {run.run(None, feed)[0].tobytes() for _ in range(20)}
                self.assertGreater(len(outputs), 10)


if __name__ == "__main__":
    unittest.main()
