# SPDX-License-Identifier: Apache-2.0
"""A few of the files that tests/oracle/keras_versions/make_all.py has made with every release of Keras.

    REGULUS_KERAS_VERSIONS=FOLDER python3 tools/goldens/keras_versions.py

Needs NumPy and none of the releases: FOLDER holds what they have written, and the losses with which they went on.
"""

import json
import os
from pathlib import Path

import numpy as np
from golden_file import array, write
from saved_files import repacked, text

FOLDER = Path(os.environ["REGULUS_KERAS_VERSIONS"])
# What each is a case of stands in tests/unit/saving/keras/optimizer_test.cpp.
CHOSEN = [
    ("keras-3.0.5", "nadam_square.keras"),
    ("keras-3.3.3", "rmsprop_both_square.keras"),
    ("keras-3.6.0", "adamw_square.keras"),
    ("keras-3.9.2", "nadam_square.keras"),
    ("keras-3.9.2", "nadam_square.h5"),
    ("keras-3.12.0", "nadam_square.keras"),
    ("keras-3.12.0", "adam_amsgrad_square.keras"),
    ("keras-3.15.1", "adam_square.keras"),
    ("keras-3.15.1", "adam_square.weights.h5"),
    ("keras-3.15.1", "adam_inverse_time_square.keras"),
    ("keras-3.15.1", "adam_loss_scale_square.keras"),
    ("keras-3.15.1", "adam_loss_scale_square.h5"),
    ("keras-3.15.1", "adam_exponential_square.keras"),
    ("keras-3.15.1", "adam_ema_square.keras"),
    ("tf_keras-2.21", "sgd_square.keras"),
    ("tf_keras-2.21", "sgd_square.h5"),
    ("tf_keras-2.21", "nadam_square.keras"),
    ("tf_keras-2.21", "adam_square.weights.h5"),
    ("tf_keras-2.21-legacy", "adam_square.h5"),
    ("tf_keras-2.21-legacy", "adam_amsgrad_square.h5"),
    ("tf_keras-2.21-legacy", "adam_decay_square.h5"),
    ("tf_keras-2.21-legacy", "nadam_square.h5"),
    ("tf_keras-2.21-legacy", "nadam_schedule_square.h5"),
    ("tf_keras-2.21-legacy", "rmsprop_square.h5"),
    ("tf_keras-2.21-legacy", "rmsprop_centered_square.h5"),
    ("tf_keras-2.21-legacy", "rmsprop_both_square.h5"),
    ("tf_keras-2.21-legacy", "sgd_decay_square.h5"),
    ("tf_keras-2.21-legacy", "adam_square.keras"),
]


def packed(path):
    data = path.read_bytes()
    return text(repacked(data) if path.suffix == ".keras" else data)


def main():
    made_by = {}
    cases = []
    for version, file in CHOSEN:
        document = json.loads((FOLDER / version / "cases.json").read_text())
        made_by[version] = document["made_by"]["keras"]
        case = next(c for c in document["cases"] if c["file"] == file)
        # Keras loses schedule_decay when it reads the file: then as it went on without reading it.
        went_on = case["losses"] if case["optimizer"] == "nadam_schedule" else case.get("resumed", case["losses"])
        cases.append({"name": f"{version}/{file}", "file": packed(FOLDER / version / file), "losses": went_on})
    rows = FOLDER / "keras-3.15.1"
    write("keras_versions.json", cases, made_by, x=array(np.load(rows / "x.npy")), labels=array(np.load(rows / "y.npy")))


if __name__ == "__main__":
    main()
