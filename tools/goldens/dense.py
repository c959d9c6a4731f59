# SPDX-License-Identifier: Apache-2.0
"""Dense forward and backward at sizes around the vector widths, with and without bias."""

from common import array, keras, normals, tf, write

ACTIVATIONS = ["linear", "relu", "selu", "elu", "softmax", "tanh", "gelu"]
# rows, inputs, units, use_bias
SIZES = [
    (1, 1, 1, True),
    (1, 37, 5, True),
    (5, 7, 3, True),
    (5, 16, 8, True),
    (5, 13, 9, False),
    (32, 9, 17, False),
    (32, 37, 33, True),
]


def case(activation, rows, inputs, units, use_bias):
    name = f"{activation}_{rows}x{inputs}x{units}" + ("" if use_bias else "_no_bias")
    layer = keras.layers.Dense(units, activation=activation, use_bias=use_bias)
    layer.build([None, inputs])
    weights = [normals(f"dense/{name}/kernel", inputs, units, scale=inputs**-0.5)]
    if use_bias:
        weights.append(normals(f"dense/{name}/bias", units, scale=0.5))
    layer.set_weights(weights)
    x = tf.constant(normals(f"dense/{name}/x", rows, inputs))
    dy = normals(f"dense/{name}/dy", rows, units)
    variables = [v.value for v in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    dx, *dweights = tape.gradient(y, [x, *variables], output_gradients=tf.constant(dy))
    return {
        "name": name,
        "units": units,
        "activation": activation,
        "use_bias": use_bias,
        "x": array(x),
        "kernel": array(weights[0]),
        "bias": array(weights[1] if use_bias else None),
        "y": array(y),
        "dy": array(dy),
        "dx": array(dx),
        "dkernel": array(dweights[0]),
        "dbias": array(dweights[1] if use_bias else None),
    }


if __name__ == "__main__":
    write("dense.json", [case(activation, *size) for activation in ACTIVATIONS for size in SIZES])
