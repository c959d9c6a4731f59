# SPDX-License-Identifier: Apache-2.0
"""The notebook's AlphaDropout network, trained and saved by Keras, gives regulus the Monte-Carlo statistics
that Keras itself finds with ten times as many samples.

    REGULUS_DATA=DIR REGULUS_PROGRAM=build/release/regulus PYTHON tests/oracle/notebook_test.py

DIR holds the four Fashion-MNIST files, PYTHON has tools/goldens/requirements.txt. Takes some minutes.
"""

import gzip
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "goldens"))
try:
    import numpy as np
    from common import keras, tf
except ImportError as missing:
    sys.exit(f"notebook_test: {missing}. Install tools/goldens/requirements.txt.")

DATA = Path(os.environ["REGULUS_DATA"])
PROGRAM = os.environ["REGULUS_PROGRAM"]
IMAGES = "t10k-images-idx3-ubyte.gz"
SAMPLES = 100
KERAS_SAMPLES = 1000


def images(name):
    return np.frombuffer(gzip.decompress((DATA / name).read_bytes()), np.uint8, offset=16).reshape(-1, 28, 28)


def labels(name):
    return np.frombuffer(gzip.decompress((DATA / name).read_bytes()), np.uint8, offset=8)


def trained(x, y):
    """The notebook's cells; the scaling, which it does outside, as layers."""
    L = keras.layers
    keras.utils.set_random_seed(42)
    normalization = L.Normalization(axis=(1, 2))
    normalization.adapt(x / np.float32(255))
    hidden = {"activation": "selu", "kernel_initializer": "lecun_normal"}
    model = keras.Sequential([
        L.Input((28, 28)), L.Rescaling(1 / 255), normalization, L.Flatten(),
        L.AlphaDropout(0.2), L.Dense(300, **hidden), L.AlphaDropout(0.2), L.Dense(100, **hidden),
        L.AlphaDropout(0.2), L.Dense(10, activation="softmax")])
    model.compile("nadam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2, verbose=0)
    return model


def monte_carlo(model, x, samples):
    """Mean and standard deviation of many passes with training=True."""
    one = tf.function(lambda rows: model(rows, training=True))
    total = np.zeros((len(x), 10))
    squares = np.zeros((len(x), 10))
    for _ in range(samples):
        p = one(x).numpy().astype(np.float64)
        total += p
        squares += p * p
    mean = total / samples
    return mean, np.sqrt(np.maximum(squares / samples - mean**2, 0))


class Notebook(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        x, y = images("train-images-idx3-ubyte.gz")[5000:], labels("train-labels-idx1-ubyte.gz")[5000:]
        cls.test, cls.labels = images(IMAGES).astype(np.float32), labels("t10k-labels-idx1-ubyte.gz")
        model = trained(x.astype(np.float32), y)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        model.save(Path(folder.name) / "notebook.keras")
        out = Path(folder.name) / "out.npz"
        subprocess.run([PROGRAM, "predict", Path(folder.name) / "notebook.keras", DATA / IMAGES, "--mc", str(SAMPLES),
                        "--output", out], check=True)
        cls.ours = dict(np.load(out))
        cls.plain = model.predict(cls.test, verbose=0)
        x = tf.constant(cls.test)
        cls.mean, cls.std = monte_carlo(model, x, KERAS_SAMPLES)
        # What 100 samples of Keras itself say: the measure of how far apart two such estimates are, for most
        # probabilities are 0 but for a rare pass, and no normal distribution has such tails.
        cls.control_mean, cls.control_std = monte_carlo(model, x, SAMPLES)

    def test_without_dropout_the_predictions_are_the_same(self):
        apart = np.abs(self.ours["prediction"] - self.plain).max()
        print(f"largest difference without dropout {apart:.2e}")
        self.assertLess(apart, 1e-5)  # three layers of float32 sums in another order

    def test_the_labels_beside_the_images_are_used(self):
        np.testing.assert_array_equal(self.ours["labels"], self.labels)

    def z(self, mean):
        sure = self.std > 1e-3
        error = self.std * np.sqrt(1 / SAMPLES + 1 / KERAS_SAMPLES)
        return ((mean - self.mean)[sure]) / error[sure]

    def test_means_agree_within_their_monte_carlo_error(self):
        ours, control = self.z(self.ours["mean"]), self.z(self.control_mean)
        rms = [float(np.sqrt(np.mean(z**2))) for z in (ours, control)]
        print(f"z of {ours.size} means: rms {rms[0]:.3f}, Keras's own {rms[1]:.3f}; "
              f"mean {ours.mean():+.4f}, Keras's own {control.mean():+.4f}")
        self.assertLess(abs(rms[0] - rms[1]), 0.1)
        self.assertLess(abs(ours.mean() - control.mean()), 0.05)

    def test_deviations_agree(self):
        ours, control = float(self.ours["std"].mean()), float(self.control_std.mean())
        print(f"mean deviation {ours:.5f}, Keras's own with as many samples {control:.5f}")
        self.assertLess(abs(ours / control - 1), 0.01)

    def test_accuracies_agree(self):
        ours = np.mean(self.ours["mean"].argmax(1) == self.labels)
        theirs = np.mean(self.mean.argmax(1) == self.labels)
        print(f"accuracy {ours:.4f}, Keras's {theirs:.4f}")
        self.assertLess(abs(ours - theirs), 0.005)


if __name__ == "__main__":
    unittest.main()
