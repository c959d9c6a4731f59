# SPDX-License-Identifier: Apache-2.0
"""No file is lost, and no data set takes another's place."""

import os
import resource
import signal
import subprocess

from harness import PROGRAM, CliTest, main
from models import dense, npy, npz

KERNEL = [[0.5, -0.75], [1.0, 0.25]]


class Written(CliTest):
    def write(self, name, content):
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def test_train_asks_before_it_trains(self):
        self.write("mine.keras", "mine")
        line = self.fails(1, "train", "--epochs", 1000000, "--data", self.tiny_data(), "-o", "mine.keras")
        self.assertEqual(line, "mine.keras: exists already. Give --force to replace it.")
        self.assertEqual((self.folder / "mine.keras").read_text(), "mine")
        (self.folder / "nowhere.keras").symlink_to("no-such-file")
        self.assertRegex(self.fails(1, "train", "-o", "nowhere.keras"), "exists already")
        self.fine("train", "--data", self.tiny_data(), "--epochs", 1, "-o", "mine.keras", "--force", "-q")
        self.fine("inspect", "mine.keras", "-q")

    def test_predict_writes_over_nothing_that_it_reads(self):
        self.write("m.safetensors", dense(2, "softmax", KERNEL, [0, 0]))
        self.write("x.npz", npz(x=npy([1, 2, 3, 4], (2, 2))))
        self.write("y.csv", "0\n1\n")
        self.write("n.npz", npz(mean=npy([0], (1,)), std=npy([1], (1,))))
        (self.folder / "link.csv").symlink_to("y.csv")
        os.link(self.folder / "n.npz", self.folder / "hard.npz")
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        for output in ["x.npz", "y.csv", "n.npz", "link.csv", "hard.npz"]:
            line = self.fails(2, "predict", "m.safetensors", "x.npz", "--labels", "y.csv", "--normalization", "n.npz",
                              "-o", output, "--force")
            self.assertIn("one of those that are read", line)
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()}, before)

    def test_a_named_data_set_is_never_replaced(self):
        for arguments in [["train", "--data-set", "fashion_mnist"], ["train"]]:
            line = self.fails(3, *arguments, "--epochs", 1)
            self.assertRegex(line, "^Fashion-MNIST: is in no folder .* --data-set garments")
        self.assertRegex(self.fails(3, "train", "--data", self.folder / "no"), "no such folder")
        pixels = [[0.0, 0.0]] * 784
        kernel = [[0.0] * 10 for _ in pixels]
        self.write("m.safetensors", dense(10, "softmax", kernel, [0] * 10, input_shape=[28, 28],
                                          front=[("Flatten", {"name": "f"})], data_set="fashion_mnist"))
        self.assertRegex(self.fails(3, "evaluate", "m.safetensors", "--scale", "1/255"), "^Fashion-MNIST: is in no folder")
        self.assertIn("accuracy", self.fine("evaluate", "m.safetensors", "--data-set", "garments", "--scale", "1/255"))
        self.assertRegex(self.fails(2, "evaluate", "m.safetensors", "--data-set", "garments"), "the rows are bytes")

    def test_a_scaling_beside_the_layers_is_said_or_baked(self):
        data = self.tiny_data()
        run = ["train", "--data", data, "--epochs", 1, "--rows", 64]
        said = self.run_program(*run, "-o", "m.keras")
        self.assertIn("the scaling of the inputs lies beside the layers, where Keras does not look", said.stderr)
        baked = self.run_program(*run, "-o", "b.keras", "--bake-normalization")
        self.assertNotIn("beside the layers", baked.stderr)
        self.fine("convert", "m.keras", "c.keras", "--bake-normalization", "-q")
        plain = self.document("predict", "m.keras", "--data", data, "--rows", ":")["rows"]
        for name in ["b.keras", "c.keras"]:
            layers = self.document("inspect", name)["layers"]
            self.assertEqual([layer["class_name"] for layer in layers[:2]], ["Normalization", "Flatten"])
            rows = self.document("predict", name, "--data", data, "--data-set", "fashion_mnist", "--rows", ":")["rows"]
            for row, other in zip(rows, plain, strict=True):
                for a, b in zip(row["probabilities"], other["probabilities"], strict=True):
                    # The layer divides by another rounding of the same number.
                    self.assertAlmostEqual(a, b, delta=2e-5)

    def test_a_limit_on_files_is_a_failed_run(self):
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

        result = self.run_program("train", "--data", self.tiny_data(), "--epochs", 1, "-q", "-o", "m.keras",
                                  preexec_fn=small_files, restore_signals=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stderr, "regulus: m.keras: cannot be written: File too large.*\n$")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["data"])


if __name__ == "__main__":
    main()
