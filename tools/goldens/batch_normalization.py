# SPDX-License-Identifier: Apache-2.0
"""BatchNormalization: both modes with their gradients, and three training steps of a network."""

from common import array, keras, normals, np, scalar, tf, write

SHAPES = [[6, 5], [1, 3], [5, 17], [4, 3, 4], [3, 2, 3, 18], [1, 2, 2, 1]]
CONFIGS = [
    {},
    {"center": False, "momentum": 0.9},
    {"scale": False, "epsilon": 0.01},
    {"center": False, "scale": False},
]
STATES = ("gamma", "beta", "moving_mean", "moving_variance")


def start_weights(layer, name):
    """One array for each weight that the layer has, in its order."""
    values = []
    for weight in layer.weights:
        kind = weight.path.split("/")[-1]
        value = normals(f"batch_normalization/{name}/{kind}", *weight.shape)
        values.append(np.abs(value) + np.float32(0.25) if kind == "moving_variance" else value)
    return values


def gradients(layer, x, dy, training):
    variables = [v.value for v in layer.trainable_variables]
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=training)
    dx, *dweights = tape.gradient(y, [x, *variables], output_gradients=tf.constant(dy))
    return array(y), array(dx), [array(d) for d in dweights]


def case(shape, config, offset, trainable=True):
    name = "x".join(map(str, shape)) + "".join(f"_{k}_{v}" for k, v in config.items())
    name += "_far" if offset else ""
    name += "" if trainable else "_frozen"
    layer = keras.layers.BatchNormalization(**config, trainable=trainable)
    layer.build([None, *shape[1:]])
    weights = start_weights(layer, name)
    layer.set_weights(weights)
    x = normals(f"batch_normalization/{name}/x", *shape) + np.float32(offset)
    dy = normals(f"batch_normalization/{name}/dy", *shape)
    inference = np.asarray(layer(tf.constant(x), training=False))
    assert all(np.array_equal(a, b) for a, b in zip(weights, layer.get_weights()))
    y, dx, dweights = gradients(layer, x, dy, True)
    return {
        "name": name,
        "config": config,
        "trainable": trainable,
        "x": array(x),
        "dy": array(dy),
        "weights": [array(w) for w in weights],
        "inference": array(inference),
        "y": y,
        "dx": dx,
        "dweights": dweights,
        # What model(x, training=True) leaves behind, as Monte-Carlo dropout calls it in Keras.
        "weights_after": [array(w) for w in layer.get_weights()],
    }


def make_model():
    layers = keras.layers
    return keras.Sequential([
        layers.Input([7]),
        layers.BatchNormalization(momentum=0.8),
        # Without an activation the next layer would take any bias off again: a gradient of rounding
        # errors, which Nadam makes large.
        layers.Dense(6, activation="tanh"),
        layers.BatchNormalization(
            momentum=0.9,
            gamma_regularizer=keras.regularizers.L2(0.01),
            beta_constraint=keras.constraints.MaxNorm(0.5),
        ),
        layers.Dense(3, activation="softmax"),
    ])


def run(name, class_name, config):
    model = make_model()
    start = []
    for i, weight in enumerate(model.weights):
        value = normals(f"batch_normalization/run/{i}", *weight.shape, scale=0.5)
        kind = weight.path.split("/")[-1]
        start.append(np.abs(value) + np.float32(0.25) if kind in ("gamma", "moving_variance") else value)
    model.set_weights(start)
    optimizer = getattr(keras.optimizers, class_name)(**config)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=optimizer, jit_compile=False)
    x = normals("batch_normalization/run/x", 24, 7) * np.float32(2) + np.float32(1)
    labels = np.arange(24) * 7 % 3
    losses, after = [], []
    for step in range(3):
        model.reset_metrics()
        rows = slice(8 * step, 8 * step + 8)
        losses.append(scalar(np.float32(model.train_on_batch(x[rows], labels[rows]))))
        after.append([array(w) for w in model.get_weights()])
    return {
        "name": name,
        "class_name": class_name,
        "config": config,
        "x": array(x),
        "labels": labels.tolist(),
        "start": [array(w) for w in start],
        "losses": losses,
        "after": after,
        "prediction": array(model.predict(x, verbose=0)),
    }


def main():
    cases = [case(shape, config, 0) for shape in SHAPES for config in CONFIGS]
    cases.append(case([6, 5], {}, 100))
    cases.append(case([3, 2, 3, 4], {}, 0, trainable=False))
    cases.append(case([4, 3, 5], {"axis": 1}, 0))
    cases.append(case([3, 2, 3, 4], {"axis": -2}, 0))
    cases.append(case([3, 2, 3, 4], {"axis": 1}, 0, trainable=False))
    runs = [
        run("decayed_sgd", "SGD", {"learning_rate": 0.1, "weight_decay": 0.1, "clipvalue": 0.2}),
        run("nadam", "Nadam", {"learning_rate": 0.01}),
        run("clipped_momentum", "SGD", {"learning_rate": 0.1, "momentum": 0.9, "clipnorm": 0.1}),
    ]
    config = keras.layers.BatchNormalization(name="a").get_config()
    config["dtype"] = "float32"
    write("batch_normalization.json", cases, runs=runs, default_config=config)


if __name__ == "__main__":
    main()
