# SPDX-License-Identifier: Apache-2.0
"""Small Keras models: one for every layer that regulus has, and one for every optimizer.

tools/goldens/keras_files.py stores what Keras makes of them; tests/oracle/keras_test.py asks live.
"""

from common import keras, normals

L = keras.layers
SEQUENCE = (6, 3)
IMAGE = (8, 6, 4)


def bent(units=4, **more):
    """A Dense whose every member says something."""
    return L.Dense(units, kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02), bias_initializer="random_normal",
                   bias_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(2.0), **more)


# class: layers behind the input; the shape of a row
LAYERS = {
    "Activation": ([L.Activation("gelu"), L.Activation("tanh")], (5,)),
    "ActivityRegularization": ([L.ActivityRegularization(l1=0.1, l2=0.2)], (5,)),
    "AlphaDropout": ([L.AlphaDropout(0.3), L.Dense(3)], (5,)),
    "AveragePooling1D": ([L.AveragePooling1D(2, strides=1, padding="same")], SEQUENCE),
    "AveragePooling2D": ([L.AveragePooling2D((2, 3), padding="same")], IMAGE),
    "BatchNormalization": ([L.BatchNormalization(momentum=0.9, epsilon=0.01), L.BatchNormalization(center=False)],
                           (5,)),
    "Conv1D": ([L.Conv1D(4, 3, strides=2, padding="causal", activation="relu")], SEQUENCE),
    "Conv2D": ([L.Conv2D(6, 3, padding="same", groups=2, dilation_rate=2, kernel_regularizer="l2")], IMAGE),
    "Cropping2D": ([L.Cropping2D(((1, 0), (2, 1)))], IMAGE),
    "Dense": ([bent(7, activation="selu"), bent(3, use_bias=False), L.Dense(2, activation="softmax")], (5,)),
    "DepthwiseConv2D": ([L.DepthwiseConv2D(3, depth_multiplier=2, padding="same")], IMAGE),
    "Dropout": ([L.Dropout(0.5, noise_shape=(None, 1)), L.Dense(3)], (5,)),
    "ELU": ([L.ELU(alpha=0.5)], (5,)),
    "Flatten": ([L.Flatten()], IMAGE),
    "GaussianDropout": ([L.GaussianDropout(0.3)], (5,)),
    "GaussianNoise": ([L.GaussianNoise(0.2)], (5,)),
    "GlobalAveragePooling1D": ([L.GlobalAveragePooling1D()], SEQUENCE),
    "GlobalAveragePooling2D": ([L.GlobalAveragePooling2D(keepdims=True)], IMAGE),
    "GlobalMaxPooling1D": ([L.GlobalMaxPooling1D()], SEQUENCE),
    "GlobalMaxPooling2D": ([L.GlobalMaxPooling2D()], IMAGE),
    "LayerNormalization": ([L.LayerNormalization(axis=(1, 2)), L.LayerNormalization(scale=False)], SEQUENCE),
    "LeakyReLU": ([L.LeakyReLU(negative_slope=0.2)], (5,)),
    "MaxPooling1D": ([L.MaxPooling1D(2)], SEQUENCE),
    "MaxPooling2D": ([L.MaxPooling2D(3, strides=2, padding="same")], IMAGE),
    "Normalization": ([L.Normalization(axis=-1), L.Normalization(mean=0.5, variance=2.0, invert=True)], (5,)),
    "PReLU": ([L.PReLU(alpha_initializer="random_uniform", shared_axes=[1])], SEQUENCE),
    "Permute": ([L.Permute((2, 1))], SEQUENCE),
    "ReLU": ([L.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.05)], (5,)),
    "RepeatVector": ([L.RepeatVector(3)], (5,)),
    "Rescaling": ([L.Rescaling(1.0 / 255, offset=-0.5)], IMAGE),
    "Reshape": ([L.Reshape((3, -1))], SEQUENCE),
    "SeparableConv2D": ([L.SeparableConv2D(5, 3, depth_multiplier=2, activation="elu")], IMAGE),
    "Softmax": ([L.Softmax()], (5,)),
    "SpatialDropout1D": ([L.SpatialDropout1D(0.4)], SEQUENCE),
    "SpatialDropout2D": ([L.SpatialDropout2D(0.4)], IMAGE),
    "UnitNormalization": ([L.UnitNormalization(axis=-1)], (5,)),
    "UpSampling2D": ([L.UpSampling2D((2, 1))], IMAGE),
    "ZeroPadding2D": ([L.ZeroPadding2D(((1, 2), (0, 3)))], IMAGE),
}

OPTIMIZERS = {
    "Nadam": lambda: keras.optimizers.Nadam(0.01),
    "Adam": lambda: keras.optimizers.Adam(0.01),
    "Adam_amsgrad": lambda: keras.optimizers.Adam(0.01, amsgrad=True),
    "AdamW": lambda: keras.optimizers.AdamW(0.01, weight_decay=0.02),
    "SGD_momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "SGD_nesterov": lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "SGD": lambda: keras.optimizers.SGD(0.05),
    "RMSprop": lambda: keras.optimizers.RMSprop(0.01),
    "RMSprop_momentum": lambda: keras.optimizers.RMSprop(0.01, momentum=0.8),
    "RMSprop_centered_momentum": lambda: keras.optimizers.RMSprop(0.01, momentum=0.8, centered=True),
}


def rows(name, shape, count=3):
    return normals(f"keras_models {name}", count, *shape)


def layer_model(name):
    """The model and rows for it. Weights that would be zeros or ones are drawn."""
    layers, shape = LAYERS[name]
    model = keras.Sequential([L.Input(shape), *[type(l).from_config(l.get_config()) for l in layers]])
    x = rows(name, shape)
    for layer in model.layers:
        if isinstance(layer, L.Normalization) and layer.input_mean is None:
            layer.adapt(x)
        elif isinstance(layer, L.Normalization):
            continue
        else:
            drawn = [normals(f"{name} {layer.name} {i}", *w.shape, scale=0.5) for i, w in enumerate(layer.get_weights())]
            if isinstance(layer, L.BatchNormalization):
                drawn[-1] = abs(drawn[-1]) + 0.5
            layer.set_weights(drawn)
    return model, x


def training_model(optimizer):
    """A compiled model that has learned nothing yet, and data for it. Nothing in it draws."""
    model = keras.Sequential([L.Input((4, 4, 2)), L.Conv2D(3, 3, activation="relu"), L.BatchNormalization(), L.Flatten(),
                              bent(5, activation="tanh"), L.Dense(3, activation="softmax")])
    for layer in model.layers:
        drawn = [normals(f"train {layer.name} {i}", *w.shape, scale=0.4) for i, w in enumerate(layer.get_weights())]
        if isinstance(layer, L.BatchNormalization):
            drawn[-1] = abs(drawn[-1]) + 0.5
        layer.set_weights(drawn)
    model.compile(OPTIMIZERS[optimizer](), "sparse_categorical_crossentropy", metrics=["accuracy"])
    x = normals("train x", 12, 4, 4, 2)
    y = (abs(x).sum(axis=(1, 2, 3)) * 7).astype("int64") % 3
    return model, x, y
