# SPDX-License-Identifier: Apache-2.0
"""Counts, labels and per-pixel statistics of Fashion-MNIST, by NumPy alone.

    venv/bin/python tools/goldens/fashion_mnist_statistics.py --data DIR

As in the notebook: the first 5,000 training rows are for validation, the statistics are those of the
other 55,000, of pixels divided by 255, summed in extended precision: in float64 NumPy itself is 1e-12 off.
"""

import argparse
import gzip
import json
import os
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden" / "fashion_mnist_statistics.json"
# Corners, borders and middle; every pixel would make the file long and prove no more.
PIXELS = [0, 1, 27, 28, 57, 83, 100, 200, 300, 391, 406, 420, 500, 601, 700, 755, 756, 782, 783]


def read(folder, name, header_bytes):
    content = gzip.open(Path(folder) / f"{name}.gz").read()
    return np.frombuffer(content, np.uint8, offset=header_bytes)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.environ.get("REGULUS_DATA"))
    folder = parser.parse_args().data
    images = read(folder, "train-images-idx3-ubyte", 16).reshape(-1, 784)
    labels = read(folder, "train-labels-idx1-ubyte", 8)
    test_images = read(folder, "t10k-images-idx3-ubyte", 16).reshape(-1, 784)
    test_labels = read(folder, "t10k-labels-idx1-ubyte", 8)
    train = images[5000:]
    # Column by column: all of them at once would take gigabytes.
    columns = (train[:, i].astype(np.longdouble) / 255 for i in range(784))
    mean, std = np.array([(column.mean(), column.std()) for column in columns]).T
    overall_mean = mean.mean()
    overall_std = np.sqrt((std**2 + mean**2).mean() - overall_mean**2)
    first = images[:1000]
    document = {
        "made_by": {"numpy": np.__version__, "script": "tools/goldens/fashion_mnist_statistics.py"},
        "train_rows": len(images),  # and as many labels
        "test_rows": len(test_images),
        "first_train_labels": labels[:20].tolist(),
        "first_test_labels": test_labels[:20].tolist(),
        "train_pixel_sum": int(images.sum(dtype=np.int64)),
        "test_pixel_sum": int(test_images.sum(dtype=np.int64)),
        "overall_mean": overall_mean,  # of the 55,000 rows
        "overall_std": overall_std,
        "constant_pixels": int((std == 0).sum()),
        "smallest_std": std.min(),
        "pixels": [{"index": i, "mean": mean[i], "std": std[i]} for i in PIXELS],
        "first_1000_constant_pixels": np.flatnonzero((first == first[0]).all(axis=0)).tolist(),
    }
    GOLDEN.write_text(json.dumps(document, indent=1, default=float) + "\n")
    print(GOLDEN.name)


if __name__ == "__main__":
    main()
