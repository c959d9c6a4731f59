# SPDX-License-Identifier: Apache-2.0
"""Ten steps of each optimizer on given gradients; ten real ones with penalty and constraint."""

from common import array, keras, normals, np, tf, write

STEPS = 10
OPTIMIZERS = [
    ("SGD", {"learning_rate": 0.01}),
    ("SGD", {"learning_rate": 0.01, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"learning_rate": 0.01, "weight_decay": 0.01}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True}),
    ("Adam", {"clipnorm": 1.0}),
    ("Adam", {"clipvalue": 0.5}),
    ("Adam", {"global_clipnorm": 1.0}),
    ("AdamW", {}),
    ("Nadam", {}),
    ("Nadam", {"learning_rate": 0.01, "beta_1": 0.8}),
    ("Nadam", {"weight_decay": 0.01}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5}),
    ("RMSprop", {"centered": True}),
]
INITIAL = [normals("optimizers/kernel", 5, 3), normals("optimizers/bias", 3)]


def gradients():
    """Norms from 0.01 to 10, so that clipping acts on some steps only; one weight never moves."""
    steps = []
    for step in range(STEPS):
        scale = 10.0 ** ((step * 7 % STEPS) / 3 - 2)
        kernel = normals(f"optimizers/kernel/{step}", 5, 3, scale=scale)
        kernel[0, 0] = 0.0
        steps.append([kernel, normals(f"optimizers/bias/{step}", 3, scale=scale)])
    return steps


def case(class_name, config):
    optimizer = getattr(keras.optimizers, class_name)(**config)
    variables = [keras.Variable(value) for value in INITIAL]
    weights_after = []
    for step in gradients():
        optimizer.apply([tf.constant(g) for g in step], variables)
        weights_after.append([array(v) for v in variables])
    return {
        "name": "_".join([class_name, *(f"{key}_{value}" for key, value in config.items())]),
        "class_name": class_name,
        "config": config,
        "initial": [array(value) for value in INITIAL],
        "gradients": [[array(g) for g in step] for step in gradients()],
        "weights_after": weights_after,
    }


def penalty_and_constraint_case():
    """The penalty is of the weights before the step, the constraint acts after it."""
    regularizers, constraints = keras.regularizers, keras.constraints
    model = keras.Sequential([
        keras.layers.Input([5]),
        keras.layers.Dense(
            3,
            kernel_regularizer=regularizers.L2(0.01),
            kernel_constraint=constraints.MaxNorm(1.0),
        ),
    ])
    initial = [normals("optimizers/train/kernel", 5, 3), normals("optimizers/train/bias", 3)]
    model.set_weights(initial)
    model.compile(loss="mean_squared_error", optimizer="nadam", jit_compile=False)
    x, y = normals("optimizers/train/x", 8, 5), normals("optimizers/train/y", 8, 3)
    losses, weights_after = [], []
    for _ in range(STEPS):
        # Without the reset Keras reports the running mean of all steps so far.
        model.reset_metrics()
        losses.append(np.float32(model.train_on_batch(x, y)))
        weights_after.append([array(w) for w in model.get_weights()])
    return {
        "name": "train_maxnorm_l2",
        "class_name": "Nadam",
        "config": {},
        "loss_class": "MeanSquaredError",
        "activation": "linear",
        "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}},
        "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 1.0, "axis": 0}},
        "x": array(x),
        "y": array(y),
        "initial": [array(w) for w in initial],
        "loss": array(losses),
        "weights_after": weights_after,
    }


if __name__ == "__main__":
    cases = [case(*optimizer) for optimizer in OPTIMIZERS]
    write("optimizers.json", [*cases, penalty_and_constraint_case()])
