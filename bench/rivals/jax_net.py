# SPDX-License-Identifier: Apache-2.0
"""JAX by hand: an epoch is one compiled scan that overwrites its state, and so are 100 stochastic passes."""

import functools

import common
import jax
import jax.numpy as jnp
import jaxlib
import numpy as np

LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
# Of a stochastic pass: activations and masks of so many rows stay in the second-level cache.
MC_ROWS = 1_000


def keep_mask(key, shape):
    """True with probability 1 - RATE to a multiple of 2^-16: two decisions from one 32-bit draw.

    jax.random.bits(…, uint16) and bernoulli spend a whole draw on each, at twice the time of a pass.
    """
    count = shape[0] * shape[1]
    pairs = jax.lax.bitcast_convert_type(jax.random.bits(key, ((count + 1) // 2,), jnp.uint32), jnp.uint16)
    return pairs.reshape(-1)[:count].reshape(shape) >= round(common.RATE * 2**16)


def alpha_dropout(x, keep):
    return common.GAIN * jnp.where(keep, x, common.DROPPED) + common.SHIFT


def logits(weights, x, key=None, mask_rows=None):
    """Without a key dropout is off. mask_rows: 1 for one mask for all rows."""
    keys = jax.random.split(key, 3) if key is not None else (None,) * 3
    for layer, ((kernel, bias), layer_key) in enumerate(zip(weights, keys)):
        if layer_key is not None:
            x = alpha_dropout(x, keep_mask(layer_key, (mask_rows or x.shape[0], x.shape[1])))
        x = x @ kernel + bias
        if layer < 2:
            x = jax.nn.selu(x)
    return x


def loss(weights, x, y, key):
    z = logits(weights, x, key)
    return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, y[:, None], axis=1)[:, 0])


def nadam(state, gradients):
    """Keras's Nadam, momentum schedule included."""
    weights, m, v, product, step = state
    t = step + 1.0
    mu = BETA_1 * (1 - 0.5 * 0.96**t)
    mu_next = BETA_1 * (1 - 0.5 * 0.96 ** (t + 1))
    product *= mu
    m = jax.tree.map(lambda m, g: m + (g - m) * (1 - BETA_1), m, gradients)
    v = jax.tree.map(lambda v, g: v + (g * g - v) * (1 - BETA_2), v, gradients)
    from_m = LEARNING_RATE * mu_next / (1 - product * mu_next)
    from_g = LEARNING_RATE * (1 - mu) / (1 - product)
    correction = 1 / (1 - BETA_2**t)

    def update(w, m, v, g):
        return w - (from_m * m + from_g * g) / (jnp.sqrt(v * correction) + EPSILON)

    return jax.tree.map(update, weights, m, v, gradients), m, v, product, t


def step(key, carry, batch):
    x, y = batch
    state, number = carry
    value, gradients = jax.value_and_grad(loss)(state[0], x, y, jax.random.fold_in(key, number))
    return (nadam(state, gradients), number + 1), value


@functools.partial(jax.jit, donate_argnums=0)
def epoch(state, x, y, key):
    order_key, mask_key = jax.random.split(key)
    order = jax.random.permutation(order_key, x.shape[0])
    whole = x.shape[0] // common.BATCH * common.BATCH
    batches = order[:whole].reshape(-1, common.BATCH)

    def body(carry, rows):
        return step(mask_key, carry, (x[rows], y[rows]))

    carry, losses = jax.lax.scan(body, (state, jnp.uint32(0)), batches)
    (state, _), last_loss = body(carry, order[whole:])  # the rest is a smaller batch
    return state, (losses.sum() + last_loss) / (len(batches) + 1)


@jax.jit
def probabilities(weights, x):
    return jax.nn.softmax(logits(weights, x))


@functools.partial(jax.jit, static_argnames="mask_rows")
def stochastic(weights, x, key, samples, mask_rows):
    """Mean and deviation, streamed (Welford 1962). `samples` is traced: one program for any number."""

    def block(arguments):
        block_x, block_key = arguments
        zero = jnp.zeros((block_x.shape[0], common.UNITS[-1]), jnp.float32)

        def body(sample, carry):
            mean, squares = carry
            p = jax.nn.softmax(logits(weights, block_x, jax.random.fold_in(block_key, sample), mask_rows))
            difference = p - mean
            mean += difference / (sample + 1)
            return mean, squares + difference * (p - mean)

        mean, squares = jax.lax.fori_loop(0, samples, body, (zero, zero))
        return mean, jnp.sqrt(squares / samples)

    blocks = x.reshape(-1, MC_ROWS, x.shape[1])
    # With one mask for all rows every block must draw the same.
    keys = jax.random.split(key, len(blocks)) if mask_rows is None else jnp.broadcast_to(key, (len(blocks),))
    mean, std = jax.lax.map(block, (blocks, keys))
    return mean.reshape(len(x), -1), std.reshape(len(x), -1)


class Jax:
    note = "an epoch in one jitted scan; threefry, 16 bits a mask decision (rbg and unsafe_rbg were slower)"

    def __init__(self, threads):
        del threads  # XLA takes the processors that the process may run on
        self.versions = {"jax": jax.__version__, "jaxlib": jaxlib.__version__}
        self.key = jax.random.key(42)
        self.epochs = 0

    def load(self, data):
        self.x, self.y, self.test_x = map(jnp.asarray, (data.train_x, data.train_y, data.test_x))
        self.row = data.test_x[:1]
        weights = [tuple(map(jnp.asarray, layer)) for layer in common.initial_weights()]
        zeros = functools.partial(jax.tree.map, jnp.zeros_like)
        self.state = (weights, zeros(weights), zeros(weights), jnp.float32(1), jnp.float32(0))

    def fit(self):
        self.epochs += 1
        self.state, mean_loss = epoch(self.state, self.x, self.y, jax.random.fold_in(self.key, self.epochs))
        mean_loss.block_until_ready()

    def predict(self):
        return np.asarray(probabilities(self.state[0], self.test_x))

    def predict_row(self, index):
        return np.asarray(probabilities(self.state[0], self.row[index : index + 1]))

    def monte_carlo(self, samples, mask_rows=None):
        mean, std = stochastic(self.state[0], self.test_x, self.key, samples, mask_rows)
        return np.asarray(mean), np.asarray(std)

    def monte_carlo_shared(self, samples):
        return self.monte_carlo(samples, mask_rows=1)


if __name__ == "__main__":
    common.main(Jax)
