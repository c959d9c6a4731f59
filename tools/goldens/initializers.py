# SPDX-License-Identifier: Apache-2.0
"""Initializers: statistics of one seeded draw beside what the definition promises.

No back end shares another's random stream, so tests compare moments and bounds, never values.
"""

import math

from common import keras, np, scalar, write

MATRIX = [300, 200]
SEED = 1234
# The standard deviation of a unit normal cut at two sigma.
CUT_STD = 0.87962566103423978
NAMED = {
    "GlorotUniform": (1.0, "fan_avg", "uniform"),
    "GlorotNormal": (1.0, "fan_avg", "truncated_normal"),
    "HeUniform": (2.0, "fan_in", "uniform"),
    "HeNormal": (2.0, "fan_in", "truncated_normal"),
    "LecunUniform": (1.0, "fan_in", "uniform"),
    "LecunNormal": (1.0, "fan_in", "truncated_normal"),
}


def fans(shape):
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive = math.prod(shape[:-2])
    return shape[-2] * receptive, shape[-1] * receptive


def scaling_promise(shape, scale, mode, distribution):
    """mean, standard deviation and largest magnitude (None: unbounded)."""
    fan_in, fan_out = fans(shape)
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    std = math.sqrt(scale / max(1.0, fan))
    bound = {
        "uniform": math.sqrt(3.0) * std,
        "truncated_normal": 2.0 * std / CUT_STD,
        "untruncated_normal": None,
    }[distribution]
    return 0.0, std, bound


def case(class_name, config, shape, promise, suffix=""):
    seeded = class_name not in ("Identity", "Zeros", "Ones", "Constant")
    arguments = {**config, "seed": SEED} if seeded else config
    draw = np.asarray(getattr(keras.initializers, class_name)(**arguments)(shape))
    values = draw.astype(np.float64)
    mean, std, bound = promise
    result = {
        "name": f"{class_name}{suffix}_{'x'.join(map(str, shape))}",
        "class_name": class_name,
        "config": config,
        "shape": shape,
        "mean": scalar(values.mean()),
        "std": scalar(values.std()),
        "min": scalar(draw.min()),
        "max": scalar(draw.max()),
        "expected_mean": mean,
        "expected_std": std,
        "expected_bound": bound,
    }
    if class_name == "Orthogonal":
        tall = values if shape[0] >= shape[1] else values.T
        gram = tall.T @ tall - config["gain"] ** 2 * np.eye(min(shape))
        result["orthogonality_error"] = scalar(np.abs(gram).max())
    return result


def scaling_cases():
    for class_name, definition in NAMED.items():
        for shape in (MATRIX, [3, 3, 16, 32]):
            yield case(class_name, {}, shape, scaling_promise(shape, *definition))
    for scale in (1.0, 2.0):
        for mode in ("fan_in", "fan_out", "fan_avg"):
            for distribution in ("truncated_normal", "untruncated_normal", "uniform"):
                config = {"scale": scale, "mode": mode, "distribution": distribution}
                promise = scaling_promise(MATRIX, scale, mode, distribution)
                suffix = f"_{scale}_{mode}_{distribution}"
                yield case("VarianceScaling", config, MATRIX, promise, suffix)
    for class_name in ("GlorotUniform", "HeNormal"):
        yield case(class_name, {}, [500], scaling_promise([500], *NAMED[class_name]))


def plain_cases():
    for shape in (MATRIX, [500]):
        yield case("RandomNormal", {"mean": 0.0, "stddev": 0.05}, shape, (0.0, 0.05, None))
        uniform = {"minval": -0.05, "maxval": 0.05}
        yield case("RandomUniform", uniform, shape, (0.0, 0.1 / math.sqrt(12), 0.05))
        # Here stddev is that of the uncut normal: the draw's own is smaller.
        cut = (0.0, 0.05 * CUT_STD, 0.1)
        yield case("TruncatedNormal", {"mean": 0.0, "stddev": 0.05}, shape, cut)
        yield case("Zeros", {}, shape, (0.0, 0.0, 0.0))
        yield case("Ones", {}, shape, (1.0, 0.0, 1.0))
        yield case("Constant", {"value": 0.25}, shape, (0.25, 0.0, 0.25))
    shifted = {"mean": 1.0, "stddev": 0.5}
    yield case("RandomNormal", shifted, MATRIX, (1.0, 0.5, None), "_shifted")
    uniform = {"minval": 0.0, "maxval": 2.0}
    yield case("RandomUniform", uniform, MATRIX, (1.0, 2.0 / math.sqrt(12), 2.0), "_shifted")


def matrix_cases():
    for gain in (1.0, 2.0):
        for shape in (MATRIX, MATRIX[::-1], [64, 64]):
            # Rows or columns of norm gain: the mean square follows, the mean is near zero.
            promise = (0.0, gain / math.sqrt(max(shape)), gain)
            yield case("Orthogonal", {"gain": gain}, shape, promise, f"_{gain}")
        share = 1.0 / max(MATRIX)  # of the entries that hold the gain
        promise = (gain * share, gain * math.sqrt(share - share**2), gain)
        yield case("Identity", {"gain": gain}, MATRIX, promise, f"_{gain}")


if __name__ == "__main__":
    write("initializers.json", [*scaling_cases(), *plain_cases(), *matrix_cases()])
