# SPDX-License-Identifier: Apache-2.0
"""Penalties and their gradients; and what an activity regularizer adds to a layer's losses."""

from common import array, keras, normals, scalar, tf, write

KINDS = [
    ("L1", {"l1": 0.01}),
    ("L2", {"l2": 0.02}),
    ("L1L2", {"l1": 0.01, "l2": 0.03}),
    ("OrthogonalRegularizer", {"factor": 0.01, "mode": "rows"}),
    ("OrthogonalRegularizer", {"factor": 0.5, "mode": "rows"}),
    ("OrthogonalRegularizer", {"factor": 0.01, "mode": "columns"}),
    ("OrthogonalRegularizer", {"factor": 0.5, "mode": "columns"}),
]
SHAPES = [[6, 4], [3, 9], [11]]


def label(class_name, config):
    return "_".join([class_name, *(str(value) for value in config.values())])


def weights(shape):
    w = normals(f"regularizers/w/{shape}", *shape)
    w.flat[1], w.flat[5] = 0.0, -0.0  # the subgradient of |w| at zero is zero
    return w


def case(class_name, config, w, suffix):
    w = tf.constant(w)
    with tf.GradientTape() as tape:
        tape.watch(w)
        penalty = getattr(keras.regularizers, class_name)(**config)(w)
    return {
        "name": f"{label(class_name, config)}_{suffix}",
        "class_name": class_name,
        "config": config,
        "w": array(w),
        "penalty": scalar(penalty),
        "dw": array(tape.gradient(penalty, w)),
    }


def weight_cases():
    for class_name, config in KINDS:
        for shape in SHAPES:
            if class_name != "OrthogonalRegularizer" or len(shape) == 2:
                yield case(class_name, config, weights(shape), "x".join(map(str, shape)))
    for class_name, config in KINDS[3:]:
        w = weights([5, 5])
        w[2], w[:, 3] = 0.0, 0.0  # a vector without direction: it must not divide by zero
        yield case(class_name, config, w, "zero_vector")


def activity_case(class_name, config, activation):
    name = f"{label(class_name, config)}_{activation}"
    regularizer = getattr(keras.regularizers, class_name)(**config)
    layer = keras.layers.Dense(4, activation=activation, activity_regularizer=regularizer)
    layer.build([None, 5])
    kernel = normals("regularizers/activity/kernel", 5, 4, scale=0.5)
    bias = normals("regularizers/activity/bias", 4, scale=0.5)
    layer.set_weights([kernel, bias])
    x = normals("regularizers/activity/x", 6, 5)
    variables = [v.value for v in layer.trainable_variables]
    with tf.GradientTape() as tape:
        layer(tf.constant(x))
        loss = tf.add_n(layer.losses)
    dkernel, dbias = tape.gradient(loss, variables)
    return {
        "name": name,
        "class_name": class_name,
        "config": config,
        "x": array(x),
        "kernel": array(kernel),
        "bias": array(bias),
        "activation": activation,
        "loss": scalar(loss),
        "dkernel": array(dkernel),
        "dbias": array(dbias),
    }


if __name__ == "__main__":
    activations = ("linear", "tanh")
    activity = [activity_case(*kind, activation) for kind in KINDS for activation in activations]
    write("regularizers.json", list(weight_cases()), activity=activity)
