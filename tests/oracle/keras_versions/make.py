# SPDX-License-Identifier: Apache-2.0
"""Models with trained optimizers as the installed Keras saves them, and the losses with which it goes on.

    PYTHON tests/oracle/keras_versions/make.py OUT

Keras is the package keras from release 3 on, tf_keras, or tf.keras of TensorFlow 2.11 to 2.15; FOR=legacy asks
the two latter for the optimizers of Keras 2.0 to 2.10 (keras.optimizers.legacy). OUT gets one file a model, x.npy,
y.npy and cases.json: for each file its optimizer and the losses of three more epochs, batch 16, no shuffle.
"""

import json
import logging
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

import numpy as np

LEGACY = os.environ.get("FOR") == "legacy"


def find_keras():
    """Keras 3 if it is there, else tf_keras, else what TensorFlow brings."""
    try:
        import tf_keras

        return tf_keras
    except ImportError:
        pass
    try:
        import keras

        if keras.__version__.startswith("3."):
            return keras
    except ImportError:
        pass
    import tensorflow as tf

    return tf.keras


keras = find_keras()
version = keras.__version__
GENERATION = 3 if version.startswith("3.") else 2
O = keras.optimizers.legacy if LEGACY else keras.optimizers
EPOCHS, BATCH = 3, 16


def optimizers():
    yield "nadam", lambda: O.Nadam(0.01)
    yield "adam", lambda: O.Adam(0.01)
    yield "adam_amsgrad", lambda: O.Adam(0.01, amsgrad=True)
    yield "sgd", lambda: O.SGD(0.1)
    yield "sgd_momentum", lambda: O.SGD(0.1, momentum=0.9)
    yield "sgd_nesterov", lambda: O.SGD(0.1, momentum=0.9, nesterov=True)
    yield "rmsprop", lambda: O.RMSprop(0.01)
    yield "rmsprop_momentum", lambda: O.RMSprop(0.003, momentum=0.8)
    yield "rmsprop_centered", lambda: O.RMSprop(0.003, centered=True)
    yield "rmsprop_both", lambda: O.RMSprop(0.003, momentum=0.8, centered=True)
    yield "adam_clipnorm", lambda: O.Adam(0.01, clipnorm=0.1)
    if LEGACY:
        yield "adam_decay", lambda: O.Adam(0.02, decay=0.05)
        yield "sgd_decay", lambda: O.SGD(0.2, momentum=0.5, decay=0.05)
        yield "rmsprop_decay", lambda: O.RMSprop(0.01, decay=0.05)
        yield "nadam_schedule", lambda: O.Nadam(0.01, schedule_decay=0.1)
    else:
        schedules = keras.optimizers.schedules
        yield "adamw", lambda: O.AdamW(0.01, weight_decay=0.05)
        yield "sgd_weight_decay", lambda: O.SGD(0.1, weight_decay=0.05)
        yield "adam_inverse_time", lambda: O.Adam(schedules.InverseTimeDecay(0.02, 4, 0.2))
        yield "adam_exponential", lambda: O.Adam(schedules.ExponentialDecay(0.02, 4, 0.9))
        yield "adam_ema", lambda: O.Adam(0.01, use_ema=True)
        if GENERATION == 3 and tuple(map(int, version.split(".")[:2])) >= (3, 3):
            yield "adam_accumulation", lambda: O.Adam(0.01, gradient_accumulation_steps=2)
        yield "adam_loss_scale", lambda: keras.mixed_precision.LossScaleOptimizer(O.Adam(0.01)) if GENERATION == 2 else O.LossScaleOptimizer(O.Adam(0.01))
    yield "adam_untrained", lambda: O.Adam(0.01)


def layers(net):
    L = keras.layers
    if net == "square":  # the order of equal shapes shows in no shape
        return [L.Dense(6, activation="tanh", use_bias=False), L.Dense(6, activation="tanh", use_bias=False),
                L.Dense(6, activation="softmax", use_bias=False)]
    return [L.Dense(5, activation="tanh"), L.BatchNormalization(), L.Dense(6, activation="softmax")]


def model_of(net, make_optimizer):
    rng = np.random.default_rng(7)
    model = keras.Sequential([keras.layers.Input((6,)), *layers(net)])
    for layer in model.layers:
        if "batch" not in layer.name:
            layer.set_weights([rng.normal(0, 0.6, w.shape).astype("float32") for w in layer.get_weights()])
    more = {"jit_compile": False}
    model.compile(make_optimizer(), "sparse_categorical_crossentropy", metrics=["accuracy"], **more)
    return model


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    x = rng.normal(0, 1, (48, 6)).astype("float32")
    y = (np.argmax(x + 0.5 * rng.normal(0, 1, x.shape), axis=1)).astype("int64")
    np.save(out / "x.npy", x)
    np.save(out / "y.npy", y)

    def losses(model):
        return [float(v) for v in model.fit(x, y, epochs=EPOCHS, batch_size=BATCH, shuffle=False, verbose=0).history["loss"]]

    cases = []
    for name, make in optimizers():
        for net in ("square", "biased"):
            if net == "biased" and name not in ("nadam", "adam", "sgd", "rmsprop_both"):
                continue
            endings = [".keras", ".h5", ".weights.h5"] if net == "square" else [".keras", ".h5"]
            try:
                model = model_of(net, make)
                if not name.endswith("untrained"):
                    losses(model)
                files = {}
                for ending in endings:
                    try:
                        file = f"{name}_{net}{ending}"
                        model.save_weights(str(out / file)) if ending == ".weights.h5" else model.save(str(out / file))
                        files[ending] = file
                    except Exception as problem:
                        print(version, name, net, ending, "is not saved:", str(problem)[:100])
                went_on = losses(model)
            except Exception as problem:
                print(version, name, net, "fails:", repr(problem)[:200])
                continue
            for ending, file in files.items():
                case = {"file": file, "optimizer": name, "net": net, "losses": went_on}
                if ending == ".keras" or (ending == ".h5" and GENERATION == 2):  # Keras 3 cannot resume from its own .h5
                    try:
                        case["resumed"] = losses(keras.models.load_model(str(out / file)))
                    except Exception as problem:
                        print(version, file, "is not resumed by Keras itself:", repr(problem)[:100])
                cases.append(case)
    made_by = {"keras": version, "package": keras.__name__, "legacy": LEGACY, "numpy": np.__version__}
    (out / "cases.json").write_text(json.dumps({"made_by": made_by, "cases": cases}, indent=1) + "\n")
    print(version, len(cases), "files")


if __name__ == "__main__":
    main()
