# SPDX-License-Identifier: Apache-2.0
"""Round trips between live Keras and regulus, both ways, for every layer and optimizer.

    REGULUS_JUDGED=build/release/regulus_judged PYTHON tests/oracle/keras_test.py

PYTHON has tools/goldens/requirements.txt. Without Keras, tests/golden/keras_files.json says the same
of the files that Keras has written once.
"""

import contextlib
import io
import logging
import os
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "goldens"))
try:
    import keras_models
    import numpy as np
    from common import keras

    logging.getLogger("absl").setLevel("ERROR")  # that .h5 is the older format is what is meant
except ImportError as missing:
    sys.exit(f"keras_test: {missing}. Install tools/goldens/requirements.txt.")

JUDGED = os.environ["REGULUS_JUDGED"]
FORMATS = [".keras", ".h5"]


def apart(found, wanted):
    """The largest difference, relative to the largest number."""
    scale = max(1e-30, float(np.max(np.abs(wanted)))) if np.size(wanted) else 1.0
    return float(np.max(np.abs(found - wanted))) / scale if np.size(wanted) else 0.0


class RoundTrip(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def judged(self, *arguments):
        result = subprocess.run([JUDGED, *map(str, arguments)], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""), arguments)

    def npy(self, name, values):
        np.save(self.folder / name, values)
        return self.folder / name

    def predicted(self, model_file, x):
        self.judged("predict", model_file, self.npy("x.npy", x), self.folder / "y.npy")
        return np.load(self.folder / "y.npy")

    def stepped(self, model_file, x, y, out):
        self.judged("step", model_file, self.npy("x.npy", x), self.npy("labels.npy", y), out)

    def load(self, path):
        """As a user of Keras does; a warning is a failure."""
        said = io.StringIO()
        with warnings.catch_warnings(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            warnings.simplefilter("error")
            model = keras.saving.load_model(path)
        self.assertEqual(said.getvalue(), "")
        return model

    def close(self, found, wanted, what, limit=1e-6):
        self.assertEqual(found.shape, wanted.shape, what)
        self.assertLessEqual(apart(found, wanted), limit, what)

    def test_every_layer_that_keras_saves_predicts_the_same(self):
        for name in keras_models.LAYERS:
            model, x = keras_models.layer_model(name)
            wanted = model.predict(x, verbose=0)
            for ending in FORMATS:
                with self.subTest(layer=name, ending=ending):
                    path = self.folder / f"{name}{ending}"
                    model.save(path)
                    self.close(self.predicted(path, x), wanted, name)

    def test_every_layer_that_regulus_saves_predicts_the_same(self):
        program = os.environ["REGULUS_PROGRAM"]
        for name in keras_models.LAYERS:
            model, x = keras_models.layer_model(name)
            wanted = model.predict(x, verbose=0)
            model.save(self.folder / "from.keras")
            for ending in FORMATS:
                with self.subTest(layer=name, ending=ending):
                    to = self.folder / f"to_{name}{ending}"
                    subprocess.run([program, "convert", self.folder / "from.keras", to], check=True, capture_output=True)
                    again = self.load(to)
                    self.close(again.predict(x, verbose=0), wanted, name)
                    self.assertEqual([type(l) for l in again.layers], [type(l) for l in model.layers])

    def weights(self, model):
        return [np.asarray(w) for w in model.get_weights()]

    def same_weights(self, found, wanted, what):
        for i, (a, b) in enumerate(zip(self.weights(found), self.weights(wanted), strict=True)):
            self.close(a, b, f"{what}: weight {i}")

    def test_training_goes_on_in_regulus(self):
        for name in keras_models.OPTIMIZERS:
            for ending in FORMATS:
                with self.subTest(optimizer=name, ending=ending):
                    model, x, y = keras_models.training_model(name)
                    for _ in range(3):
                        model.train_on_batch(x, y)
                    path = self.folder / f"k_{name}{ending}"
                    model.save(path)
                    out = self.folder / f"r_{name}{ending}"
                    self.stepped(path, x, y, out)
                    model.train_on_batch(x, y)
                    self.same_weights(self.load(out), model, name)

    def test_training_goes_on_in_keras(self):
        # Not from .h5: Keras 3.15 cannot train on with an optimizer that it has loaded from its own such file.
        for name in keras_models.OPTIMIZERS:
            with self.subTest(optimizer=name):
                model, x, y = keras_models.training_model(name)
                step = [self.folder / f"{name}_{i}.keras" for i in range(5)]
                model.save(step[0])
                for before, after in zip(step, step[1:]):
                    self.stepped(before, x, y, after)
                again = self.load(step[3])
                self.assertEqual(int(again.optimizer.iterations), 3)
                again.train_on_batch(x, y)
                self.same_weights(again, self.load(step[4]), name)


if __name__ == "__main__":
    unittest.main()
