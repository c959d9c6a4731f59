# SPDX-License-Identifier: Apache-2.0
import csv
import io
import json
import math

from harness import CliTest, main

NOTEBOOK_KEYS = ["data", "seed", "threads", "isa", "epochs", "predict_seconds", "mc", "accuracy", "mc_accuracy",
                 "weights_sha256", "peak_rss_bytes", "total_seconds"]


def scores(rows):
    """Accuracy, NLL, Brier score and ECE of `predict --json` rows, by their definitions."""
    count = len(rows)
    bins = {}
    nll = brier = accuracy = 0
    for row in rows:
        p, label = row["probabilities"], row["label"]
        hit = row["class"] == label
        accuracy += hit
        nll -= math.log(max(p[label], 2**-126))
        brier += sum((value - (k == label)) ** 2 for k, value in enumerate(p))
        members = bins.setdefault(math.ceil(max(p) * 15), [])
        members.append((hit, max(p)))
    ece = sum(abs(sum(hit - confidence for hit, confidence in members)) for members in bins.values())
    return accuracy / count, nll / count, brier / count, ece / count


class Documents(CliTest):
    def test_notebook(self):
        data = self.tiny_data()
        document = self.document("notebook", "--data", data, "--mc", 3, "--masks", "shared", "--seed", 7,
                                 "--threads", 2, "--epochs", 2)
        self.assertEqual(list(document), NOTEBOOK_KEYS)
        self.assertEqual(document["data"], {"name": "fashion_mnist", "source": str(data)})
        self.assertEqual((document["seed"], document["threads"]), (7, 2))
        self.assertIn(document["isa"], ["scalar", "avx2", "avx512", "neon"])
        self.assertEqual(len(document["epochs"]), 2)
        for epoch in document["epochs"]:
            self.assertEqual(list(epoch), ["loss", "accuracy", "val_loss", "val_accuracy", "seconds"])
        self.assertEqual(list(document["mc"]), ["samples", "masks", "seconds"])
        self.assertEqual((document["mc"]["samples"], document["mc"]["masks"]), (3, "shared"))
        self.assertRegex(document["weights_sha256"], "^[0-9a-f]{64}$")
        self.assertGreater(document["peak_rss_bytes"], 1 << 20)
        self.assertGreater(document["total_seconds"], sum(epoch["seconds"] for epoch in document["epochs"]))
        for name in ["accuracy", "mc_accuracy"]:
            self.assertTrue(0 <= document[name] <= 1)

    def test_train(self):
        document = self.document("train", "--data", self.tiny_data(), "--epochs", 1, "--validation", 0)
        self.assertEqual(list(document), ["data", "seed", "threads", "isa", "epochs", "output", "weights_sha256",
                                          "peak_rss_bytes", "total_seconds"])
        self.assertEqual(list(document["epochs"][0]), ["loss", "accuracy", "seconds"])
        self.assertIsNone(document["output"])


class SameBits(CliTest):
    def test_any_number_of_threads(self):
        data = self.tiny_data()
        runs = [self.document("train", "--data", data, "--epochs", 1, "--threads", n) for n in [1, 2, 3, 7]]
        self.assertEqual([run["threads"] for run in runs], [1, 2, 3, 7])
        self.assertEqual(len({run["weights_sha256"] for run in runs}), 1)
        other = self.document("train", "--data", data, "--epochs", 1, "--seed", 43)
        self.assertNotEqual(other["weights_sha256"], runs[0]["weights_sha256"])

    def test_the_notebook_trains_what_train_trains(self):
        data = self.tiny_data(packed=False)
        notebook = self.document("notebook", "--data", data, "--mc", 4, "--threads", 3, "--epochs", 1)
        train = self.document("train", "--data", data, "--epochs", 1, "--threads", 1, "--output", "m.safetensors")
        evaluate = self.document("evaluate", "m.safetensors", "--data", data, "--mc", 4)
        self.assertEqual(notebook["weights_sha256"], train["weights_sha256"])
        self.assertEqual(notebook["weights_sha256"], evaluate["weights_sha256"])
        self.assertEqual(notebook["accuracy"], evaluate["accuracy"])
        self.assertEqual(notebook["mc_accuracy"], evaluate["mc"]["accuracy"])


class RoundTrip(CliTest):
    def test_evaluate_and_predict_agree(self):
        data = self.tiny_data()
        model = self.trained(data, "--rows", 500)
        for samples in [0, 5]:
            evaluated = self.document("evaluate", model, "--data", data, "--mc", samples)
            rows = self.document("predict", model, "--data", data, "--rows", ":", "--mc", samples)["rows"]
            self.assertEqual([row["row"] for row in rows], list(range(200)))
            measured = evaluated["mc"] if samples else evaluated
            for name, value in zip(["accuracy", "nll", "brier", "ece"], scores(rows)):
                # Both in double, summed in another order.
                self.assertAlmostEqual(measured[name], value, delta=1e-9, msg=name)
            if not samples:
                self.assertEqual(evaluated["loss"], evaluated["nll"], "one value, one name")
                self.assertIsNone(evaluated["mc"])

    def test_some_rows_are_those_of_all_in_every_format(self):
        data = self.tiny_data()
        model = self.trained(data)
        common = ["predict", model, "--data", data, "--mc", 5]
        everything = self.document(*common, "--rows", ":")["rows"]
        some = json.loads(self.fine(*common, "--rows", "7:9", "--format", "json", "--threads", 1))["rows"]
        self.assertEqual(some, everything[7:9])
        self.assertEqual(self.document(*common, "--rows", "7")["rows"], everything[7:8])
        table = list(csv.DictReader(io.StringIO(self.fine(*common, "--rows", "7:9", "--format", "csv"))))
        for line, row in zip(table, some, strict=True):
            self.assertEqual((int(line["row"]), int(line["class"]), int(line["label"]), line["class_name"]),
                             (row["row"], row["class"], row["label"], row["class_name"]))
            self.assertEqual(float(line["probability"]), row["probabilities"][row["class"]])
            self.assertEqual(float(line["std"]), row["std"][row["class"]])
        text = self.fine(*common, "--rows", "7:9")
        self.assertIn(f"     7  {some[0]['class_name']}", text)
        self.assertIn(f"{some[0]['probabilities'][some[0]['class']]:.4f}", text)

    def test_the_model_remembers_its_data_set(self):
        self.fine("train", "--data-set", "garments", "--rows", 64, "--epochs", 1, "-q", "-o", "g.safetensors")
        self.assertEqual(self.document("predict", "g.safetensors")["data"]["name"], "garments")


if __name__ == "__main__":
    main()
