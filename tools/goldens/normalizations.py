# SPDX-License-Identifier: Apache-2.0
"""LayerNormalization, UnitNormalization and Normalization, forward and backward, and what adapt() finds."""

from common import array, keras, normals, np, tf, write
from layers import case

LAYERS = keras.layers
LAYER = LAYERS.LayerNormalization
UNIT = LAYERS.UnitNormalization
GIVEN = LAYERS.Normalization

# name of the case: the layer, the shape of its input, first inputs
LAYER_NORMALIZATIONS = {
    "layer": (LAYER(), [4, 5]),
    "layer_17": (LAYER(epsilon=0.05), [3, 17]),
    "layer_48": (LAYER(axis=1), [3, 48]),
    "layer_of_one": (LAYER(), [3, 1]),
    "layer_no_beta": (LAYER(center=False), [3, 33]),
    "layer_no_gamma": (LAYER(scale=False), [3, 7]),
    "layer_plain": (LAYER(center=False, scale=False), [3, 7]),
    "layer_rules": (LAYER(gamma_initializer="zeros", beta_constraint="non_neg"), [2, 3]),
    "layer_pixels": (LAYER(), [2, 3, 2, 5]),
    "layer_image": (LAYER(axis=[1, 2, 3]), [3, 2, 3, 4]),
    "layer_rows_of_image": (LAYER(axis=[-1, -2]), [2, 3, 2, 9]),
    "layer_middle": (LAYER(axis=1), [2, 6, 3]),
    "layer_around": (LAYER(axis=[3, 1]), [2, 3, 4, 2]),
    "layer_constant": (LAYER(), [2, 3], [2, 2, 2]),
    "layer_rms": (LAYER(rms_scaling=True, scale=False), [3, 6]),
    "layer_rms_pixels": (LAYER(rms_scaling=True, axis=1), [2, 4, 3]),
}
UNIT_NORMALIZATIONS = {
    "unit": (UNIT(), [4, 5]),
    "unit_33": (UNIT(axis=1), [3, 33]),
    "unit_of_one": (UNIT(), [3, 1]),
    "unit_zeros": (UNIT(), [3, 4], [0, 0, 0, 0]),
    "unit_short": (UNIT(), [3, 3], [1e-13, -2e-13, 0, 3e-12, 4e-12, 0]),
    "unit_pixels": (UNIT(), [2, 3, 2, 5]),
    "unit_image": (UNIT(axis=[1, 2, 3]), [2, 2, 3, 4]),
    "unit_middle": (UNIT(axis=-2), [2, 6, 3]),
    "unit_around": (UNIT(axis=[1, 3]), [2, 3, 4, 2]),
}
GIVEN_NORMALIZATIONS = {
    "given": (GIVEN(mean=[0.5, -1.25, 3.0], variance=[4.0, 0.3, 1e-6]), [4, 3]),
    "given_number": (GIVEN(mean=0.3, variance=2), [2, 3, 5]),
    "given_one_for_all": (GIVEN(axis=None, mean=0.3, variance=0.2), [2, 17]),
    "given_constant": (GIVEN(mean=[0.5, 1.0], variance=[0.0, 1e-16]), [3, 2], [0.5, 1.0]),
    "given_pixels": (GIVEN(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0]), [2, 2, 2, 3]),
    "given_first_axis": (GIVEN(axis=1, mean=[0.1, 0.2], variance=[1.0, 2.0]), [2, 2, 3]),
    "given_stretched": (GIVEN(axis=(1, 2), mean=[[0.1], [0.2]], variance=[[1.0], [2.0]]), [2, 2, 3]),
    "given_last_of_two": (GIVEN(axis=(3, 1), mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0]), [2, 2, 2, 3]),
    "given_inverted": (GIVEN(mean=[0.5, -1.25, 3.0], variance=[4.0, 0.3, 0.0], invert=True), [4, 3]),
}


def adapted(name, shape, **arguments):
    """What the layer has learned from some rows, and what it makes of others."""
    layer = GIVEN(**arguments)
    data = normals(f"normalizations/{name}/data", *shape) * np.float32(3) + np.float32(2)
    data[..., -1] = 1.5  # never varies
    layer.adapt(data)
    x = normals(f"normalizations/{name}/x", 2, *shape[1:])
    x[..., -1] = 1.5
    return {
        "name": name,
        "config": {**layer.get_config(), "name": name},
        "data": array(data),
        "weights": [array(np.asarray(w, np.float32)) for w in layer.get_weights()],
        "weight_names": [w.name for w in layer.weights],
        "x": array(x),
        "y": array(layer(tf.constant(x))),
    }


def main():
    cases = {**LAYER_NORMALIZATIONS, **UNIT_NORMALIZATIONS, **GIVEN_NORMALIZATIONS}
    write(
        "normalizations.json",
        [case(name, *given) for name, given in cases.items()],
        adapted=[
            adapted("features", [9, 4]),
            adapted("features_inverted", [9, 4], invert=True),
            adapted("pixels", [4, 2, 3, 5]),
            adapted("one_for_all", [4, 2, 3], axis=None),
            adapted("all_features", [5, 2, 3], axis=(1, 2)),
            adapted("first_axis", [4, 2, 3], axis=1),
        ],
        # Before the layer has seen its rows, when Keras makes lists of the axes.
        default_configs={
            layer.__class__.__name__: {**layer.get_config(), "name": "a"} for layer in (LAYER(), UNIT(), GIVEN())
        },
    )


if __name__ == "__main__":
    main()
