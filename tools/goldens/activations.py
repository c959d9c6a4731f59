# SPDX-License-Identifier: Apache-2.0
"""Every activation by name: value and gradient at kinks, in the tails, and at normal inputs."""

from common import array, keras, normals, np, tf, write

NAMES = (
    "linear relu relu6 leaky_relu elu selu gelu silu sigmoid hard_sigmoid hard_silu tanh softplus"
    " softsign exponential mish softmax log_softmax celu hard_tanh hard_shrink soft_shrink tanh_shrink"
    " squareplus log_sigmoid sparse_plus sparse_sigmoid sparsemax glu"
).split()
SPECIAL = [-30.0, -5.0, -1.0, -1e-3, -0.0, 0.0, 1e-3, 0.5, 3.0, 20.0]


def case(name):
    x = normals("activations/x", 5, 7, scale=2.0)
    x.flat[: len(SPECIAL)] = SPECIAL
    dy = normals("activations/dy", 5, 7)
    if name == "glu":  # of an even number of features
        x = normals("activations/glu/x", 5, 8, scale=2.0)
        dy = normals("activations/glu/dy", 5, 4)
    source = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(source)
        y = keras.activations.get(name)(source)
    dx = tape.gradient(y, source, output_gradients=tf.constant(dy))
    return {"name": name, "x": array(x), "y": array(y), "dy": array(dy), "dx": array(dx)}


if __name__ == "__main__":
    write("activations.json", [case(name) for name in NAMES])
