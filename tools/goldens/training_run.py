# SPDX-License-Identifier: Apache-2.0
"""Two hundred real training steps with a penalty and a constraint, batches given by index."""

from common import array, keras, normals, np, scalar, write

STEPS, BATCH, ROWS, FEATURES, CLASSES = 200, 16, 400, 36, 5
OPTIMIZERS = [
    ("nadam", "Nadam", {}),
    ("sgd_momentum", "SGD", {"learning_rate": 0.01, "momentum": 0.9}),
    ("adam", "Adam", {}),
]


def make_data():
    x = normals("training_run/x", ROWS, FEATURES)
    teacher = normals("training_run/teacher", FEATURES, CLASSES)
    noise = normals("training_run/noise", ROWS, CLASSES, scale=2.0)
    return x, (x @ teacher + noise).argmax(axis=1)


def make_batches():
    """Whole permutations one after another, as an epoch loop would give."""
    orders = [
        np.random.default_rng(list(f"training_run/epoch/{epoch}".encode())).permutation(ROWS)
        for epoch in range(STEPS * BATCH // ROWS)
    ]
    return np.concatenate(orders).reshape(STEPS, BATCH)


def make_initial():
    initial = []
    for inputs, units in ((FEATURES, 24), (24, 12), (12, CLASSES)):
        initial.append(normals(f"training_run/kernel/{inputs}", inputs, units, scale=inputs**-0.5))
        initial.append(normals(f"training_run/bias/{inputs}", units, scale=0.1))
    return initial


def make_model():
    layers = keras.layers
    return keras.Sequential([
        layers.Input([FEATURES]),
        layers.Dense(24, activation="selu", kernel_regularizer=keras.regularizers.L2(1e-4)),
        layers.Dense(12, activation="elu", kernel_constraint=keras.constraints.MaxNorm(1.0)),
        layers.Dense(CLASSES, activation="softmax"),
    ])


def case(name, class_name, config, x, y, batches):
    model = make_model()
    model.set_weights(make_initial())
    optimizer = getattr(keras.optimizers, class_name)(**config)
    # No XLA: its fused sums depend on the machine it compiles for.
    model.compile(loss="sparse_categorical_crossentropy", optimizer=optimizer, jit_compile=False)
    losses, weights_after = [], {}
    for step, rows in enumerate(batches, start=1):
        # Without the reset Keras reports the running mean of all steps so far.
        model.reset_metrics()
        losses.append(np.float32(model.train_on_batch(x[rows], y[rows])))
        if step in (10, STEPS):
            weights_after[f"weights_after_{step}"] = [array(w) for w in model.get_weights()]
    return {
        "name": name,
        "class_name": class_name,
        "config": config,
        "initial": [array(w) for w in make_initial()],
        "losses": [scalar(loss) for loss in losses],
        **weights_after,
    }


def main():
    x, y = make_data()
    batches = make_batches()
    cases = [case(*optimizer, x, y, batches) for optimizer in OPTIMIZERS]
    data = {"x": array(x), "y": array(y), "batches": batches.tolist()}
    network = [
        {
            "units": 24,
            "activation": "selu",
            "kernel_regularizer": {"class_name": "L2", "config": {"l2": 1e-4}},
        },
        {
            "units": 12,
            "activation": "elu",
            "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 1.0, "axis": 0}},
        },
        {"units": CLASSES, "activation": "softmax"},
    ]
    write("training_run.json", cases, network={"layers": network}, data=data)


if __name__ == "__main__":
    main()
