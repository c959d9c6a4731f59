# SPDX-License-Identifier: Apache-2.0
"""`evaluate` and `predict` with rows and labels of one's own: scores by their definitions."""

import json
import math
import random

from harness import CliTest, idx, main
from models import compile_config, dense, linear, npy, npz, sigmoid, single, softmax, table

KERNEL = [[0.5, -0.75, 0.25], [-1.0, 0.5, 0.75], [0.25, 0.25, -1.5], [1.25, -0.5, 0.5]]
BIAS = [0.125, -0.25, 0.5]


def some_rows(count, width, seed=3):
    draw = random.Random(seed)
    return [[draw.randrange(-16, 17) / 8 for _ in range(width)] for _ in range(count)]


class OwnRows(CliTest):
    def write(self, name, content):
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    def close(self, found, expected, delta=2e-6):
        self.assertEqual(list(found), list(expected))
        for name, value in expected.items():
            self.assertAlmostEqual(found[name], value, delta=delta, msg=name)


class Scores(OwnRows):
    def test_one_sigmoid(self):
        rows = some_rows(40, 4)
        labels = [random.Random(i).randrange(2) for i in range(40)]
        kernel = [[row[0]] for row in KERNEL]
        p = [sigmoid(z) for [z] in linear(rows, kernel, [0.125])]
        self.write("m.safetensors", dense(1, "sigmoid", kernel, [0.125]))
        self.write("rows.csv", table(rows, labels))
        bins = {}
        for q, y in zip(p, labels):
            confidence = max(q, 1 - q)
            bins.setdefault(math.ceil(confidence * 15), []).append(((q > 0.5) == (y == 1), confidence))
        expected = {"accuracy": sum((q > 0.5) == (y == 1) for q, y in zip(p, labels)) / 40,
                    "nll": -sum(math.log(q if y else 1 - q) for q, y in zip(p, labels)) / 40,
                    "brier": sum((q - y) ** 2 for q, y in zip(p, labels)) / 40,
                    "ece": sum(abs(sum(hit - c for hit, c in members)) for members in bins.values()) / 40}
        document = self.document("evaluate", "m.safetensors", "rows.csv", "--labels", "-1", "-q")
        self.close({name: document[name] for name in expected}, expected)
        self.assertEqual(document["loss"], document["nll"], "one value, one name")
        predicted = self.document("predict", "m.safetensors", "rows.csv", "--labels", "-1", "-q")
        self.close(predicted["scores"], expected)
        self.assertEqual([row["label"] for row in predicted["rows"]], labels)
        text = self.fine("evaluate", "m.safetensors", "rows.csv", "--labels", "4", "-q")
        self.assertIn(f"accuracy: {expected['accuracy']:.4f}", text)

    def test_logits_by_the_loss_of_the_file(self):
        rows = some_rows(30, 4)
        labels = [i % 3 for i in range(30)]
        logits = linear(rows, KERNEL, BIAS)
        self.write("rows.csv", table(rows, labels))
        nll = -sum(math.log(softmax(z)[y]) for z, y in zip(logits, labels)) / 30
        accuracy = sum(max(range(3), key=z.__getitem__) == y for z, y in zip(logits, labels)) / 30
        self.write("said.safetensors", dense(3, "linear", KERNEL, BIAS, compiled=compile_config(
            "SparseCategoricalCrossentropy", from_logits=True)))
        document = self.document("evaluate", "said.safetensors", "rows.csv", "--labels", "4", "-q")
        self.close({name: document[name] for name in ["loss", "accuracy", "nll"]},
                   {"loss": nll, "accuracy": accuracy, "nll": nll})
        # Without a loss the largest output still is the class, and nothing else is known.
        self.write("unsaid.safetensors", dense(3, "linear", KERNEL, BIAS))
        result = self.run_program("evaluate", "unsaid.safetensors", "rows.csv", "--labels", "4", "--json")
        document = json.loads(result.stdout)
        self.assertEqual((document["accuracy"], document["loss"], "nll" in document), (accuracy, None, False))
        self.assertIn("whether its outputs are logits cannot be known", result.stderr)
        self.assertIn("whether its outputs are logits cannot be known", " ".join(document["notes"]))

    def test_a_regression(self):
        rows = some_rows(25, 4)
        kernel = [[row[1]] for row in KERNEL]
        outputs = [z for [z] in linear(rows, kernel, [0.5])]
        targets = [z + (i % 5 - 2) / 4 for i, z in enumerate(outputs)]
        mean = sum(targets) / 25
        squares = sum((z - y) ** 2 for z, y in zip(outputs, targets))
        expected = {"r2": 1 - squares / sum((y - mean) ** 2 for y in targets), "rmse": math.sqrt(squares / 25),
                    "mae": sum(abs(z - y) for z, y in zip(outputs, targets)) / 25}
        self.write("rows.csv", table(rows, targets))
        penalty = {"class_name": "L2", "config": {"l2": 0.5}}
        self.write("m.safetensors", dense(1, "linear", kernel, [0.5], compiled=compile_config("MeanSquaredError"),
                                          dense_config={"kernel_regularizer": penalty}))
        document = self.document("evaluate", "m.safetensors", "rows.csv", "--labels", "4", "-q")
        self.close({name: document[name] for name in expected}, expected)
        squared = 0.5 * sum(row[0] ** 2 for row in kernel)
        self.close({name: document[name] for name in ["loss", "penalty"]},
                   {"loss": squares / 25 + squared, "penalty": squared})
        predicted = self.document("predict", "m.safetensors", "rows.csv", "--labels", "4", "-q")
        self.close(predicted["scores"], expected)
        self.assertIn("R2", self.fine("predict", "m.safetensors", "rows.csv", "--labels", "4", "-q"))

    def test_a_saturated_softmax_has_the_loss_of_its_logits(self):
        kernel = [[200.0, -200.0], [0.0, 0.0]]
        self.write("m.safetensors", dense(2, "softmax", kernel, [0.0, 0.0]))
        self.write("rows.csv", "1,0,1\n1,0,0\n")  # 400 and 0: exp(-400) is no float
        document = self.document("evaluate", "m.safetensors", "rows.csv", "--labels", "2", "-q")
        self.close({name: document[name] for name in ["loss", "nll"]}, {"loss": 200, "nll": 200}, 1e-4)

    def test_labels_are_wanted_and_may_be_left_out(self):
        self.write("m.safetensors", dense(3, "softmax", KERNEL, BIAS))
        self.write("rows.csv", table(some_rows(3, 4)))
        self.assertRegex(self.fails(2, "evaluate", "m.safetensors", "rows.csv", "-q"), "has no labels .* Give --labels")
        self.assertRegex(self.fails(2, "evaluate", "m.safetensors", "rows.csv", "--labels", "none"), "--labels none")
        self.fine("predict", "m.safetensors", "rows.csv", "--labels", "none", "-q")

    def test_a_model_that_names_no_data_set(self):
        self.write("m.safetensors", dense(3, "softmax", KERNEL, BIAS))
        for command in ["evaluate", "predict"]:
            self.assertEqual(self.fails(2, command, "m.safetensors"),
                             f"{command}: the model's file names no data set. Give DATA, a file of rows, or --data-set NAME.")
        self.write("iris.safetensors", dense(3, "softmax", KERNEL, BIAS, data_set="iris"))
        self.assertIn('trained on "iris", which regulus lacks', self.fails(2, "evaluate", "iris.safetensors"))


    def test_several_numbers(self):
        rows = some_rows(20, 4)
        outputs = linear(rows, [row[:2] for row in KERNEL], [0.5, -1])
        targets = [[single(z[0] + (i % 5 - 2) / 4), single(z[1] * 2)] for i, z in enumerate(outputs)]
        self.write("rows.npz", npz(x=npy([x for row in rows for x in row], (20, 4)),
                                   y=npy([y for row in targets for y in row], (20, 2))))
        self.write("m.safetensors", dense(2, "linear", [row[:2] for row in KERNEL], [0.5, -1],
                                          compiled=compile_config("MeanSquaredError")))
        expected = {"r2": 0, "rmse": 0, "mae": 0, "loss": 0}
        for k in range(2):
            errors = [z[k] - y[k] for z, y in zip(outputs, targets)]
            mean = sum(y[k] for y in targets) / 20
            squares = sum(e * e for e in errors)
            expected["r2"] += (1 - squares / sum((y[k] - mean) ** 2 for y in targets)) / 2
            expected["rmse"] += math.sqrt(squares / 20) / 2
            expected["mae"] += sum(map(abs, errors)) / 40
            expected["loss"] += squares / 40
        document = self.document("evaluate", "m.safetensors", "rows.npz", "-q")
        self.close({name: document[name] for name in expected}, expected)

    def test_a_temperature_holds_for_every_position(self):
        rows = some_rows(5, 4)
        self.write("x.npy", npy([x for row in rows for x in row], (5, 4)))
        kernel, bias = [row + row[::-1] for row in KERNEL], BIAS * 2
        self.write("m.safetensors", dense(6, "linear", kernel, bias, temperature=2.5, behind=[
            ("Reshape", {"name": "r", "target_shape": [2, 3]}), ("Softmax", {"name": "s", "axis": -1})]))
        for samples in [0, 2]:
            document = self.document("predict", "m.safetensors", "x.npy", "-q", "--mc", samples)
            for row, z in zip(document["rows"], linear(rows, kernel, bias), strict=True):
                tempered = [softmax([x / 2.5 for x in part]) for part in [z[:3], z[3:]]]
                for found, p in zip(row["mean" if samples else "prediction"], sum(tempered, []), strict=True):
                    self.assertAlmostEqual(found, p, delta=1e-6)
        self.write("n.safetensors", dense(3, "linear", KERNEL, BIAS, temperature=2.5))
        self.assertIn("a temperature is for models that end in softmax",
                      self.fails(2, "predict", "n.safetensors", "x.npy"))


class Unasked(OwnRows):
    def test_labels_beside_are_scored_by_the_loss_of_the_file(self):
        labels = [0, 1] * 6
        pixels = [(value * value) % 251 for value in range(12 * 784)]
        self.write("a-images-idx3-ubyte", idx(pixels, 12, 28, 28))
        self.write("a-labels-idx1-ubyte", idx(labels, 12))
        kernel = [[0.001 * (i % 7), 0.001 * (i % 5)] for i in range(784)]
        self.write("m.safetensors", dense(2, "linear", kernel, [0, 0], input_shape=[28, 28], front=[
            ("Flatten", {"name": "flatten"}), ("Rescaling", {"name": "scale", "scale": 1 / 255, "offset": 0.0})],
            compiled=compile_config("SparseCategoricalCrossentropy", from_logits=True)))
        rows = [[x / 255 for x in pixels[784 * i : 784 * (i + 1)]] for i in range(12)]
        nll = -sum(math.log(softmax(z)[y]) for z, y in zip(linear(rows, kernel, [0, 0]), labels)) / 12
        result = self.run_program("predict", "m.safetensors", "a-images-idx3-ubyte", "--json")
        self.assertNotIn("cannot be known", result.stderr)
        self.close({"nll": json.loads(result.stdout)["scores"]["nll"]}, {"nll": nll})

    def test_labels_beside_that_do_not_fit_stop_no_prediction(self):
        pixels = [value % 256 for value in range(12 * 784)]
        self.write("a-images-idx3-ubyte", idx(pixels, 12, 28, 28))
        self.write("a-labels-idx1-ubyte", idx([0, 1, 7] * 4, 12))
        kernel = [[0.001 * (i % 7), 0.001 * (i % 5)] for i in range(784)]
        self.write("m.safetensors", dense(2, "softmax", kernel, [0, 0], input_shape=[28, 28], front=[
            ("Flatten", {"name": "flatten"}), ("Rescaling", {"name": "scale", "scale": 1 / 255, "offset": 0.0})]))
        result = self.run_program("predict", "m.safetensors", "a-images-idx3-ubyte", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads(result.stdout)
        self.assertEqual((len(document["rows"]), "scores" in document), (12, False))
        self.assertIn("note:", result.stderr)
        self.assertNotIn("scaling", result.stderr)
        named = self.run_program("predict", "m.safetensors", "a-images-idx3-ubyte", "--labels", "a-labels-idx1-ubyte")
        self.assertEqual(named.returncode, 3)


class Scaling(OwnRows):
    """Bytes are not fed without the user having said how."""

    def setUp(self):
        super().setUp()
        self.pixels = [[(37 * r + 11 * c) % 256 for c in range(4)] for r in range(6)]
        self.write("bytes.npy", npy([p for row in self.pixels for p in row], (6, 2, 2), "|u1"))
        self.write("bare.safetensors", self.model())

    def model(self, front=(), **notes):
        return dense(3, "softmax", KERNEL, BIAS, front=[("Flatten", {"name": "flatten"}), *front], input_shape=[2, 2],
                     **notes)

    def predicted(self, *arguments, data="bytes.npy", model="bare.safetensors"):
        document = self.document("predict", model, data, *arguments, "-q")
        return [row["prediction"] for row in document["rows"]]

    def expect(self, found, rows):
        for row, p in zip(found, [softmax(z) for z in linear(rows, KERNEL, BIAS)], strict=True):
            for value, expected in zip(row, p, strict=True):
                self.assertAlmostEqual(value, expected, delta=2e-6)

    def test_bytes_alone_are_refused(self):
        for command in [["predict", "bare.safetensors", "bytes.npy"],
                        ["evaluate", "bare.safetensors", "bytes.npy", "--labels", "y.npy"]]:
            self.write("y.npy", npy([0, 1, 2, 0, 1, 2], (6,)))
            line = self.fails(2, *command)
            self.assertRegex(line, "the rows are bytes from 0 to 255, .*--scale 1/255")

    def test_scale(self):
        self.expect(self.predicted("--scale", "1/255"), [[p / 255 for p in row] for row in self.pixels])
        self.expect(self.predicted("--scale", "0.5"), [[p / 2 for p in row] for row in self.pixels])
        self.expect(self.predicted("--scale", "1"), self.pixels)
        for wrong in ["0", "1/0", "nan", "x", "1/255/2", "", "inf", "1e400"]:
            self.assertRegex(self.fails(2, "predict", "bare.safetensors", "bytes.npy", "--scale", wrong),
                             "--scale must be a number or a fraction")

    def test_floats_go_in_as_they_are(self):
        self.write("floats.npy", npy([p for row in self.pixels for p in row], (6, 4)))
        self.expect(self.predicted(data="floats.npy"), self.pixels)

    def test_normalization_files(self):
        mean, std = [10.0, 20.0, 30.0, 40.0], [50.0, 60.0, 70.0, 80.0]
        expected = [[(p - m) / s for p, m, s in zip(row, mean, std)] for row in self.pixels]
        variance = [s * s for s in std]
        files = {"a.npz": npz(mean=npy(mean, (2, 2)), std=npy(std, (2, 2))),
                 "b.npz": npz(mean=npy(mean, (4,), "<f8"), variance=npy(variance, (4,), "<f8")),
                 "c.json": json.dumps({"mean": mean, "std": std}),
                 "d.json": json.dumps({"mean": [mean[:2], mean[2:]], "variance": variance})}
        for name, content in files.items():
            self.write(name, content)
            self.expect(self.predicted("--normalization", name), expected)
        one = [[(p / 255 - 0.5) / 0.25 for p in row] for row in self.pixels]
        self.write("one.npz", npz(mean=npy([0.5], (1,)), std=npy([0.25], (1,))))
        self.expect(self.predicted("--normalization", "one.npz", "--scale", "1/255"), one)
        last_axis = [[(p - m) / s for p, m, s in zip(row, [1, 2, 1, 2], [4, 8, 4, 8])] for row in self.pixels]
        self.write("axis.npz", npz(mean=npy([1, 2], (2,)), std=npy([4, 8], (1, 1, 2))))
        self.expect(self.predicted("--normalization", "axis.npz"), last_axis)

    def test_normalization_files_that_do_not_fit(self):
        cases = {"empty.npz": (npz(x=npy([1], (1,))), 'there is no array "mean"'),
                 "half.npz": (npz(mean=npy([1], (1,))), 'there is no array "std"'),
                 "wide.npz": (npz(mean=npy([1] * 3, (3,)), std=npy([1] * 3, (3,))), "mean does not fit the model's rows"),
                 "minus.npz": (npz(mean=npy([1], (1,)), std=npy([-1], (1,))), "must be finite and greater than 0"),
                 "text.json": ("{}", '"mean" is missing'), "no.json": ("no", "no.json"),
                 "words.json": ('{"mean": "a", "std": 1}', "must be numbers")}
        for name, (content, says) in cases.items():
            self.write(name, content)
            line = self.fails(3, "predict", "bare.safetensors", "bytes.npy", "--normalization", name)
            self.assertTrue(line.startswith(name), line)
            self.assertIn(says, line)

    def test_a_layer_in_front_scales(self):
        self.write("behind.safetensors", self.model(front=[("Rescaling", {"name": "r", "scale": 1 / 255, "offset": 0.0})]))
        self.expect(self.predicted(model="behind.safetensors"), [[p / 255 for p in row] for row in self.pixels])
        self.write("idle.safetensors", self.model(front=[("Rescaling", {"name": "r", "scale": 1.0, "offset": 0.0})]))
        self.fails(2, "predict", "idle.safetensors", "bytes.npy")

    def test_what_the_file_holds_is_not_scaled_twice(self):
        mean, std = [10.0, 20.0, 30.0, 40.0], [50.0, 60.0, 70.0, 80.0]
        normalization = {"format": "regulus.normalization", "version": 1, "scale": 1.0, "constant_features": 0,
                         "mean": mean, "std": std}
        self.write("own.safetensors", self.model(normalization=normalization))
        expected = [[(p - m) / s for p, m, s in zip(row, mean, std)] for row in self.pixels]
        self.expect(self.predicted(model="own.safetensors"), expected)
        self.assertRegex(self.fails(2, "predict", "own.safetensors", "bytes.npy", "--scale", "1/255"),
                         "the model's file holds a normalization of its inputs already")
        self.expect(self.predicted("--scale", "1", model="own.safetensors"), self.pixels)
        result = self.run_program("predict", "own.safetensors", "bytes.npy", "--scale", "1")
        self.assertIn("the normalization in the model's file is left out", result.stderr)

    def test_pixels_as_floats_are_noticed(self):
        kernel = [[0.001 * (i % 7), 0.001 * (i % 5)] for i in range(64)]
        self.write("wide.safetensors", dense(2, "softmax", kernel, [0, 0]))
        self.write("wide.csv", table([[(37 * r + c) % 256 for c in range(64)] for r in range(3)]))
        result = self.run_program("predict", "wide.safetensors", "wide.csv")
        self.assertEqual(result.returncode, 0)
        self.assertIn("look like pixels from 0 to 255", result.stderr)
        said = self.run_program("predict", "wide.safetensors", "wide.csv", "--scale", "1")
        self.assertNotIn("pixels", said.stderr)


if __name__ == "__main__":
    main()
