#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exported ONNX files, checked by onnx, computed by ONNX Runtime, onnx's reference and real Keras.

    mkdir OUT
    REGULUS_ONNX_OUT=OUT regulus_saving_tests --gtest_filter=Onnx.WritesFilesForTheOracle
    REGULUS_ONNX_OUT=OUT python tests/oracle/onnx_test.py [--write]

With --write, and if all is right, tests/golden/onnx_verified.json is written: the SHA-256 of each graph, by
which the unit tests see that nothing has changed since. Needs onnx, onnxruntime and numpy; keras for the
comparison with Keras, whose layers are made from the configs and weights in the .json beside each file:
neither regulus's predictions nor its formulas take part in that. Not part of ctest.
"""

import hashlib
import json
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
    import onnx.reference
    import onnxruntime
except ImportError as error:
    MISSING = f"not importable: {error.name}"
else:
    MISSING = None

FOLDER = os.environ.get("REGULUS_ONNX_OUT")
# Float rounding in sums of other orders and exp, erf, tanh of other polynomials, by the largest output.
TOLERANCE = 1e-6
DEVIATIONS = 5  # of a comparison of samples: about one false alarm in a million outputs
NOT_KERAS = {"DropConnect": "Dense", "MCDropConnect": "Dense"}
SAME_FOR_ALL_ROWS = ("mc_dropout_rows", "mc_drop_connect", "twin_drop_connect", "mc_dropout_all")
# The reference takes GlobalMaxPool's maximum over the channels too if there is one axis of pixels, and the
# logarithm of a softmax that has become 0.
WRONG_IN_REFERENCE = ("global_max1d", "global_max1d_keepdims", "chain_permuted", "extreme_log_softmax")
GOLDENS = Path(__file__).resolve().parents[1] / "golden"


def array(document):
    # JSON has no infinities: the one that arises, of exp(1000), is a null.
    data = [np.inf if number is None else number for number in document["data"]]
    return np.array(data, dtype=np.float32).reshape(document["shape"])


def session(path, optimized=True):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    if not optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def feed(run, x, training=None):
    """The inputs of a session; `training` only if it is given and the file has it."""
    inputs = {run.get_inputs()[0].name: x}
    names = [value.name for value in run.get_overridable_initializers()]
    assert names in ([], ["training"]), names
    if names and training is not None:
        inputs["training"] = np.array(training)
    return inputs


def worst(name, found, wanted):
    """The largest error by the largest output; of extreme inputs by each output itself, from 1 on."""
    assert found.shape == wanted.shape, (found.shape, wanted.shape)
    different = ~(found == wanted)
    if not different.any():
        return 0.0
    scale = np.maximum(np.abs(wanted), 1) if name.startswith("extreme_") else np.abs(wanted).max()
    return float((np.abs(found - wanted) / np.maximum(scale, 1e-30))[different].max())


def cooled(document, y):
    """softmax(z / T) from softmax(z)."""
    if "temperature" not in document:
        return y
    axis = document["layers"][-1]["config"].get("axis", -1)
    hot = y.astype(np.float64) ** (1 / document["temperature"])
    return (hot / hot.sum(axis, keepdims=True)).astype(np.float32)


def keras_predictions(document):
    import keras

    x = array(document["x"])
    model = keras.Sequential([keras.Input(x.shape[1:])])
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
    if "normalization" in document:
        of = document["normalization"]
        mean, std = (np.array(of[key], np.float64).reshape(x.shape[1:]) for key in ("mean", "std"))
        x = ((x * of["scale"] - mean) / std).astype(np.float32)
    return cooled(document, np.asarray(model(x, training=False)))


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

    def compare(self, what, key, error_of, limit):
        """error_of(name, path, document) of every case with that key must be below the limit."""
        errors = {}
        for name, path, document in self.every(key):
            with self.subTest(name):
                errors[name] = error_of(name, path, document)
                self.assertLess(errors[name], limit)
        name = max(errors, key=errors.get)
        print(f"{what}: {len(errors)} files, worst {errors[name]:.3g} ({name})", file=sys.stderr)

    def test_the_checker_accepts_them(self):
        for name, path, document in self.every("x"):
            with self.subTest(name):
                onnx.checker.check_model(str(path), full_check=True)
                model = onnx.load(path)
                self.assertEqual((model.ir_version, model.opset_import[0].version), (8, 17))
                for value in (model.graph.input[0], model.graph.output[0]):
                    self.assertEqual(value.type.tensor_type.shape.dim[0].dim_param, "batch")
                self.assertEqual(model.graph.output[0].name, document["layers"][-1]["config"]["name"])
                for entry in model.metadata_props:
                    json.loads(entry.value)

    def test_runtime_computes_regulus_predictions(self):
        def error(optimized):
            def of(name, path, document):
                run = session(path, optimized)
                y = run.run(None, feed(run, array(document["x"])))[0]
                return worst(name, y, cooled(document, array(document["y"])))
            return of

        self.compare("ONNX Runtime, regulus", "y", error(True), TOLERANCE)
        self.compare("ONNX Runtime without optimizations, regulus", "y", error(False), TOLERANCE)

    def test_runtime_computes_keras_predictions(self):
        try:
            import keras  # noqa: F401
        except ImportError:
            self.skipTest("not importable: keras")

        def error(name, path, document):
            run = session(path)
            y = run.run(None, feed(run, array(document["x"])))[0]
            return worst(name, y, keras_predictions(document))

        self.compare("ONNX Runtime, Keras", "y", error, TOLERANCE)

    def test_reference_computes_regulus_predictions(self):
        def error(name, path, document):
            if name in WRONG_IN_REFERENCE:
                return 0.0
            run = onnx.reference.ReferenceEvaluator(str(path))
            with np.errstate(all="ignore"):
                y = run.run(None, {run.input_names[0]: array(document["x"])})[0]
            return worst(name, y, cooled(document, array(document["y"])))

        self.compare("onnx's reference, regulus", "y", error, TOLERANCE)

    def test_any_number_of_rows(self):
        for name, path, document in self.every("y"):
            with self.subTest(name):
                run = session(path)
                x = array(document["x"])
                whole = run.run(None, feed(run, x))[0]
                for rows in (0, 1):
                    part = run.run(None, feed(run, x[:rows]))[0]
                    self.assertEqual(part.shape, (rows, *whole.shape[1:]))
                    self.assertTrue(rows == 0 or worst(name, part, whole[:rows]) < TOLERANCE)

    def test_samples_are_distributed_as_regulus_ones(self):
        def deviations(name, path, document):
            run = session(path)
            inputs = feed(run, array(document["x"]), training=True)
            n = document["samples"]
            samples = np.stack([run.run(None, inputs)[0] for _ in range(n)]).astype(np.float64)
            mean, variance = array(document["mean"]), array(document["std"]).astype(np.float64) ** 2
            center = samples - samples.mean(0)
            own = (center**2).mean(0)
            spread = np.sqrt(2 * own / n) + 1e-6 * np.abs(mean) + 1e-12
            of_mean = np.abs(samples.mean(0) - mean) / spread
            fourth = (center**4).mean(0)
            of_variance = np.abs(own - variance) / (np.sqrt(2 * np.maximum(fourth - own**2, 0) / n) + 1e-12)
            return max(float(of_mean.max()), float(of_variance.max()))

        self.compare("samples of ONNX Runtime and regulus, in deviations", "samples", deviations, DEVIATIONS)

    def test_rows_share_what_the_layer_shares(self):
        for name, path, document in self.every("samples"):
            with self.subTest(name):
                run = session(path)
                x = array(document["x"])
                inputs = feed(run, np.concatenate([x[:1], x[:1]]), training=True)
                equal = [bool((y[0] == y[1]).all()) for y in (run.run(None, inputs)[0] for _ in range(50))]
                self.assertEqual(all(equal), name in SAME_FOR_ALL_ROWS)

    def test_each_run_draws_anew_if_it_may(self):
        for name, path, document in self.every("samples"):
            if name == "mc_dropout_all":
                continue
            with self.subTest(name):
                run = session(path)
                for training in (None, False, True):
                    inputs = feed(run, array(document["x"]), training)
                    outputs = {run.run(None, inputs)[0].tobytes() for _ in range(20)}
                    draws = training or name.startswith("twin_")
                    self.assertEqual(len(outputs) > 1, bool(draws))


def write_verified():
    """One case a line, as all goldens."""
    lines = []
    for path in sorted(Path(FOLDER).glob("*.onnx")):
        graph = onnx.load(path).graph.SerializeToString(deterministic=True)
        assert graph in path.read_bytes(), f"{path.name}: not the bytes that protobuf writes"
        lines.append(json.dumps({"name": path.stem, "sha256": hashlib.sha256(graph).hexdigest()}))
    import keras

    versions = {module.__name__: module.__version__ for module in (keras, np, onnx, onnxruntime)}
    made_by = json.dumps({**versions, "script": "tests/oracle/onnx_test.py"})
    text = '{\n"made_by":' + made_by + ',\n"cases":[\n' + ",\n".join(lines) + "\n]\n}\n"
    (GOLDENS / "onnx_verified.json").write_text(text)
    print(f"onnx_verified.json: {len(lines)} cases", file=sys.stderr)


if __name__ == "__main__":
    write = "--write" in sys.argv
    if write:
        sys.argv.remove("--write")
    result = unittest.main(exit=False).result
    complete = result.wasSuccessful() and not result.skipped and result.testsRun > 1
    if write and complete:
        write_verified()
    sys.exit(not result.wasSuccessful())
