# SPDX-License-Identifier: Apache-2.0
"""Writes every golden file; what Fashion-MNIST is needed for only when its folder is given."""

import argparse
import subprocess
import sys
from pathlib import Path

SCRIPTS = [
    "tensor_text.py",
    "normal_quantile.py",
    "safetensors_files.py",
    "zip_files.py",
    "array_files.py",
    "hdf5_files.py",
    "csv_files.py",
    "onnx_files.py",
    "keras_files.py",
    "keras_shapes.py",
    "keras2_files.py",
    "activations.py",
    "convolution.py",
    "batch_normalization.py",
    "dense.py",
    "drop_connect.py",
    "dropout.py",
    "grouped_convolution.py",
    "layers.py",
    "regularizers.py",
    "constraints.py",
    "initializers.py",
    "losses.py",
    "metrics.py",
    "normalizations.py",
    "pooling.py",
    "optimizers.py",
    "training_run.py",
    "notebook_run.py",
]


def run(script, *arguments):
    # A process each: Keras keeps global seeds and name counters.
    subprocess.run([sys.executable, Path(__file__).parent / script, *arguments], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="folder of the Fashion-MNIST IDX files: adds some minutes")
    arguments = parser.parse_args()
    for script in SCRIPTS:
        run(script)
    if arguments.data:
        run("fashion_mnist_statistics.py", "--data", arguments.data)
        run("notebook_seeds.py", "--data", arguments.data)


if __name__ == "__main__":
    main()
