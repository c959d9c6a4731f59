# SPDX-License-Identifier: Apache-2.0
"""Makes the files of every release that tests/oracle/keras_versions_test.py reads.

    python3 tests/oracle/keras_versions/make_all.py FOLDER

Python 3.11 with pip; the releases go to FOLDER/packages, outside the project: some gigabytes and a quarter of an
hour. What is there is not made again.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

MAKE = Path(__file__).with_name("make.py")
KERAS_3 = ["3.0.5", "3.3.3", "3.6.0", "3.9.2", "3.12.0", "3.15.1"]
# All of them run on one JAX and one NumPy 1.
JAX = ["numpy<2", "jax<0.6", "h5py", "absl-py", "namex", "rich", "optree", "ml_dtypes", "dm-tree", "packaging",
       "typing_extensions"]
KERAS_2 = {
    "tf_keras-2.21": ["tensorflow-cpu==2.21.*", "tf_keras==2.21.*"],
    "tf.keras-2.15": ["tensorflow-cpu==2.15.*"],
    "tf.keras-2.12": ["tensorflow-cpu==2.12.*"],
}


def python_of(folder, packages):
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    return python


def make(python, out, **environment):
    if not (out / "cases.json").exists():
        subprocess.run([python, MAKE, out], check=True, env={**os.environ, **environment})


def main():
    folder = Path(sys.argv[1]).resolve()
    packages = folder / "packages"
    jax = python_of(packages / "jax", JAX)
    for version in KERAS_3:
        keras = packages / f"keras-{version}"
        if not keras.exists():
            subprocess.run([jax, "-m", "pip", "install", "-q", "--no-deps", "--target", keras, f"keras=={version}"],
                           check=True)
        make(jax, folder / f"keras-{version}", KERAS_BACKEND="jax", PYTHONPATH=str(keras))
    for name, needed in KERAS_2.items():
        python = python_of(packages / name, needed)
        make(python, folder / name, TF_USE_LEGACY_KERAS="1")
        make(python, folder / f"{name}-legacy", TF_USE_LEGACY_KERAS="1", FOR="legacy")


if __name__ == "__main__":
    main()
