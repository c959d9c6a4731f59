# SPDX-License-Identifier: Apache-2.0
"""Dropout, AlphaDropout and the spatial dropouts with the uniforms injected from outside.

Only TensorFlow's sampler is replaced: AlphaDropout reaches it as tf.random.stateless_uniform and
Dropout, inside tf.nn.experimental.stateless_dropout, as stateless_random_uniform. All that is
done with the uniforms is the real layer's work.
"""

from unittest import mock

from tensorflow.python.ops import stateless_random_ops

from common import array, keras, normals, np, tf, uniforms, write

LAYERS = {"Dropout": keras.layers.Dropout, "AlphaDropout": keras.layers.AlphaDropout}
# and the shape of its noise, which the layer itself finds
SPATIAL_LAYERS = {
    "SpatialDropout1D": (keras.layers.SpatialDropout1D, [3, 4, 5], [None, 1, 5]),
    "SpatialDropout2D": (keras.layers.SpatialDropout2D, [3, 2, 4, 5], [None, 1, 1, 5]),
}
RATES = [0.0, 0.1, 0.2, 0.5, 0.9]
SHAPES = [
    ([4, 11], None),
    ([4, 11], [None, 1]),
    ([4, 11], [1, 11]),
    ([3, 4, 5], None),
    ([3, 4, 5], [None, 1, 5]),
    ([3, 4, 5], [1, 4, 5]),
    ([3, 4, 5], [None, 4, 1]),
]


class Sampler:
    """Stands in for the random op: hands out the given uniforms and counts the draws."""

    def __init__(self, u):
        self.u = u
        self.num_draws = 0

    def __call__(self, shape, *args, **kwargs):
        assert list(np.asarray(shape)) == list(self.u.shape), "the layer drew another shape"
        self.num_draws += 1
        return tf.constant(self.u)


def injected_uniforms(name, rate, shape, noise_shape):
    drawn = [n if given is None else given for n, given in zip(shape, noise_shape or shape)]
    u = uniforms(f"dropout/{name}/u", *drawn)
    if 0 < rate < 1:
        # The edge itself: equal to the rate is kept, the float below it is dropped.
        u.flat[0] = np.float32(rate)
        u.flat[1] = np.nextafter(np.float32(rate), np.float32(0))
        u.flat[2] = 0.0
    return u


def case(class_name, rate, shape, noise_shape, name=None, x=None):
    if name is None:
        name = f"{class_name}_{rate}_{'x'.join(map(str, shape))}"
        if noise_shape is not None:
            name += "_noise_" + "x".join(str(n or "any") for n in noise_shape)
    if class_name in SPATIAL_LAYERS:
        layer = SPATIAL_LAYERS[class_name][0](rate)
    else:
        layer = LAYERS[class_name](rate, noise_shape=noise_shape)
    u = injected_uniforms(name, rate, shape, noise_shape)
    x = tf.constant(normals(f"dropout/{name}/x", *shape) if x is None else x)
    dy = normals(f"dropout/{name}/dy", *shape)
    sampler = Sampler(u)
    with (
        mock.patch.object(stateless_random_ops, "stateless_random_uniform", sampler),
        mock.patch.object(tf.random, "stateless_uniform", sampler),
        tf.GradientTape() as tape,
    ):
        tape.watch(x)
        y = layer(x, training=True)
    assert sampler.num_draws == (1 if 0 < rate < 1 else 0)
    zero = tf.UnconnectedGradients.ZERO
    dx = tape.gradient(y, x, output_gradients=tf.constant(dy), unconnected_gradients=zero)
    return {
        "name": name,
        "class_name": class_name,
        "rate": rate,
        "noise_shape": noise_shape,
        "x": array(x),
        "u": array(u),
        "keep": array((u >= np.float32(rate)).astype(int)),
        "y": array(y),
        "dy": array(dy),
        "dx": array(dx),
    }


def edge_cases():
    zeros = np.zeros([4, 11], np.float32)
    yield case("AlphaDropout", 0.2, [4, 11], None, "AlphaDropout_0.2_zeros", zeros)
    yield case("Dropout", 1.0, [4, 11], None)  # AlphaDropout(1) divides by zero in Keras
    for class_name in LAYERS:
        # Dropout selects, so a dropped nan or inf is gone; AlphaDropout multiplies, so it stays.
        broken = normals("dropout/broken", 4, 11)
        broken.flat[::3] = np.nan
        broken.flat[1::6] = np.inf
        yield case(class_name, 0.5, [4, 11], None, f"{class_name}_0.5_not_finite", broken)


def cases():
    for class_name in LAYERS:
        for rate in RATES:
            for shape, noise_shape in SHAPES:
                yield case(class_name, rate, shape, noise_shape)
    for class_name, (_, shape, noise_shape) in SPATIAL_LAYERS.items():
        for rate in RATES:
            yield case(class_name, rate, shape, noise_shape)
    yield from edge_cases()


if __name__ == "__main__":
    write("dropout.json", list(cases()))
