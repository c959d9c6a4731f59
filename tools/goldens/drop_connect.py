# SPDX-License-Identifier: Apache-2.0
"""DropConnect, which Keras lacks: keras.layers.Dense, whose kernel is masked before each call."""

from common import array, keras, normals, tf, uniforms, write


class DropConnect(keras.layers.Dense):
    """Wan et al. 2013 with the scaling of Dropout: kept weights are divided by 1 - rate."""

    def __init__(self, units, rate, keep, **arguments):
        super().__init__(units, **arguments)
        self.factor = keep / (1 - rate)

    def call(self, x):
        y = tf.matmul(x, self.kernel.value * self.factor)
        if self.use_bias:
            y = y + self.bias.value
        return self.activation(y)


def case(name, rows, inputs, units, rate, **arguments):
    keep = (uniforms(f"drop_connect/{name}/u", inputs, units) >= rate).astype("float32")
    layer = DropConnect(units, rate, keep, **arguments)
    layer.build([None, inputs])
    weights = [normals(f"drop_connect/{name}/{w.name}", *w.shape) for w in layer.weights]
    layer.set_weights(weights)
    x = tf.constant(normals(f"drop_connect/{name}/x", rows, inputs))
    variables = [v.value for v in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    dy = normals(f"drop_connect/{name}/dy", *y.shape)
    dx, *dweights = tape.gradient(y, [x, *variables], output_gradients=tf.constant(dy))
    return {
        "name": name,
        "units": units,
        "rate": rate,
        "arguments": arguments,
        "keep": array(keep),
        "weights": [array(w) for w in weights],
        "x": array(x),
        "y": array(y),
        "dy": array(dy),
        "dx": array(dx),
        "dweights": [array(d) for d in dweights],
    }


if __name__ == "__main__":
    write(
        "drop_connect.json",
        [
            case("small", 3, 4, 5, 0.5),
            case("tanh", 4, 7, 19, 0.25, activation="tanh"),
            case("no_bias", 2, 33, 3, 0.9, use_bias=False),
            case("wide", 3, 5, 40, 0.1, activation="elu"),
        ],
    )
