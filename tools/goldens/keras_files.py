# SPDX-License-Identifier: Apache-2.0
"""Models as Keras 3 saves them, and what Keras makes of them.

keras_files.json has every layer, keras_training.json every optimizer in the middle of a training,
keras_other.json the files that are read with a notice or not at all.
"""

import keras_models
import numpy as np
from common import array, keras, normals, write
from saved_files import saved

L = keras.layers
IN_H5 = ("BatchNormalization", "Conv2D", "Dense", "Normalization", "PReLU", "SeparableConv2D")


class MCDropout(L.Dropout):
    def call(self, inputs):
        return super().call(inputs, training=True)


class MCAlphaDropout(L.AlphaDropout):
    def call(self, inputs):
        return super().call(inputs, training=True)


@keras.saving.register_keras_serializable(package="notebook")
class MCDropoutOfANotebook(MCDropout):
    pass


class Doubled(L.Layer):
    def call(self, inputs):
        return 2 * inputs


@keras.saving.register_keras_serializable(package="notebook")
class Tripled(L.Layer):
    def call(self, inputs):
        return 3 * inputs


def fresh():
    """Names, seeds and numbers of layers as in a new process."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(7)


def drawn(model, stream):
    model.set_weights([normals(f"{stream} {i}", *w.shape, scale=0.5) for i, w in enumerate(model.get_weights())])
    return model


def case(name, model, x, ending=".keras", save="save", **more):
    return {"name": name, "file": saved(model, ending, save), "x": array(x),
            "prediction": array(model.predict(x, verbose=0)), **more}


def layers():
    for name in keras_models.LAYERS:
        fresh()
        model, x = keras_models.layer_model(name)
        x = x[: 1 if x.ndim == 4 else 3]
        yield case(f"{name}.keras", model, x)
        if name in IN_H5:
            yield case(f"{name}.h5", model, x, ".h5")
        if name == "Dense":
            yield case(f"{name}.weights.h5", model, x, ".weights.h5", "save_weights")


def chain():
    inputs = keras.Input((4,))
    out = L.Dense(3, activation="relu")(L.Flatten()(inputs))
    return drawn(keras.Model(inputs, L.Dense(2)(L.Dropout(0.25)(out))), "chain")


def many_layers():
    return drawn(keras.Sequential([L.Input((2,)), *[L.Dense(2) for _ in range(12)]]), "many")


def trainings():
    for name in keras_models.OPTIMIZERS:
        fresh()
        model, x, y = keras_models.training_model(name)
        for _ in range(3):
            model.train_on_batch(x, y)
        files = [(ending, saved(model, ending)) for ending in (".keras", ".h5")]
        model.train_on_batch(x, y)
        weights = [array(w) for w in model.get_weights()]
        for ending, file in files:
            yield {"name": f"{name}{ending}", "file": file, "weights": weights}


def net(*middle, units=2):
    return drawn(keras.Sequential([L.Input((3,)), *middle, L.Dense(units)]), "net")


def compiled(**more):
    model = net()
    model.compile(**{"optimizer": "sgd", "loss": "mse", **more})
    return model


def called_in_training():
    inputs = keras.Input((3,))
    return drawn(keras.Model(inputs, L.Dense(2)(L.Dropout(0.5)(inputs, training=True))), "called")


def read_with_a_notice():
    x = normals("noticed", 2, 3)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    for name, make in {
        "schedule": lambda: compiled(optimizer=keras.optimizers.SGD(schedule)),
        "metric": lambda: compiled(metrics=[keras.metrics.AUC()]),
        "loss": lambda: compiled(loss=keras.losses.LogCosh()),
        "optimizer": lambda: compiled(optimizer="lion"),
        "loss weights": lambda: compiled(loss_weights=[2.0]),
    }.items():
        fresh()
        model = make()
        model.train_on_batch(x, np.ones((2, 2), np.float32))
        yield case(name, model, x)
    for name, layer in {"MCDropout": MCDropout, "MCAlphaDropout": MCAlphaDropout,
                        "registered MCDropout": MCDropoutOfANotebook}.items():
        for ending in (".keras", ".h5"):
            fresh()
            model = net(layer(0.25))
            weights = [array(w) for w in model.get_weights()]
            yield {"name": f"{name}{ending}", "file": saved(model, ending), "weights": weights}
    fresh()
    model = called_in_training()
    yield {"name": "training=True", "file": saved(model, ".keras"), "weights": [array(w) for w in model.get_weights()]}


def branches():
    inputs = keras.Input((3,))
    return keras.Model(inputs, L.Add()([L.Dense(3)(inputs), inputs]))


def skipping():
    inputs = keras.Input((3,))
    first = L.Dense(3)(inputs)
    return keras.Model(inputs, [L.Dense(3)(first), L.Dense(3)(first)])


def twice():
    inputs = keras.Input((3,))
    dense = L.Dense(3)
    return keras.Model(inputs, dense(dense(inputs)))


def two_outputs():
    inputs = keras.Input((3,))
    first = L.Dense(3)(inputs)
    return keras.Model(inputs, [first, L.ReLU()(first)])


def refused():
    for name, make in {
        "branches": branches,
        "skipping": skipping,
        "twice": twice,
        "two outputs": two_outputs,
        "Lambda": lambda: net(L.Lambda(lambda x: 2 * x)),
        "class": lambda: net(Doubled()),
        "registered class": lambda: net(Tripled()),
        "nested": lambda: net(keras.Sequential([L.Input((3,)), L.Dense(3)])),
        "unknown layer": lambda: net(L.Reshape((3, 1)), L.LSTM(2)),
        "never built": lambda: keras.Sequential([L.Dense(2)]),
    }.items():
        fresh()
        yield {"name": name, "file": saved(make(), ".keras")}


def main():
    cases = list(layers())
    for name, make, shape in [("Functional", chain, (4,)), ("twelve Dense", many_layers, (2,))]:
        for ending in (".keras", ".h5"):
            fresh()
            cases.append(case(f"{name}{ending}", make(), normals(name, 3, *shape), ending))
    write("keras_files.json", cases)
    _, x, y = keras_models.training_model("SGD")
    write("keras_training.json", list(trainings()), x=array(x), labels=array(y))
    write("keras_other.json", list(read_with_a_notice()), refused=list(refused()))


if __name__ == "__main__":
    main()
