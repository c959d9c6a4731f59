# SPDX-License-Identifier: Apache-2.0
"""What every golden script that runs Keras shares: a pinned back end and streams of numbers."""

import os
import sys

# Must be set before keras is imported; the goldens follow the TensorFlow back end on a CPU.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
# oneDNN picks its summation order by CPU model; without it the files depend on less.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.dont_write_bytecode = True

import golden_file
import keras
import numpy as np
import tensorflow as tf
from golden_file import array, number  # noqa: F401 (the scripts import them from here)

tf.get_logger().setLevel("ERROR")  # one retrace a case is meant

# Same file on every run: a product split over two threads is summed in another order than over one.
tf.config.experimental.enable_op_determinism()
tf.config.threading.set_intra_op_parallelism_threads(1)


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
    made_by = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}
    golden_file.write(file_name, cases, made_by, **top_level)
