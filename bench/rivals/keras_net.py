# SPDX-License-Identifier: Apache-2.0
"""Keras: fit and predict as they are, on the back end that KERAS_BACKEND names.

Stochastic passes are `model(x, training=True)` compiled by the back end, one program for all samples:
`predict` has no training mode, and calling the layers one by one from Python is slower.
"""

import common
import keras
import numpy as np

STEPS_PER_CALL = 32  # batches that one compiled call trains on; Keras's default is 1
# Of a stochastic pass: activations and masks of so many rows stay in the cache.
MC_ROWS = {"tensorflow": 1_000, "jax": 250}
IMAGE_ROWS = 1_000  # predicted at a time


def make_model():
    layers = keras.layers
    dense = {"activation": "selu", "kernel_initializer": "lecun_normal"}
    return keras.Sequential([
        layers.Input([common.UNITS[0]]),
        layers.AlphaDropout(common.RATE),
        layers.Dense(common.UNITS[1], **dense),
        layers.AlphaDropout(common.RATE),
        layers.Dense(common.UNITS[2], **dense),
        layers.AlphaDropout(common.RATE),
        layers.Dense(common.UNITS[3], activation="softmax"),
    ])


def make_image_model():
    layers = keras.layers
    return keras.Sequential([
        layers.Input([28, 28, 1]),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


def tensorflow_programs(model):
    """(x -> probabilities, (x, samples) -> mean and std) as compiled TensorFlow functions."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def plain(x):
        return model(x, training=False)

    @tf.function  # jit_compile=True makes the random numbers thirty times slower
    def sample_into(x, mean, squares, sample):
        p = model(x, training=True)
        difference = p - mean
        mean += difference / sample
        return mean, squares + difference * (p - mean)

    def stochastic(x, samples):
        x = tf.constant(x)
        mean = squares = tf.zeros((len(x), common.UNITS[-1]))
        for sample in range(1, samples + 1):
            mean, squares = sample_into(x, mean, squares, tf.constant(float(sample)))
        return mean, tf.sqrt(squares / samples)

    return plain, stochastic


def jax_programs(model):
    """The same as compiled JAX functions. The seeds are part of the model's non-trainable variables."""
    import jax
    import jax.numpy as jnp

    def values(variables):
        return [variable.value for variable in variables]

    @jax.jit
    def plain_from(weights, state, x):
        return model.stateless_call(weights, state, x, training=False)[0]

    @jax.jit
    def stochastic_from(weights, state, x, samples):
        def body(sample, carry):
            mean, squares, state = carry
            p, state = model.stateless_call(weights, state, x, training=True)
            difference = p - mean
            mean += difference / (sample + 1)
            return mean, squares + difference * (p - mean), state

        zero = jnp.zeros((x.shape[0], common.UNITS[-1]))
        mean, squares, state = jax.lax.fori_loop(0, samples, body, (zero, zero, state))
        return mean, jnp.sqrt(squares / samples), state

    def plain(x):
        return plain_from(values(model.trainable_variables), values(model.non_trainable_variables), x)

    def stochastic(x, samples):
        variables = model.non_trainable_variables
        mean, std, state = stochastic_from(values(model.trainable_variables), values(variables), x, samples)
        for variable, value in zip(variables, state):
            variable.assign(value)
        return mean, std

    return plain, stochastic


class Keras:
    note = f"steps_per_execution={STEPS_PER_CALL}; predict_on_batch; J2 and J4 by compiled calls"

    def __init__(self, threads):
        backend = keras.backend.backend()
        if backend == "tensorflow":
            import tensorflow as backend_module

            backend_module.config.threading.set_intra_op_parallelism_threads(threads)
            backend_module.config.threading.set_inter_op_parallelism_threads(threads)
        else:
            import jax as backend_module
        self.versions = {"keras": keras.__version__, backend: backend_module.__version__}
        self.programs = tensorflow_programs if backend == "tensorflow" else jax_programs
        self.mc_rows = MC_ROWS[backend]

    def load(self, data):
        keras.utils.set_random_seed(42)
        self.data = data
        self.model = make_model()
        self.model.compile(
            loss="sparse_categorical_crossentropy",
            optimizer="nadam",
            metrics=["accuracy"],
            steps_per_execution=STEPS_PER_CALL,
        )
        self.plain, self.stochastic = self.programs(self.model)

    def fit(self):
        self.model.fit(self.data.train_x, self.data.train_y, batch_size=common.BATCH, verbose=0)

    def predict(self):
        return self.model.predict_on_batch(self.data.test_x)

    def predict_row(self, index):
        return np.asarray(self.plain(self.data.test_x[index : index + 1]))

    def fit_images(self):
        if not hasattr(self, "image_model"):
            self.image_model = make_image_model()
            self.image_model.compile(
                loss="sparse_categorical_crossentropy",
                optimizer="adam",
                metrics=["accuracy"],
                steps_per_execution=STEPS_PER_CALL,
            )
            self.images, self.test_images = (
                x.reshape(-1, 28, 28, 1) for x in (self.data.train_x, self.data.test_x)
            )
        self.image_model.fit(self.images, self.data.train_y, batch_size=common.IMAGE_BATCH, verbose=0)

    def predict_images(self):
        return self.image_model.predict(self.test_images, batch_size=IMAGE_ROWS, verbose=0)

    def monte_carlo(self, samples):
        starts = range(0, len(self.data.test_x), self.mc_rows)
        blocks = [self.stochastic(self.data.test_x[i : i + self.mc_rows], samples) for i in starts]
        return tuple(np.concatenate([np.asarray(block[part]) for block in blocks]) for part in (0, 1))


if __name__ == "__main__":
    common.main(Keras)
