# SPDX-License-Identifier: Apache-2.0
"""What the rivals share: the data, the clock, and how a run is asked for and answered.

A rival is a script that calls `main` with a class of these members; what it lacks is not timed:

    Rival(threads)             imports its system; nothing is drawn or compiled yet
    versions                   {package: version}
    note                       what a reader must know of how it does the jobs
    load(data)                 takes the arrays over, makes the model
    fit()                      one epoch over the training rows
    predict()                  probabilities of the test rows, a NumPy array
    predict_row(index)         those of one test row
    monte_carlo(samples)       mean and standard deviation over stochastic passes; every row its own masks
    monte_carlo_shared(..)     the same with one mask a sample for all rows
    fit_images()               one epoch of the convolutional network; makes it at the first call
    predict_images()           its probabilities of the test rows

    python RIVAL.py --jobs J1,J2,J3,J4,J7,J8 --data DIR --threads N

prints one JSON line: {"seconds": {job: seconds}, "accuracy", "note", "versions"}. With --jobs J5 it
does the whole notebook; then only its exit matters, as it is timed from outside.
"""

import argparse
import gzip
import json
import statistics
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

VALIDATION_ROWS = 5_000
UNITS = (784, 300, 100, 10)
RATE = 0.2
BATCH = 32
IMAGE_BATCH = 128
SAMPLES = 100
PREDICTIONS = 7
SINGLE_ROWS = 2_000
SINGLE_ROW_SECONDS = 5.0  # at most, where one row takes tens of milliseconds

# selu and alpha dropout (Klambauer et al. 2017)
ALPHA = 1.6732632423543772
SCALE = 1.0507009873554805
DROPPED = -ALPHA * SCALE
GAIN = ((1 - RATE) * (1 + RATE * DROPPED**2)) ** -0.5
SHIFT = -GAIN * DROPPED * RATE


class Data(NamedTuple):
    train_x: np.ndarray  # [55000, 784] float32, each pixel a z-score
    train_y: np.ndarray  # [55000] int32
    test_x: np.ndarray
    test_y: np.ndarray


def read_idx(path):
    raw = gzip.decompress(path.read_bytes())
    rank = raw[3]
    shape = np.frombuffer(raw, ">u4", rank, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape[0], -1)


def read_data(folder):
    """The notebook's data: pixels / 255, scaled by mean and deviation of the 55,000 training rows."""
    images = read_idx(folder / "train-images-idx3-ubyte.gz")[VALIDATION_ROWS:]
    labels = read_idx(folder / "train-labels-idx1-ubyte.gz")[VALIDATION_ROWS:, 0]
    train = images.astype(np.float32) / 255
    mean, std = train.mean(axis=0, dtype=np.float64), train.std(axis=0, dtype=np.float64)

    def scaled(x):
        return (x - mean.astype(np.float32)) / std.astype(np.float32)

    test = read_idx(folder / "t10k-images-idx3-ubyte.gz").astype(np.float32) / 255
    test_labels = read_idx(folder / "t10k-labels-idx1-ubyte.gz")[:, 0]
    return Data(scaled(train), labels.astype(np.int32), scaled(test), test_labels.astype(np.int32))


def initial_weights(seed=42):
    """lecun_normal kernels [in, units] (a normal cut off at two deviations) and zero biases."""
    generator = np.random.default_rng(seed)
    weights = []
    for fan_in, units in zip(UNITS, UNITS[1:]):
        draw = generator.standard_normal((fan_in, units))
        while (outside := np.abs(draw) > 2).any():
            draw[outside] = generator.standard_normal(outside.sum())
        deviation = fan_in**-0.5 / 0.87962566103423978
        weights.append(((draw * deviation).astype(np.float32), np.zeros(units, np.float32)))
    return weights


def seconds(body):
    begin = time.perf_counter()
    body()
    return time.perf_counter() - begin


def latency(call):
    """The median time of a short call, over many calls."""
    for _ in range(20):
        call()
    times = []
    end = time.perf_counter() + SINGLE_ROW_SECONDS
    while len(times) < SINGLE_ROWS and (len(times) < 20 or time.perf_counter() < end):
        times.append(seconds(call))
    return statistics.median(times)


def accuracy(rival, data):
    return float(np.mean(rival.predict().argmax(axis=1) == data.test_y))


def measure(rival, data, jobs):
    times = {}
    if "J1" in jobs and hasattr(rival, "fit"):
        times["J1 first"] = seconds(rival.fit)
        times["J1"] = seconds(rival.fit)
    for job, method in ("J2", "monte_carlo"), ("J2 shared", "monte_carlo_shared"):
        if "J2" in jobs and hasattr(rival, method):
            monte_carlo = getattr(rival, method)
            monte_carlo(1)  # compiles, where something is compiled
            times[job] = seconds(lambda: monte_carlo(SAMPLES))
    if "J3" in jobs:
        rival.predict()
        times["J3"] = statistics.median(seconds(rival.predict) for _ in range(PREDICTIONS))
    if "J4" in jobs and hasattr(rival, "predict_row"):
        times["J4"] = latency(lambda: rival.predict_row(0))
    if {"J7", "J8"} & set(jobs) and hasattr(rival, "fit_images"):
        rival.fit_images()
        if "J7" in jobs:
            times["J7"] = seconds(rival.fit_images)
        if "J8" in jobs:
            rival.predict_images()
            times["J8"] = statistics.median(seconds(rival.predict_images) for _ in range(PREDICTIONS))
    return times


def notebook(rival, data):
    """The least that the notebook holds. Regulus's own does more: see bench/README.md."""
    rival.load(data)
    for _ in range(2):
        rival.fit()
    score = accuracy(rival, data)
    mean, std = rival.monte_carlo(SAMPLES)
    mc_score = float(np.mean(np.asarray(mean).argmax(axis=1) == data.test_y))
    return {"accuracy": score, "mc_accuracy": mc_score, "mean_std": float(np.mean(std))}


def main(make_rival):
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", required=True, help="J1,J2,J3,J4,J7,J8, or J5 alone")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    jobs = arguments.jobs.split(",")
    rival = make_rival(arguments.threads)
    data = read_data(arguments.data)
    if jobs == ["J5"]:
        answer = notebook(rival, data)
    else:
        rival.load(data)
        answer = {"seconds": measure(rival, data, jobs), "accuracy": accuracy(rival, data)}
    print(json.dumps({**answer, "note": rival.note, "versions": rival.versions}), flush=True)
