# SPDX-License-Identifier: Apache-2.0
import csv
import io
import json
import math
import os
import re
import signal
import subprocess
import time

from harness import PROGRAM, CliTest, main

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
        document = self.document("notebook", "--data", data, "--samples", 3, "--masks", "shared", "--seed", 7,
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
        notebook = self.document("notebook", "--data", data, "--samples", 4, "--threads", 3, "--epochs", 1)
        train = self.document("train", "--data", data, "--epochs", 1, "--threads", 1, "--output", "m.safetensors")
        evaluate = self.document("evaluate", "m.safetensors", "--data", data, "--samples", 4)
        self.assertEqual(notebook["weights_sha256"], train["weights_sha256"])
        self.assertEqual(notebook["weights_sha256"], evaluate["weights_sha256"])
        self.assertEqual(notebook["accuracy"], evaluate["accuracy"])
        self.assertEqual(notebook["mc_accuracy"], evaluate["mc"]["accuracy"])


class RoundTrip(CliTest):
    def test_evaluate_and_predict_agree(self):
        data = self.tiny_data()
        model = self.trained(data, "--rows", 500)
        for samples in [0, 5]:
            evaluated = self.document("evaluate", model, "--data", data, "--samples", samples)
            rows = self.document("predict", model, "--data", data, "--rows", ":", "--samples", samples)["rows"]
            self.assertEqual([row["row"] for row in rows], list(range(200)))
            measured = evaluated["mc"] if samples else evaluated
            for name, value in zip(["accuracy", "nll", "brier", "ece"], scores(rows)):
                # Both in double, summed in another order.
                self.assertAlmostEqual(measured[name], value, delta=1e-9, msg=name)
            if not samples:
                # The model's loss is computed from logits in float, the score from probabilities.
                self.assertAlmostEqual(evaluated["loss"], evaluated["nll"], delta=1e-5)
                self.assertIsNone(evaluated["mc"])

    def test_some_rows_are_those_of_all_in_every_format(self):
        data = self.tiny_data()
        model = self.trained(data)
        common = ["predict", model, "--data", data, "--samples", 5]
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


class Output(CliTest):
    def test_piped_output_has_one_line_an_epoch_and_no_control_characters(self):
        text = self.fine("notebook", "--data", self.tiny_data(), "--samples", 2, "--epochs", 2)
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f]", text))
        self.assertEqual(len(re.findall(r"^Epoch [12]/2 - ", text, re.M)), 8)
        self.assertLessEqual(max(map(len, (line for line in text.splitlines() if "Epoch" not in line))), 80)

    def test_ascii_where_the_locale_is_not_utf8(self):
        environment = self.environment(LC_ALL="C")
        result = subprocess.run([PROGRAM, "notebook", "--data", self.tiny_data(), "--samples", "2", "--epochs", "1"],
                                env=environment, capture_output=True, check=True)
        self.assertTrue(result.stdout.isascii())

    def test_colour_only_when_it_is_wanted(self):
        data = self.tiny_data()
        run = ["notebook", "--data", data, "--samples", 2, "--epochs", 1]
        self.assertIn("\x1b[1m", self.fine(*run, "--color", "always"))
        self.assertNotIn("\x1b", self.fine(*run, "--color", "never"))

    def test_quiet_leaves_the_results(self):
        text = self.fine("notebook", "--data", self.tiny_data(), "--samples", 2, "--epochs", 1, "-q")
        self.assertNotIn("Epoch", text)
        self.assertIn("2 MC samples", text)

    def test_embedded_data_say_what_they_are(self):
        text = self.fine("train", "--rows", 64, "--epochs", 1, "-q")
        self.assertTrue(text.startswith("Embedded garments (64 train, 5,000 valid, 10,000 test)\n"), text)
        self.assertIn("no figure below is Fashion-MNIST's", text)

    def test_a_full_disk_is_an_error(self):
        for arguments in [["--help"], ["train", "--data", self.tiny_data(), "--epochs", 1, "--json"]]:
            with open("/dev/full", "w") as full:
                result = self.run_program(*arguments, stdout=full)
            self.assertEqual(result.returncode, 1)
            self.assertEqual(result.stderr, "regulus: standard output: cannot be written. Is the disk full?\n")

    def test_a_closed_output_is_an_error_and_nothing_else_is_written_there(self):
        data = self.tiny_data()
        command = f'"{PROGRAM}" train --data "{data}" --epochs 1 --output closed.safetensors >&-'
        result = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment(),
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 1)
        self.fine("evaluate", "closed.safetensors", "--data", data)

    def test_a_reader_that_leaves_ends_the_run_quietly(self):
        command = f'"{PROGRAM}" notebook --data "{self.tiny_data()}" --samples 2 | head -n 1; echo ${{PIPESTATUS[0]}}'
        result = subprocess.run(["bash", "-c", command], env=self.environment(), capture_output=True, text=True)
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.stdout.splitlines()[-1], "141")

    def test_an_output_that_cannot_be_written_is_said_before_the_training(self):
        begin = time.monotonic()
        line = self.fails(1, "train", "--epochs", 100000, "--output", self.folder / "nowhere" / "m.safetensors")
        self.assertIn("nowhere", line)
        self.fails(1, "train", "--epochs", 100000, "--output", self.folder)
        self.assertLess(time.monotonic() - begin, 60)


class Interrupted(CliTest):
    def interrupt(self, number, *arguments, times=1):
        data = self.tiny_data()
        (self.folder / "model.safetensors").write_bytes(b"old")
        with subprocess.Popen([PROGRAM, "train", "--data", data, "--epochs", "1000000", "--output",
                               "model.safetensors", *arguments], cwd=self.folder, env=self.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            if "--json" not in arguments:
                while not run.stdout.readline().startswith("Epoch 2/"):
                    pass
            else:
                time.sleep(1)
            for _ in range(times):
                run.send_signal(number)
            out, err = run.communicate(timeout=20)
        self.assertEqual((self.folder / "model.safetensors").read_bytes(), b"old")
        self.assertEqual(sorted(os.listdir(self.folder)), ["data", "model.safetensors"])
        return run.returncode, out, err

    def test_the_batch_ends_and_nothing_is_written(self):
        code, _, err = self.interrupt(signal.SIGINT)
        self.assertEqual((code, err), (130, "regulus: interrupted by SIGINT. Nothing was saved.\n"))
        code, _, err = self.interrupt(signal.SIGTERM)
        self.assertEqual((code, err), (143, "regulus: interrupted by SIGTERM. Nothing was saved.\n"))

    def test_json(self):
        code, out, _ = self.interrupt(signal.SIGINT, "--json")
        self.assertEqual((code, json.loads(out)["error"]["kind"]), (130, "interrupted"))

    def test_a_second_signal_ends_it_at_once(self):
        code, _, _ = self.interrupt(signal.SIGINT, times=2)
        self.assertEqual(code, 130)


if __name__ == "__main__":
    main()
