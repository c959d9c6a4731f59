# SPDX-License-Identifier: Apache-2.0
"""The Keras notebook (AlphaDropout net on Fashion-MNIST, Nadam, two epochs) over eight seeds.

The figures are a distribution to land in, not numbers to repeat: no back end shares another's
random stream. --data (or REGULUS_DATA) names the folder of the four IDX files.
"""

import argparse
import gzip
import os
from pathlib import Path

from common import keras, np, write

SEEDS = range(8)
VALIDATION_ROWS = 5_000
DRAWS = 100
CHUNK_ROWS = 5_000  # bounds the memory of one stochastic pass


def read_idx(path):
    raw = gzip.decompress(path.read_bytes())
    rank = raw[3]
    shape = np.frombuffer(raw, ">u4", rank, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_data(folder):
    images = read_idx(folder / "train-images-idx3-ubyte.gz") / 255.0
    labels = read_idx(folder / "train-labels-idx1-ubyte.gz")
    test_images = read_idx(folder / "t10k-images-idx3-ubyte.gz") / 255.0
    test_labels = read_idx(folder / "t10k-labels-idx1-ubyte.gz")
    train = images[VALIDATION_ROWS:]
    mean, std = train.mean(axis=0, keepdims=True), train.std(axis=0, keepdims=True)

    def scaled(x):
        return ((x - mean) / std).astype(np.float32)

    return {
        "train": (scaled(train), labels[VALIDATION_ROWS:]),
        "validation": (scaled(images[:VALIDATION_ROWS]), labels[:VALIDATION_ROWS]),
        "test": (scaled(test_images), test_labels),
    }


def make_model():
    layers = keras.layers
    return keras.Sequential([
        layers.Input([28, 28]),
        layers.Flatten(),
        layers.AlphaDropout(0.2),
        layers.Dense(300, activation="selu", kernel_initializer="lecun_normal"),
        layers.AlphaDropout(0.2),
        layers.Dense(100, activation="selu", kernel_initializer="lecun_normal"),
        layers.AlphaDropout(0.2),
        layers.Dense(10, activation="softmax"),
    ])


def one_draw(model, x):
    chunks = [x[i : i + CHUNK_ROWS] for i in range(0, len(x), CHUNK_ROWS)]
    return np.concatenate([model(chunk, training=True).numpy() for chunk in chunks])


def mean_accuracy(probabilities, labels):
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def negative_log_likelihood(probabilities, labels):
    picked = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(picked, 1e-7)).mean())


def one_seed(seed, data):
    keras.utils.set_random_seed(seed)
    model = make_model()
    model.compile(loss="sparse_categorical_crossentropy", optimizer="nadam", metrics=["accuracy"])
    history = model.fit(
        *data["train"], epochs=2, batch_size=32, validation_data=data["validation"], verbose=0
    ).history
    x, y = data["test"]
    plain = model.predict(x, verbose=0)
    draws = np.stack([one_draw(model, x) for _ in range(DRAWS)])
    averaged = draws.mean(axis=0)
    result = {
        "name": f"seed_{seed}",
        "seed": seed,
        "epochs": [{key: float(history[key][epoch]) for key in history} for epoch in range(2)],
        "accuracy": mean_accuracy(plain, y),
        "mc_accuracy": mean_accuracy(averaged, y),
        "nll": negative_log_likelihood(plain, y),
        "mc_nll": negative_log_likelihood(averaged, y),
        # Over the draws (biased), then averaged over rows and classes.
        "mean_mc_std": float(draws.std(axis=0).mean(dtype=np.float64)),
    }
    print(result, flush=True)
    return result


def summary(cases):
    keys = ["accuracy", "mc_accuracy", "nll", "mc_nll", "mean_mc_std"]
    columns = {key: [case[key] for case in cases] for key in keys}
    for epoch in range(2):
        for key in cases[0]["epochs"][epoch]:
            columns[f"epoch_{epoch + 1}_{key}"] = [case["epochs"][epoch][key] for case in cases]
    return {
        key: {"mean": float(np.mean(values)), "std": float(np.std(values, ddof=1))}
        for key, values in columns.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.environ.get("REGULUS_DATA"))
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("give --data DIR or set REGULUS_DATA")
    data = read_data(Path(arguments.data))
    cases = [one_seed(seed, data) for seed in SEEDS]
    write("notebook_seeds.json", cases, num_draws=DRAWS, summary=summary(cases))


if __name__ == "__main__":
    main()
