# SPDX-License-Identifier: Apache-2.0
"""Convolutions forward and backward: paddings, strides, dilations, widths around the vectors'."""

from common import array, keras, normals, tf, write

# input shape, layer's arguments
CASES = [
    ((1, 5, 6, 1), {"filters": 4, "kernel_size": 3}),
    ((2, 6, 7, 3), {"filters": 17, "kernel_size": 3, "padding": "same", "activation": "relu"}),
    ((2, 7, 5, 2), {"filters": 16, "kernel_size": (2, 3), "strides": (2, 1), "padding": "same"}),
    ((1, 9, 8, 3), {"filters": 5, "kernel_size": 3, "strides": 2, "use_bias": False}),
    ((1, 8, 9, 2), {"filters": 33, "kernel_size": (3, 2), "strides": (3, 2), "padding": "same", "activation": "elu"}),
    ((2, 9, 9, 2), {"filters": 3, "kernel_size": 3, "dilation_rate": 2, "activation": "tanh"}),
    ((1, 8, 7, 2), {"filters": 6, "kernel_size": 3, "dilation_rate": (1, 2), "padding": "same"}),
    ((2, 4, 4, 19), {"filters": 18, "kernel_size": 1, "activation": "gelu"}),
    ((1, 4, 4, 3), {"filters": 2, "kernel_size": 1, "strides": 2}),
    ((1, 5, 5, 1), {"filters": 1, "kernel_size": 5}),
    ((2, 3, 3, 2), {"filters": 2, "kernel_size": 5, "padding": "same"}),
    ((2, 9, 3), {"filters": 4, "kernel_size": 3}),
    ((2, 9, 3), {"filters": 17, "kernel_size": 4, "strides": 2, "padding": "same", "activation": "relu"}),
    ((1, 8, 2), {"filters": 3, "kernel_size": 3, "padding": "causal"}),
    ((1, 9, 2), {"filters": 3, "kernel_size": 2, "padding": "causal", "dilation_rate": 3}),
    ((1, 9, 2), {"filters": 3, "kernel_size": 3, "padding": "causal", "strides": 2}),
]
DEPTHWISE = [
    ((2, 6, 7, 3), {"kernel_size": 3}),
    ((1, 7, 5, 17), {"kernel_size": (2, 3), "padding": "same", "activation": "relu"}),
    ((2, 8, 8, 2), {"kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2}),
    ((1, 8, 8, 5), {"kernel_size": 3, "dilation_rate": 2, "use_bias": False, "depth_multiplier": 3}),
]
SEPARABLE = [
    ((2, 6, 7, 3), {"filters": 4, "kernel_size": 3}),
    ((1, 8, 8, 4), {"filters": 17, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "elu",
                    "depth_multiplier": 2, "use_bias": False}),
]


KEYS = ("filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "depth_multiplier", "activation", "use_bias")


def case(layer_class, shape, arguments):
    name = f"{layer_class.__name__}_" + "x".join(map(str, shape)) + "_" + "_".join(map(str, arguments.values()))
    layer = layer_class(**arguments)
    layer.build(shape)
    weights = [
        normals(f"conv/{name}/{v.name}", *v.shape, scale=0.5 if v.name == "bias" else (v.shape[0] * v.shape[-2]) ** -0.5)
        for v in layer.trainable_variables
    ]
    layer.set_weights(weights)
    x = tf.constant(normals(f"conv/{name}/x", *shape))
    variables = [v.value for v in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    dy = normals(f"conv/{name}/dy", *y.shape)
    dx, *dweights = tape.gradient(y, [x, *variables], output_gradients=tf.constant(dy))
    return {
        "name": name,
        "class_name": layer.__class__.__name__,
        "config": {k: v for k, v in layer.get_config().items() if k in KEYS},
        "x": array(x),
        "weights": [array(w) for w in weights],
        "y": array(y),
        "dy": array(dy),
        "dx": array(dx),
        "dweights": [array(w) for w in dweights],
    }


if __name__ == "__main__":
    layers = keras.layers
    cases = [case(layers.Conv2D if len(shape) == 4 else layers.Conv1D, shape, arguments) for shape, arguments in CASES]
    cases += [case(layers.DepthwiseConv2D, *each) for each in DEPTHWISE]
    cases += [case(layers.SeparableConv2D, *each) for each in SEPARABLE]
    write("convolution.json", cases)
