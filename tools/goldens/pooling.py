# SPDX-License-Identifier: Apache-2.0
"""Pooling forward and backward: windows that overlap, leave gaps or hang over the edge, and equal maxima."""

from common import array, integers, keras, normals, np, tf, write

# name, row shape, arguments; each for both kinds and, where the image has one axis, in one dimension
WINDOWS = [
    ("tiles", [4, 6, 3], {"pool_size": [2, 2]}),
    ("rest_left_out", [5, 7, 2], {"pool_size": [2, 3]}),
    ("overlapping", [6, 7, 5], {"pool_size": [3, 3], "strides": [2, 1]}),
    ("gaps", [7, 8, 2], {"pool_size": [2, 1], "strides": [3, 4]}),
    ("same", [5, 4, 3], {"pool_size": [3, 2], "strides": [2, 2], "padding": "same"}),
    ("same_every_pixel", [4, 5, 17], {"pool_size": [3, 4], "strides": [1, 1], "padding": "same"}),
    ("same_larger_than_the_image", [2, 3, 2], {"pool_size": [5, 7], "padding": "same"}),
    ("steps", [9, 4], {"pool_size": [3]}),
    ("steps_overlapping", [9, 4], {"pool_size": [4], "strides": [2]}),
    ("steps_same", [7, 3], {"pool_size": [3], "strides": [2], "padding": "same"}),
]
SHAPES = [[3, 4, 5], [6, 1, 16], [7, 3], [1, 2]]


def case(class_name, name, row, arguments, x):
    layer = getattr(keras.layers, class_name)(**arguments)
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    dy = normals(f"pooling/{class_name}/{name}/dy", *y.shape)
    dx = tape.gradient(y, x, output_gradients=tf.constant(dy))
    return {
        "name": f"{class_name}_{name}",
        "class_name": class_name,
        "config": {key: value for key, value in layer.get_config().items() if key != "dtype"},
        "x": array(x),
        "y": array(y),
        "dy": array(dy),
        "dx": array(dx),
    }


def cases():
    for kind in ["Max", "Average"]:
        for name, row, arguments in WINDOWS:
            class_name = f"{kind}Pooling{len(row) - 1}D"
            yield case(class_name, name, row, arguments, normals(f"pooling/{name}/x", 2, *row))
        for row in SHAPES:
            class_name = f"Global{kind}Pooling{len(row) - 1}D"
            name = "x".join(map(str, row))
            for keepdims in [False, True]:
                x = normals(f"pooling/global/{name}/x", 2, *row)
                yield case(class_name, name + ("_keepdims" if keepdims else ""), row, {"keepdims": keepdims}, x)
    # Of equal maxima a window's first takes the gradient; all pixels of an image share it.
    row = [6, 6, 2]
    equal = integers("pooling/equal/x", 3, 2, *row).astype(np.float32)
    yield case("MaxPooling2D", "equal", row, {"pool_size": [3, 3], "strides": [2, 2]}, equal)
    yield case("MaxPooling2D", "equal_same", row, {"pool_size": [3, 3], "strides": [1, 1], "padding": "same"}, equal)
    yield case("GlobalMaxPooling2D", "equal", row, {}, equal)


if __name__ == "__main__":
    write("pooling.json", list(cases()))
