# SPDX-License-Identifier: Apache-2.0
"""Convolutions whose channels and filters are parted into groups, forward and backward.

TensorFlow has no such product on a CPU: Keras compiles its own by XLA, gradients too.
"""

from common import keras, write
from convolution import case

# input shape, layer's arguments: filters of a group below, at and above the width of a panel; every kind of window
CASES = [
    ((2, 5, 6, 4), {"filters": 6, "kernel_size": 3, "groups": 2}),
    ((1, 6, 5, 6), {"filters": 9, "kernel_size": (2, 3), "groups": 3, "padding": "same", "activation": "relu"}),
    ((2, 4, 5, 4), {"filters": 34, "kernel_size": 2, "groups": 2, "activation": "elu"}),
    ((1, 7, 6, 4), {"filters": 32, "kernel_size": 3, "groups": 2, "strides": 2, "padding": "same", "use_bias": False}),
    ((1, 8, 7, 6), {"filters": 4, "kernel_size": 3, "groups": 2, "strides": (2, 3)}),
    ((1, 8, 8, 4), {"filters": 8, "kernel_size": 3, "groups": 4, "dilation_rate": 2, "activation": "tanh"}),
    ((1, 6, 7, 4), {"filters": 6, "kernel_size": 3, "groups": 2, "dilation_rate": (1, 2), "padding": "same"}),
    ((1, 3, 4, 38), {"filters": 4, "kernel_size": 1, "groups": 2}),
    ((2, 9, 4), {"filters": 6, "kernel_size": 3, "groups": 2}),
    ((1, 9, 6), {"filters": 6, "kernel_size": 4, "groups": 3, "strides": 2, "padding": "same", "activation": "relu"}),
    ((1, 8, 4), {"filters": 4, "kernel_size": 2, "groups": 4, "padding": "causal", "dilation_rate": 3}),
]


if __name__ == "__main__":
    layers = keras.layers
    cases = [case(layers.Conv2D if len(shape) == 4 else layers.Conv1D, shape, arguments) for shape, arguments in CASES]
    write("grouped_convolution.json", cases)
