# SPDX-License-Identifier: Apache-2.0
"""Files of Keras 3 with open lengths, with activations along an axis or given as layers, and with layers that
act in training alone; what Keras predicts, for open lengths with rows of two shapes."""

from common import array, keras, normals, write
from keras_files import drawn, fresh
from saved_files import saved

L = keras.layers

OPEN = {
    "images": ((None, None, 2), (6, 5, 2), (9, 12, 2), lambda: [
        L.Conv2D(3, 3, activation="relu"), L.MaxPooling2D(), L.BatchNormalization(), L.GlobalAveragePooling2D(),
        L.Dense(2)]),
    "heights": ((None, 4, 1), (5, 4, 1), (11, 4, 1), lambda: [
        L.Conv2D(2, (3, 2), padding="same"), L.GlobalMaxPooling2D(), L.Dense(2, activation="softmax")]),
    "sequences": ((None, 3), (5, 3), (8, 3), lambda: [
        L.Conv1D(4, 3, padding="causal", activation="tanh"), L.GlobalMaxPooling1D(), L.Dense(2)]),
    "a pixel each": ((None, None, 2), (4, 3, 2), (2, 5, 2), lambda: [
        L.Conv2D(3, 3, padding="same", activation="softmax")]),
}
CLOSED = {
    "activations as layers": ((5,), lambda: [
        L.Dense(4, activation=L.LeakyReLU(0.1)), L.Activation(L.ReLU(max_value=1.0, negative_slope=0.25)),
        L.Dense(4, activation=L.Softmax())]),
    "along axes": ((3, 4, 6), lambda: [
        L.Softmax(axis=[1, 2]), L.Activation("log_softmax"), L.Softmax(axis=[1, 3]),
        L.Conv2D(6, 2, activation="sparsemax"), L.Activation("glu")]),
    "in training alone": ((6, 5, 3), lambda: [
        L.RandomFlip("horizontal", seed=3), L.RandomRotation(0.1), L.RandomZoom(0.1, 0.2), L.RandomContrast(0.3),
        L.RandomBrightness(0.2), L.RandomTranslation(0.1, 0.1), L.RandomCrop(6, 5, seed=4), L.RandomShear(0.1),
        L.RandAugment(), L.AugMix(), L.CutMix(), L.MixUp(), L.RandomErasing(), L.RandomColorJitter(),
        L.Conv2D(2, 2), L.GlobalAveragePooling2D()]),
}

IN_H5 = ("along axes",)


def model_of(shape, layers, stream):
    fresh()
    model = drawn(keras.Sequential([L.Input(shape), *layers()]), stream)
    model.set_weights([abs(w) for w in model.get_weights()])  # a variance is one of them
    return model


def cases():
    for name, (shape, *rows, layers) in OPEN.items():
        for ending in (".keras", ".h5"):
            model = model_of(shape, layers, name)
            x, other = (normals(f"{name} x {i}", 2, *row) for i, row in enumerate(rows))
            yield {"name": name + ending, "file": saved(model, ending), "open": True, "x": array(x),
                   "prediction": array(model.predict(x, verbose=0)), "other_x": array(other),
                   "other_prediction": array(model.predict(other, verbose=0))}
    for name, (shape, layers) in CLOSED.items():
        # Keras itself cannot write some of these as .h5.
        for ending in (".keras", ".h5") if name in IN_H5 else (".keras",):
            model = model_of(shape, layers, name)
            x = normals(f"{name} x", 2, *shape)
            yield {"name": name + ending, "file": saved(model, ending), "open": False, "x": array(x),
                   "prediction": array(model.predict(x, verbose=0))}


if __name__ == "__main__":
    write("keras_shapes.json", list(cases()))
