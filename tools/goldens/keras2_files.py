# SPDX-License-Identifier: Apache-2.0
"""Models as Keras 2 (the package tf_keras) saves them, and what it makes of them.

Run with TF_USE_LEGACY_KERAS=1: both Keras cannot live in one process.
"""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tensorflow as tf
import tf_keras as keras
from golden_file import array, write
from saved_files import saved

L = keras.layers
tf.config.experimental.enable_op_determinism()
tf.config.threading.set_intra_op_parallelism_threads(1)


def normals(stream, *shape):
    seed = list(stream.encode())
    return np.round(0.5 * np.random.default_rng(seed).standard_normal(shape), 4).astype(np.float32)


def drawn(model, stream):
    for layer in model.layers:
        weights = [normals(f"{stream} {layer.name} {i}", *w.shape) for i, w in enumerate(layer.get_weights())]
        if isinstance(layer, L.BatchNormalization):
            weights[-1] = abs(weights[-1]) + 0.5  # a variance
        layer.set_weights(weights)
    return model


def dense():
    return [L.InputLayer((5,)), L.Dense(6, kernel_regularizer="l2"), L.BatchNormalization(), L.LeakyReLU(0.2),
            L.AlphaDropout(0.25), L.Dense(3, activation="softmax")]


def convolution():
    return [L.InputLayer((5, 4, 2)), L.Conv2D(3, 3, padding="same", activation="relu"), L.MaxPooling2D(),
            L.Flatten(), L.Dropout(0.5), L.Dense(3, activation="softmax")]


def functional():
    inputs = keras.Input((5,))
    return keras.Model(inputs, L.Dense(3)(L.ReLU()(L.Dense(4)(inputs))))


# Without Nadam: Keras 2 keeps its product of momenta in no file, and multiplies it once a weight, not once a step.
OPTIMIZERS = {"adam": lambda: keras.optimizers.Adam(0.01), "sgd": lambda: keras.optimizers.SGD(0.05, momentum=0.9), "rmsprop": lambda: keras.optimizers.RMSprop(0.01)}


def fresh():
    keras.backend.clear_session()
    keras.utils.set_random_seed(7)


def case(name, model, x, ending, **more):
    return {"name": name, "file": saved(model, ending), "x": array(x), "prediction": array(model.predict(x, verbose=0)),
            **more}


def models():
    for ending in (".keras", ".h5"):
        for name, layers in {"dense": dense, "convolution": convolution}.items():
            fresh()
            model = drawn(keras.Sequential(layers()), name)
            x = normals(f"{name} x", 4, *model.input_shape[1:])
            yield case(f"{name}{ending}", model, x, ending)
        fresh()
        yield case(f"functional{ending}", drawn(functional(), "functional"), normals("functional x", 4, 5), ending)


def training_model(optimizer):
    layers = [L.InputLayer((5,)), L.Dense(6, activation="tanh"), L.BatchNormalization(), L.Dense(3, activation="softmax")]
    model = drawn(keras.Sequential(layers), "training")
    model.compile(OPTIMIZERS[optimizer](), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def trainings():
    x = normals("training x", 8, 5)
    labels = np.arange(8) % 3
    for optimizer in OPTIMIZERS:
        fresh()
        model = training_model(optimizer)
        for _ in range(3):
            model.train_on_batch(x, labels)
        files = [(ending, saved(model, ending)) for ending in (".keras", ".h5")]
        model.train_on_batch(x, labels)
        weights = [array(w) for w in model.get_weights()]
        for ending, file in files:
            yield {"name": f"{optimizer}{ending}", "file": file, "x": array(x), "labels": array(labels), "weights": weights}


def main():
    made_by = {"tf_keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}
    write("keras2_files.json", list(models()), made_by, trainings=list(trainings()))


if __name__ == "__main__":
    main()
