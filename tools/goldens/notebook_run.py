# SPDX-License-Identifier: Apache-2.0
"""The notebook's net at full size (784-300-100-10, no dropout), 200 Nadam steps of 32 rows.

Too large to store, so inputs, labels and first weights come from a formula, all in wrapping
64-bit integers and doubles:

    splitmix64(s): s += 0x9E3779B97F4A7C15
                   s = (s ^ (s >> 30)) * 0xBF58476D1CE4E5B9
                   s = (s ^ (s >> 27)) * 0x94D049BB133111EB
                   return s ^ (s >> 31)
    u(stream, i) = (splitmix64((stream << 32) + i) >> 40) * 2^-24       exact in float32

    x[row][j]       = u(1, row * 784 + j)      row r is in step r / 32: every row is used once
    label[row]      = int(u(2, row) * 10)
    kernel k[i][j]  = float32((u(3 + k, i * units + j) - 0.5) * 2 * sqrt(3.0 / fan_in))
    biases          = 0

The labels are noise: the loss must follow Keras, not fall. Nadam's first steps divide tiny
gradients by their own size, so rounding grows with the steps; the same run in Keras at float64
is stored beside, and their distance says how closely a float32 run can be asked to follow.
"""

import math

from common import array, keras, np, scalar, write

LAYERS = [784, 300, 100, 10]
STEPS, BATCH = 200, 32
X_STREAM, LABEL_STREAM, KERNEL_STREAM = 1, 2, 3
# Primes, so that the kept values wander over all columns; a bias is kept whole.
STRIDES = [997, 1, 97, 1, 7, 1]


def splitmix64(state):
    with np.errstate(over="ignore"):
        z = state + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def u(stream, count):
    counters = (np.uint64(stream) << np.uint64(32)) + np.arange(count, dtype=np.uint64)
    return (splitmix64(counters) >> np.uint64(40)) * 2.0**-24


def make_data():
    rows = STEPS * BATCH
    x = u(X_STREAM, rows * LAYERS[0]).astype(np.float32).reshape(rows, LAYERS[0])
    labels = (u(LABEL_STREAM, rows) * LAYERS[-1]).astype(np.int64)
    return x, labels


def make_initial():
    initial = []
    for index, (fan_in, units) in enumerate(zip(LAYERS, LAYERS[1:])):
        spread = (u(KERNEL_STREAM + index, fan_in * units) - 0.5) * 2 * math.sqrt(3.0 / fan_in)
        initial.append(spread.astype(np.float32).reshape(fan_in, units))
        initial.append(np.zeros(units, np.float32))
    return initial


def make_model():
    layers = keras.layers
    return keras.Sequential([
        layers.Input([LAYERS[0]]),
        layers.Dense(LAYERS[1], activation="selu"),
        layers.Dense(LAYERS[2], activation="selu"),
        layers.Dense(LAYERS[3], activation="softmax"),
    ])


def described(index, weights):
    """Sums in double over the values as stored, and a stride of the values themselves."""
    stride = STRIDES[index]
    wide = weights.astype(np.float64)
    return {
        "name": f"{'kernel' if weights.ndim == 2 else 'bias'}_{index // 2}",
        "shape": list(weights.shape),
        "stride": stride,
        "values": array(weights.ravel()[::stride])["data"],
        "sum": scalar(wide.sum()),
        "sum_of_magnitudes": scalar(np.abs(wide).sum()),
    }


def train(floatx, x, labels, initial):
    keras.config.set_floatx(floatx)  # losses and the optimizer
    keras.config.set_dtype_policy(floatx)  # layers: the policy outlives a change of floatx
    model = make_model()
    model.set_weights(initial)
    assert {w.dtype for w in model.weights} == {floatx}
    # No XLA: its fused sums depend on the machine it compiles for.
    model.compile(loss="sparse_categorical_crossentropy", optimizer="nadam", jit_compile=False)
    losses = []
    for step in range(STEPS):
        rows = slice(step * BATCH, (step + 1) * BATCH)
        # Without the reset Keras reports the running mean of all steps so far.
        model.reset_metrics()
        loss = model.train_on_batch(x[rows].astype(floatx), labels[rows])
        losses.append(scalar(np.asarray(loss, floatx)))
    return losses, [described(i, w) for i, w in enumerate(model.get_weights())]


def main():
    x, labels = make_data()
    initial = make_initial()
    losses, final = train("float32", x, labels, initial)
    losses_float64, final_float64 = train("float64", x, labels, initial)
    case = {
        "name": "notebook_784_300_100_10_nadam",
        "class_name": "Nadam",
        "config": {},
        "layers": LAYERS,
        "activations": ["selu", "selu", "softmax"],
        "batch": BATCH,
        "steps": STEPS,
        "x_first": array(x[0, :8])["data"],
        "labels_first": array(labels[:8])["data"],
        "initial": [described(i, w) for i, w in enumerate(initial)],
        "losses": losses,
        "final": final,
        "losses_float64": losses_float64,
        "final_float64": final_float64,
    }
    formula = __doc__.split(":\n\n", 1)[1].split("\n\nThe labels")[0].splitlines()
    formula = [line.strip() for line in formula if line.strip()]
    streams = {
        "x": X_STREAM,
        "labels": LABEL_STREAM,
        "kernels": [KERNEL_STREAM + i for i in range(len(LAYERS) - 1)],
    }
    write("notebook_run.json", [case], streams=streams, formula={"lines": formula})


if __name__ == "__main__":
    main()
