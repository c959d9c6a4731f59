# SPDX-License-Identifier: Apache-2.0
"""inspect, verify, convert and predict with files, as a user meets them."""

import csv
import gzip
import io
import json
import resource
import struct
import zipfile

from harness import CliTest, idx, images, main


def npy(values, shape, descr="|u1"):
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + values


class ModelFiles(CliTest):
    def setUp(self):
        super().setUp()
        self.data = self.tiny_data()
        self.model = self.trained(self.data)

    def test_every_format_holds_the_same_model(self):
        digests = set()
        source = self.model
        for ending in ["keras", "h5", "safetensors"]:
            to = self.folder / f"copy.{ending}"
            document = self.document("convert", source, to)
            self.assertEqual((document["to"], document["bytes"]), (str(to), to.stat().st_size))
            inspected = self.document("inspect", to)
            digests.add(inspected["weights_sha256"])
            self.assertEqual(len(inspected["notes"]["class_names"]), 10)
            self.assertEqual(len(inspected["notes"]["normalization"]["mean"]), 784)
            self.assertTrue(inspected["notes"]["test_vector"])
            self.assertIn("bit for bit", self.fine("verify", to))
            source = to
        self.assertEqual(digests, {self.document("inspect", self.model)["weights_sha256"]})

    def test_inspect_says_what_there_is(self):
        text = self.fine("inspect", self.model)
        for words in ["safetensors, written by regulus", "largest column norm", "alpha_dropout, alpha_dropout_1",
                      "Nadam, learning_rate 0.001", "10 class names"]:
            self.assertIn(words, " ".join(text.split()))
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        layers = self.document("inspect", self.model)["layers"]
        self.assertEqual([layer["class_name"] for layer in layers if layer["stochastic"]], ["AlphaDropout"] * 3)

    def test_verify_tells_a_changed_model(self):
        self.fine("convert", self.model, "m.keras")
        with zipfile.ZipFile(self.folder / "m.keras") as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        extras = json.loads(members["regulus.json"])
        extras["test_vector"]["prediction"][0] += 0.5
        members["regulus.json"] = json.dumps(extras).encode()
        with zipfile.ZipFile(self.folder / "changed.keras", "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        self.assertRegex(self.fails(4, "verify", "changed.keras"), "does not predict what it did when it was saved")
        del members["regulus.json"]
        with zipfile.ZipFile(self.folder / "bare.keras", "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        self.assertRegex(self.fails(3, "verify", "bare.keras"), "holds no test vector")
        self.assertIn("none (Keras drops them", " ".join(self.fine("inspect", "bare.keras").split()))

    def test_nothing_is_overwritten_unasked(self):
        (self.folder / "there.keras").write_text("mine")
        self.assertRegex(self.fails(1, "convert", self.model, "there.keras"), "exists already. Give --force")
        self.assertEqual((self.folder / "there.keras").read_text(), "mine")
        self.fine("convert", self.model, "there.keras", "--force")
        self.assertRegex(self.fails(2, "convert", "there.keras", "there.keras"), "the two files are the same")
        self.assertRegex(self.fails(2, "convert", self.model, "there.pt"), "does not say which kind of model file")
        self.assertRegex(self.fails(1, "convert", self.model, self.folder), "is a folder. Name a file in it")
        self.assertRegex(self.fails(2, "convert", self.model, "new.keras", "--mc"), "--mc is for ONNX files")
        self.assertRegex(self.fails(2, "train", "--data", self.data, "--output", "m.bin"), "expected an ending in .keras")

    def test_onnx_with_and_without_dropout(self):
        self.fine("convert", self.model, "plain.onnx")
        self.fine("convert", self.model, "mc.onnx", "--mc")
        self.assertNotIn(b"RandomUniformLike", (self.folder / "plain.onnx").read_bytes())
        self.assertIn(b"RandomUniformLike", (self.folder / "mc.onnx").read_bytes())

    def test_predict_reads_every_kind_of_data_file(self):
        labels = [i % 10 for i in range(30)]
        pixels = images(labels, seed=5)
        rows = [pixels[784 * i : 784 * (i + 1)] for i in range(30)]
        table = io.StringIO()
        csv.writer(table).writerows([*[[*row, label] for row, label in zip(rows, labels)]])
        with zipfile.ZipFile(self.folder / "x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x.npy", npy(pixels, (30, 28, 28)))
        files = {"rows-images-idx3-ubyte": idx(pixels, 30, 28, 28), "rows-labels-idx1-ubyte": idx(labels, 30),
                 "x.npy": npy(pixels, (30, 784)), "x.csv": table.getvalue().encode(),
                 "x.csv.gz": gzip.compress(table.getvalue().encode())}
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        answers = []
        for data, more in [("rows-images-idx3-ubyte", []), ("x.npy", ["--labels", "rows-labels-idx1-ubyte"]),
                           ("x.npz", ["--labels", "rows-labels-idx1-ubyte"]), ("x.csv", ["--labels", "-1"]),
                           ("x.csv.gz", ["--labels", "784"])]:
            answers.append(self.document("predict", self.model, data, "--mc", 3, "-q", *more))
            self.assertEqual(answers[-1].pop("data"), data)
            answers[-1].pop("notes", None)
        self.assertEqual(len(answers[0]["rows"]), 30)
        self.assertEqual([row["label"] for row in answers[0]["rows"]], labels)
        for answer in answers[1:]:
            self.assertEqual(answer, answers[0], "the same rows, the same bits")

    def test_predict_writes_csv_json_and_npz(self):
        data = self.data / "t10k-images-idx3-ubyte.gz"
        run = ["predict", self.model, data, "--mc", 2]
        said = self.fine(*run, "--output", "out.csv")
        self.assertIn("labels from", said)
        self.assertIn("wrote out.csv (200 rows)", said)
        with open(self.folder / "out.csv") as file:
            table = list(csv.DictReader(file))
        self.fine(*run, "--output", "out.json")
        rows = json.loads((self.folder / "out.json").read_text())["rows"]
        self.assertEqual(len(table), 200)
        for line, row in zip(table, rows):
            self.assertEqual((int(line["class"]), line["class_name"]), (row["class"], row["class_name"]))
            self.assertAlmostEqual(float(line["probability"]), row["mean"][row["class"]], places=6)
            self.assertAlmostEqual(float(line["entropy"]), row["entropy"], places=6)
        self.fine(*run, "--output", "out.npz")
        with zipfile.ZipFile(self.folder / "out.npz") as archive:
            self.assertEqual(archive.namelist(), [f"{key}.npy" for key in [
                "prediction", "mean", "std", "entropy", "mutual_information", "labels"]])
        self.assertRegex(self.fails(1, *run, "--output", "out.npz"), "exists already")
        self.assertRegex(self.fails(2, *run, "--output", "out.txt"), "--output must end in .csv, .json or .npz")

    def test_predict_says_what_does_not_fit(self):
        (self.folder / "short.csv").write_text("1,2,3\n")
        self.assertRegex(self.fails(3, "predict", self.model, "short.csv"), "the data's rows do not fit the model")
        (self.folder / "bad.csv").write_text(",".join(["1"] * 784) + "\n4,5\n")
        self.assertRegex(self.fails(3, "predict", self.model, "bad.csv"), "^bad.csv: line 2: ")
        cut = (self.data / "t10k-images-idx3-ubyte.gz").read_bytes()[:-20]
        (self.folder / "cut.gz").write_bytes(cut)
        self.fails(3, "predict", self.model, "cut.gz", "--output", "out.csv", "-q")
        self.assertFalse((self.folder / "out.csv").exists(), "nothing half-written")

    def test_a_disk_that_takes_no_more_is_a_failed_run(self):
        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

        for name in ["out.csv", "out.npz", "out.json"]:
            # Python ignores the signal of this limit, and with it the program: the write itself fails.
            result = self.run_program("predict", self.model, self.data / "t10k-images-idx3-ubyte.gz", "--output", name,
                                      "-q", preexec_fn=small_files, restore_signals=False)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertRegex(result.stderr, f"^regulus: {name}: cannot be written: File too large")
            self.assertEqual(sorted(path.name for path in self.folder.glob("*")), ["data", "model.safetensors"])

    def test_streamed_pieces_are_the_whole(self):
        # 6,000 rows go through in six pieces: the draws are those of one prediction.
        pieces = self.document("predict", self.model, self.data / "train-images-idx3-ubyte.gz", "--mc", 2,
                               "--masks", "shared")
        again = self.document("predict", self.model, self.data / "train-images-idx3-ubyte.gz", "--mc", 2,
                              "--masks", "shared", "--threads", 1)
        self.assertEqual(pieces, again)
        self.assertEqual([row["row"] for row in pieces["rows"]], list(range(6000)))


if __name__ == "__main__":
    main()
