# SPDX-License-Identifier: Apache-2.0
"""Losses: per sample, reduced, weighted, and their gradients.

Cases named ..._through_softmax or ..._through_sigmoid hand the loss a prediction that comes
straight from that activation: TensorFlow then computes the loss from the logits, unclipped.
"""

from common import array, integers, keras, normals, np, scalar, tf, write

ROWS, CLASSES = 6, 5
SAMPLE_WEIGHT = np.array([1.0, 0.0, 2.0, 0.5, 3.0, 0.25], np.float32)
LABELS = integers("losses/labels", CLASSES, ROWS)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[LABELS]
BITS = integers("losses/bits", 2, ROWS, CLASSES).astype(np.float32)
LOGITS = normals("losses/logits", ROWS, CLASSES, scale=2.0)


def extreme_logits():
    logits = LOGITS.copy()
    logits[0] = [100, -100, 0, 1, -1]
    logits[1] = [-100, 100, -100, -100, -100]
    logits[2] = 100
    logits[3] = [100, 99, -100, 0, 0]
    return logits


def softmax(logits):
    return tf.nn.softmax(logits).numpy()


def sigmoid(logits):
    return tf.math.sigmoid(logits).numpy()


def extreme_probabilities():
    """Exact zeros and ones, on the label and off it, and values beyond the clip at 1e-7."""
    p = softmax(LOGITS)
    p[0] = np.eye(CLASSES)[LABELS[0]]
    p[1] = np.eye(CLASSES)[(LABELS[1] + 1) % CLASSES]
    p[2] = 0.25
    p[2, LABELS[2]] = 0.0
    p[3] = [1e-8, 1e-7, 2e-7, 0.5, 0.5]
    return p


def unnormalised():
    return np.float32(0.3) + np.abs(normals("losses/unnormalised", ROWS, CLASSES))


def case(class_name, config, suffix, y_true, y_pred):
    loss_class = getattr(keras.losses, class_name)
    loss_function = loss_class(**config)
    prediction = tf.constant(y_pred)

    def value_and_gradient(weight):
        with tf.GradientTape() as tape:
            tape.watch(prediction)
            loss = loss_function(y_true, prediction, sample_weight=weight)
        return scalar(loss), array(tape.gradient(loss, prediction))

    loss, dy_pred = value_and_gradient(None)
    weighted_loss, weighted_dy_pred = value_and_gradient(SAMPLE_WEIGHT)
    return {
        "name": f"{class_name}_{suffix}",
        "class_name": class_name,
        "config": config,
        "y_true": array(y_true),
        "y_pred": array(y_pred),
        "per_sample": array(loss_class(**config, reduction="none")(y_true, prediction)),
        "loss": loss,
        "dy_pred": dy_pred,
        "sample_weight": array(SAMPLE_WEIGHT),
        "weighted_loss": weighted_loss,
        "weighted_dy_pred": weighted_dy_pred,
    }


def through_case(class_name, config, suffix, y_true, through, logits):
    activation = keras.activations.get(through)
    loss_class = getattr(keras.losses, class_name)

    @tf.function(jit_compile=False)
    def run(logits, weight, reduction):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = loss_class(**config, reduction=reduction)(y_true, activation(logits), weight)
        return loss, tape.gradient(loss, logits)

    logits = tf.constant(logits)
    mean = "sum_over_batch_size"
    loss, dlogits = run(logits, None, mean)
    weighted_loss, weighted_dlogits = run(logits, tf.constant(SAMPLE_WEIGHT), mean)
    return {
        "name": f"{class_name}_{suffix}_through_{through}",
        "class_name": class_name,
        "config": config,
        "through": through,
        "y_true": array(y_true),
        "logits": array(logits),
        "per_sample": array(run(logits, None, "none")[0]),
        "loss": scalar(loss),
        "dlogits": array(dlogits),
        "sample_weight": array(SAMPLE_WEIGHT),
        "weighted_loss": scalar(weighted_loss),
        "weighted_dlogits": array(weighted_dlogits),
    }


def sparse_cases():
    def one(from_logits, suffix, y_pred):
        config = {"from_logits": from_logits}
        return case("SparseCategoricalCrossentropy", config, suffix, LABELS, y_pred)

    yield one(False, "probabilities", softmax(LOGITS))
    yield one(False, "extreme_probabilities", extreme_probabilities())
    yield one(False, "unnormalised", unnormalised())
    yield one(True, "logits", LOGITS)
    yield one(True, "extreme_logits", extreme_logits())
    for suffix, logits in (("logits", LOGITS), ("extreme_logits", extreme_logits())):
        yield through_case("SparseCategoricalCrossentropy", {}, suffix, LABELS, "softmax", logits)


def categorical_cases():
    for smoothing in (0.0, 0.1):
        def one(from_logits, suffix, y_pred, y_true=ONE_HOT):
            config = {"from_logits": from_logits, "label_smoothing": smoothing}
            return case("CategoricalCrossentropy", config, f"{suffix}_{smoothing}", y_true, y_pred)

        yield one(False, "probabilities", softmax(LOGITS))
        yield one(False, "extreme_probabilities", extreme_probabilities())
        yield one(False, "unnormalised", unnormalised())
        yield one(False, "soft_labels", softmax(LOGITS), softmax(extreme_logits()))
        yield one(True, "logits", LOGITS)
        yield one(True, "extreme_logits", extreme_logits())
        config = {"label_smoothing": smoothing}
        for suffix, logits in (("logits", LOGITS), ("extreme_logits", extreme_logits())):
            suffix = f"{suffix}_{smoothing}"
            arguments = (config, suffix, ONE_HOT, "softmax", logits)
            yield through_case("CategoricalCrossentropy", *arguments)


def binary_cases():
    for smoothing in (0.0, 0.1):
        def one(from_logits, suffix, y_pred, y_true=BITS):
            config = {"from_logits": from_logits, "label_smoothing": smoothing}
            return case("BinaryCrossentropy", config, f"{suffix}_{smoothing}", y_true, y_pred)

        yield one(False, "probabilities", sigmoid(LOGITS))
        yield one(False, "extreme_probabilities", sigmoid(extreme_logits()))
        yield one(False, "one_column", sigmoid(LOGITS)[:, :1], BITS[:, :1])
        yield one(True, "logits", LOGITS)
        yield one(True, "extreme_logits", extreme_logits())
        config = {"label_smoothing": smoothing}
        for suffix, logits in (("logits", LOGITS), ("extreme_logits", extreme_logits())):
            suffix = f"{suffix}_{smoothing}"
            yield through_case("BinaryCrossentropy", config, suffix, BITS, "sigmoid", logits)


def regression_cases():
    y_true = normals("losses/regression", ROWS, CLASSES)
    y_pred = LOGITS.copy()
    y_pred[0, :2] = y_true[0, :2]  # no error: the gradient of |0| is zero
    for class_name in ("MeanSquaredError", "MeanAbsoluteError"):
        yield case(class_name, {}, "values", y_true, y_pred)


if __name__ == "__main__":
    families = (sparse_cases, categorical_cases, binary_cases, regression_cases)
    write("losses.json", [case for family in families for case in family()])
