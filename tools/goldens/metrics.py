# SPDX-License-Identifier: Apache-2.0
"""Metrics over several batches: ties, the exact threshold, and sample weights."""

from common import array, integers, keras, normals, np, scalar, tf, uniforms, write

CLASSES = 5
BATCH_ROWS = [4, 7, 1]  # uneven: a mean of batch means would be wrong
# class_name, config, which kind of data
KINDS = [
    ("SparseCategoricalAccuracy", {}, "sparse"),
    ("CategoricalAccuracy", {}, "one_hot"),
    ("BinaryAccuracy", {}, "bits"),
    ("BinaryAccuracy", {"threshold": 0.7}, "bits"),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, "sparse"),
    ("SparseTopKCategoricalAccuracy", {"k": 3}, "sparse"),
    ("TopKCategoricalAccuracy", {"k": 3}, "one_hot"),
    ("SparseCategoricalCrossentropy", {}, "sparse"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "sparse"),
    ("CategoricalCrossentropy", {}, "one_hot"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "one_hot"),
    ("BinaryCrossentropy", {}, "bits"),
    ("BinaryCrossentropy", {"label_smoothing": 0.1}, "bits"),
    ("MeanSquaredError", {}, "values"),
    ("MeanAbsoluteError", {}, "values"),
    ("RootMeanSquaredError", {}, "values"),
]


def probabilities(stream, rows):
    p = tf.nn.softmax(normals(stream, rows, CLASSES, scale=1.5)).numpy()
    p[0] = [0.1, 0.3, 0.3, 0.0, 0.3]  # ties: argmax takes the lowest index, top-k takes them all
    if rows > 2:
        p[1] = 0.2
        p[2] = [1.0, 0.0, 0.0, 0.0, 0.0]
    return p


def batch(kind, index, rows, weighted):
    stream = f"metrics/{kind}/{index}"
    labels = integers(stream + "/labels", CLASSES, rows)
    if kind == "sparse":
        y_true, y_pred = labels, probabilities(stream, rows)
    elif kind == "one_hot":
        y_true, y_pred = np.eye(CLASSES, dtype=np.float32)[labels], probabilities(stream, rows)
    elif kind == "bits":
        y_true = integers(stream + "/bits", 2, rows, CLASSES).astype(np.float32)
        y_pred = uniforms(stream, rows, CLASSES)
        y_pred[0] = [0.0, 0.5, 1.0, 0.7, np.nextafter(np.float32(0.5), np.float32(1))]
    else:
        y_true = normals(stream + "/true", rows, CLASSES)
        y_pred = normals(stream, rows, CLASSES)
    weight = 3.0 * uniforms(stream + "/weight", rows) if weighted else None
    if weighted and rows > 1:
        weight[1] = 0.0
    return y_true, y_pred, weight


def case(class_name, config, kind, weighted):
    metric = getattr(keras.metrics, class_name)(**config)
    batches = [batch(kind, i, rows, weighted) for i, rows in enumerate(BATCH_ROWS)]
    for y_true, y_pred, weight in batches:
        metric.update_state(y_true, y_pred, sample_weight=weight)
    parts = [class_name, *(f"{key}_{value}" for key, value in config.items())]
    return {
        "name": "_".join([*parts, "weighted"] if weighted else parts),
        "class_name": class_name,
        "config": config,
        "batches": [
            {"y_true": array(y_true), "y_pred": array(y_pred), "sample_weight": array(weight)}
            for y_true, y_pred, weight in batches
        ],
        "result": scalar(metric.result()),
    }


if __name__ == "__main__":
    write("metrics.json", [case(*kind, weighted) for kind in KINDS for weighted in (False, True)])
