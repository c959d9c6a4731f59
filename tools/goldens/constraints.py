# SPDX-License-Identifier: Apache-2.0
"""Weight constraints on kernels with a column of zeros, on biases and on kernels of convolutions."""

from common import array, keras, normals, tf, write


def kinds():
    """class_name, config without the axis, axes."""
    for bound in (2.0, 1.0, 0.5):
        yield "MaxNorm", {"max_value": bound}, [0, 1, [0, 1]]
    for rate in (1.0, 0.3):
        yield "MinMaxNorm", {"min_value": 0.5, "max_value": 1.5, "rate": rate}, [0, 1, [0, 1]]
    yield "UnitNorm", {}, [0, 1, [0, 1]]


def kernel():
    # Column norms spread over both sides of every bound; one column has none.
    w = normals("constraints/kernel", 7, 5) * [1.2, 0.1, 0.0, 0.35, 0.7]
    return w.astype("float32")


def bias():
    return normals("constraints/bias", 9, scale=0.4)


def image_kernel():
    w = normals("constraints/image_kernel", 3, 3, 2, 5) * [1.2, 0.1, 0.0, 0.35, 0.7]
    return w.astype("float32")


def image_cases():
    for class_name, config, axis in (
        ("MaxNorm", {"max_value": 2.0}, [0, 1, 2]),
        ("MaxNorm", {"max_value": 1.0}, 0),
        ("UnitNorm", {}, [0, 1]),
        ("MinMaxNorm", {"min_value": 0.5, "max_value": 1.5, "rate": 0.3}, [0, 1, 2]),
    ):
        suffix = "image_axis_" + str(axis).strip("[]").replace(", ", "_")
        yield case(class_name, {**config, "axis": axis}, image_kernel(), suffix)


def case(class_name, config, w, suffix):
    out = getattr(keras.constraints, class_name)(**config)(tf.constant(w))
    values = "_".join(str(v) for key, v in config.items() if key != "axis")
    return {
        "name": "_".join(part for part in (class_name, values, suffix) if part),
        "class_name": class_name,
        "config": config,
        "w": array(w),
        "out": array(out),
    }


def cases():
    for class_name, config, axes in kinds():
        for axis in axes:
            suffix = "axis_" + str(axis).strip("[]").replace(", ", "_")
            yield case(class_name, {**config, "axis": axis}, kernel(), suffix)
        yield case(class_name, {**config, "axis": 0}, bias(), "bias")
    yield case("NonNeg", {}, kernel(), "kernel")
    yield case("NonNeg", {}, bias(), "bias")
    yield from image_cases()


if __name__ == "__main__":
    write("constraints.json", list(cases()))
