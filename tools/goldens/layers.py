# SPDX-License-Identifier: Apache-2.0
"""Layers without products of matrices, forward and backward: their configs as Keras writes them too."""

from unittest import mock

from common import array, keras, normals, scalar, tf, write

LAYERS = keras.layers

# name of the case: the layer, the shape of its input
SHAPE_LAYERS = {
    "reshape": (LAYERS.Reshape([4, 3]), [2, 12]),
    "reshape_open": (LAYERS.Reshape([2, -1, 3]), [2, 4, 9]),
    "reshape_flat": (LAYERS.Reshape([-1]), [2, 2, 3]),
    "permute_2": (LAYERS.Permute([2, 1]), [2, 3, 7]),
    "permute_3": (LAYERS.Permute([3, 1, 2]), [2, 3, 4, 5]),
    "permute_in_order": (LAYERS.Permute([1, 2]), [2, 3, 5]),
    "permute_1": (LAYERS.Permute([1]), [2, 5]),
    "repeat_vector": (LAYERS.RepeatVector(3), [2, 7]),
    "repeat_vector_once": (LAYERS.RepeatVector(1), [2, 17]),
    "zero_padding_default": (LAYERS.ZeroPadding2D(), [2, 3, 4, 2]),
    "zero_padding_rows_columns": (LAYERS.ZeroPadding2D([2, 0]), [1, 2, 3, 1]),
    "zero_padding_sides": (LAYERS.ZeroPadding2D([[1, 2], [0, 3]]), [2, 2, 3, 3]),
    "cropping_none": (LAYERS.Cropping2D(), [1, 2, 3, 2]),
    "cropping_all": (LAYERS.Cropping2D(1), [2, 4, 5, 2]),
    "cropping_sides": (LAYERS.Cropping2D([[1, 0], [2, 1]]), [2, 4, 5, 3]),
    "up_sampling_default": (LAYERS.UpSampling2D(), [2, 2, 3, 2]),
    "up_sampling_rows_columns": (LAYERS.UpSampling2D([1, 3]), [2, 3, 2, 5]),
}

# The first inputs are those where the slope changes.
ACTIVATION_LAYERS = {
    "relu_default": (LAYERS.ReLU(), [3, 7], [0]),
    "relu_6": (LAYERS.ReLU(max_value=6.0), [3, 7], [0, 7]),
    "relu_max": (LAYERS.ReLU(max_value=0.75), [3, 7], [0, 0.75]),
    "relu_slope": (LAYERS.ReLU(negative_slope=0.25), [3, 7], [0]),
    "relu_threshold": (LAYERS.ReLU(threshold=0.5), [3, 7], [0, 0.5]),
    "relu_max_slope": (LAYERS.ReLU(max_value=1.0, negative_slope=0.1), [3, 7], [0, 1]),
    "relu_all": (LAYERS.ReLU(max_value=1.5, negative_slope=0.3, threshold=0.25), [3, 17], [0, 0.25, 1.5]),
    "relu_max_below_threshold": (LAYERS.ReLU(max_value=0.25, threshold=0.5), [3, 7], [0, 0.25, 0.5]),
    "leaky_relu_default": (LAYERS.LeakyReLU(), [2, 3, 5], [0]),
    "leaky_relu": (LAYERS.LeakyReLU(negative_slope=0.05), [3, 7], [0]),
    "elu_default": (LAYERS.ELU(), [2, 3, 5], [0]),
    "elu": (LAYERS.ELU(alpha=0.4), [3, 7], [0]),
    "softmax_rank_1": (LAYERS.Softmax(), [3, 11], []),
    "softmax_last": (LAYERS.Softmax(), [2, 20, 3], []),
    "softmax_middle": (LAYERS.Softmax(axis=1), [2, 17, 5], []),
    "softmax_image": (LAYERS.Softmax(axis=-2), [2, 3, 4, 5], []),
    "softmax_of_one": (LAYERS.Softmax(axis=2), [2, 3, 1], []),
    "prelu_default": (LAYERS.PReLU(), [4, 19], [0]),
    "prelu_image": (LAYERS.PReLU(), [3, 2, 3, 5], [0]),
    "prelu_channels": (LAYERS.PReLU(shared_axes=[1, 2]), [3, 2, 3, 5], [0]),
    "prelu_pixels": (LAYERS.PReLU(shared_axes=[3]), [3, 2, 3, 5], [0]),
    "prelu_one": (LAYERS.PReLU(shared_axes=[1]), [4, 19], [0]),
    "prelu_rules": (LAYERS.PReLU("ones", alpha_constraint="non_neg"), [2, 3], [0]),
    "rescaling": (LAYERS.Rescaling(1 / 255), [2, 17], []),
    "rescaling_offset": (LAYERS.Rescaling(2 / 255, offset=-1.0), [2, 3, 5], []),
}


def case(name, layer, shape, first_inputs=()):
    layer.build([None, *shape[1:]])
    weights = [normals(f"layers/{name}/{w.name}", *w.shape, scale=0.5) for w in layer.weights]
    layer.set_weights(weights)
    x = normals(f"layers/{name}/x", *shape)
    x.flat[: len(first_inputs)] = first_inputs
    x = tf.constant(x)
    variables = [v.value for v in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    dy = normals(f"layers/{name}/dy", *y.shape)
    dx, *dweights = tape.gradient(y, [x, *variables], output_gradients=tf.constant(dy))
    return {
        "name": name,
        "class_name": type(layer).__name__,
        "config": {**layer.get_config(), "name": name},
        "weights": [array(w) for w in weights],
        "x": array(x),
        "y": array(y),
        "dy": array(dy),
        "dx": array(dx),
        "dweights": [array(d) for d in dweights],
    }


def activity(name, **factors):
    """What ActivityRegularization adds to the loss, and the gradient of that."""
    layer = LAYERS.ActivityRegularization(**factors)
    x = tf.constant(normals(f"layers/{name}/x", 4, 3, 5))
    with tf.GradientTape() as tape:
        tape.watch(x)
        layer(x)
        penalty = sum(layer.losses)
    return {
        "name": name,
        "config": {**layer.get_config(), "name": name},
        "x": array(x),
        "penalty": scalar(penalty),
        "dx": array(tape.gradient(penalty, x)),
    }


def noise(class_name, argument):
    """Mean and standard deviation of a noise layer's outputs where x is 2, as a function of the normals
    that it draws: those are injected, z = 0 and then z = 1."""
    layer = getattr(LAYERS, class_name)(argument)
    outputs = []
    for z in [0.0, 1.0]:

        def normal(shape, mean, stddev, dtype, seed, z=z):
            return tf.fill(shape, tf.cast(mean + stddev * z, dtype))

        with mock.patch.object(keras.src.backend.random, "normal", normal):
            outputs.append(float(layer(tf.constant([[2.0]]), training=True)[0, 0]))
    return {
        "name": f"{class_name}_{argument}",
        "class_name": class_name,
        "argument": argument,
        "config": layer.get_config(),
        "y_mean": outputs[0],
        "y_stddev": outputs[1] - outputs[0],
    }


if __name__ == "__main__":
    write(
        "layers.json",
        [case(name, *given) for name, given in {**SHAPE_LAYERS, **ACTIVATION_LAYERS}.items()],
        activity=[
            activity("l1", l1=0.1),
            activity("l2", l2=0.3),
            activity("l1_l2", l1=0.02, l2=0.05),
        ],
        noise=[
            noise("GaussianNoise", 0.1),
            noise("GaussianNoise", 1.0),
            noise("GaussianDropout", 0.1),
            noise("GaussianDropout", 0.5),
            noise("GaussianDropout", 0.9),
        ],
    )
