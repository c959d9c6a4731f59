# SPDX-License-Identifier: Apache-2.0
"""The program's manners: where options may stand, what goes to which stream, narrow terminals."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
import unicodedata

from harness import PROGRAM, CliTest, main
from models import dense, npy, table

KERNEL = [[0.5, -0.75], [1.0, 0.25]]


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in line)


class Shell(CliTest):
    def setUp(self):
        super().setUp()
        self.write("m.safetensors", dense(2, "softmax", KERNEL, [0, 0], class_names=["no", "yes"]))
        self.write("x.npy", npy([1, 2, 3, 4], (2, 2)))

    def write(self, name, content):
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def on_terminal(self, columns, *arguments):
        """What a terminal of so many columns shows of standard output."""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder, env=self.environment(), stdout=follower,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as run:
            os.close(follower)
            out = b""
            while True:
                try:
                    piece = os.read(leader, 65536)
                except OSError:
                    break
                if not piece:
                    break
                out += piece
            run.communicate(timeout=60)
        os.close(leader)
        self.assertEqual(run.returncode, 0, out)
        return out.decode().replace("\r\n", "\n")


class Options(Shell):
    def test_what_every_command_has_may_stand_before_it(self):
        behind = self.fine("predict", "m.safetensors", "x.npy", "--json", "--threads", 2)
        for before in [["--json", "--threads", 2], ["--threads=2", "--json"], ["-q", "--json"],
                       ["--color", "never", "--json", "-q"]]:
            self.assertEqual(self.fine(*before, "predict", "m.safetensors", "x.npy", "-q"), behind)
        self.assertEqual(self.fine("--json", "help", "predict"), self.fine("predict", "--help"))
        self.assertEqual(self.fine("--json", "--version"), self.fine("--version"))

    def test_what_only_some_have_is_told_its_place(self):
        self.assertEqual(self.fails(2, "--epochs", "3", "train"),
                         'option "--epochs" comes behind the command. As in "regulus train --epochs".')
        self.assertEqual(self.fails(2, "--threads"), '--threads needs a value. See "regulus --help".')

    def test_json_without_a_command_is_a_document(self):
        result = self.run_program("--json")
        self.assertEqual((result.returncode, result.stderr), (2, ""))
        self.assertEqual(json.loads(result.stdout)["error"]["what"], "no command is given")

    def test_words_of_other_tools(self):
        cases = [(["eval", "m"], '"eval" is not a command. Did you mean "evaluate"?'),
                 (["fit"], '"fit" is not a command. Did you mean "train"?'),
                 (["train", "--lr", "1"], 'train: option "--lr" is not known. Did you mean "--learning-rate"?'),
                 (["predict", "m", "x", "--sep", ";"], 'predict: option "--sep" is not known. Did you mean "--separator"?'),
                 (["predict", "m", "x", "--target", "y"], 'predict: option "--target" is not known. Did you mean "--labels"?'),
                 (["predict", "m", "x", "--outp", "y"], 'predict: option "--outp" is not known. Did you mean "--output"?'),
                 (["train", "--overwrite"], 'train: option "--overwrite" is not known. Did you mean "--force"?')]
        for arguments, line in cases:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.fails(2, *arguments), line)

    def test_no_option_does_nothing_in_silence(self):
        cases = [(["predict", "m.safetensors", "x.npy", "--masks", "shared"], "--masks needs --mc N"),
                 (["predict", "m.safetensors", "x.npy", "--force"], "--force needs --output"),
                 (["predict", "m.safetensors", "x.npy", "-o", "x.json", "--format", "csv"], "contradicts the ending"),
                 (["predict", "m.safetensors", "x.npy", "-o", "x.txt"], "must end in .csv, .json or .npz"),
                 (["predict", "m.safetensors", "x.npy", "--data-set", "garments"], "--data-set goes without DATA only"),
                 (["predict", "m.safetensors", "--drop", "a"], "--drop needs DATA"),
                 (["evaluate", "m.safetensors", "--labels", "a"], "--labels needs DATA"),
                 (["evaluate", "m.safetensors", "--mc", "0", "--masks", "shared"], "--masks needs --mc N"),
                 (["train", "--force"], "--force needs --output"),
                 (["train", "--bake-normalization"], "--bake-normalization needs --output"),
                 (["inspect", "m.safetensors", "--profile"], '"--profile" is not known'),
                 (["verify", "m.safetensors", "--profile"], '"--profile" is not known'),
                 (["bench", "--profile"], '"--profile" is not known'),
                 (["convert", "m.safetensors", "n.keras", "--bake-normalization"], "holds no normalization"),
                 (["convert", "m.safetensors", "n.pt"], "expected an ending in .keras, .h5, .weights.h5, .safetensors or .onnx")]
        for arguments, says in cases:
            with self.subTest(arguments=arguments):
                self.assertIn(says, self.fails(2, *arguments))
        result = self.run_program("predict", "m.safetensors", "x.npy", "--json", "--format", "csv")
        self.assertEqual((result.returncode, json.loads(result.stdout)["error"]["what"]),
                         (2, "--json and --format csv contradict each other"))
        self.assertIn("row,class", self.fine("predict", "m.safetensors", "x.npy", "--format", "csv"))
        self.fine("predict", "m.safetensors", "x.npy", "--format", "csv", "-o", "table.txt", "-q")
        self.assertIn("row,class", (self.folder / "table.txt").read_text())

    def test_a_seed_that_draws_nothing_and_samples_that_are_equal_are_noted(self):
        self.write("y.csv", "1,2,0\n3,4,1\n")
        evaluate = ["y.csv", "--labels", "2", "--seed", 3]
        for arguments in [["predict", "m.safetensors", "x.npy", "--seed", 3], ["inspect", "m.safetensors", "--seed", 3],
                          ["evaluate", "m.safetensors", *evaluate], ["evaluate", "m.safetensors", *evaluate, "--mc", 2]]:
            self.assertIn("--seed changes nothing here", self.run_program(*arguments).stderr, arguments)
        for name, layer in [("d", "Dropout"), ("always", "MCDropout")]:
            self.write(f"{name}.safetensors", dense(2, "softmax", KERNEL, [0, 0], front=[(layer, {"name": "d", "rate": 0.5})]))
        for arguments in [["predict", "always.safetensors", "x.npy", "--seed", 3], ["evaluate", "always.safetensors", *evaluate],
                          ["predict", "d.safetensors", "x.npy", "--seed", 3, "--mc", 2]]:
            self.assertNotIn("--seed", self.run_program(*arguments).stderr, arguments)
        result = self.run_program("predict", "m.safetensors", "x.npy", "--mc", 5)
        self.assertIn("no layer that draws", result.stderr)
        self.assertIn("no layer that draws", self.run_program("convert", "m.safetensors", "m.onnx", "--mc").stderr)
        profiled = self.run_program("predict", "m.safetensors", "x.npy", "--profile")
        self.assertIn("FMA peak", profiled.stdout)


class Streams(Shell):
    def test_results_and_notes_apart(self):
        self.write("rows.csv", table([[1, 2], [3, 4]]))
        result = self.run_program("predict", "m.safetensors", "rows.csv", "--mc", 2, "--format", "csv")
        self.assertTrue(result.stdout.startswith("row,class,"), result.stdout)
        for line in result.stderr.splitlines():
            self.assertTrue(line.startswith("regulus: note: "), line)
        self.assertEqual(self.fine("predict", "m.safetensors", "rows.csv", "--mc", 2, "--format", "csv", "-q"),
                         result.stdout)

    def test_one_document_even_when_a_late_row_is_bad(self):
        good = "1,2\n" * 1500
        self.write("late.csv", good + "1,x\n")
        self.write("early.csv", "1,2\n1,x\n")
        for name, rows in [("late.csv", 1000), ("early.csv", None)]:
            result = self.run_program("predict", "m.safetensors", name, "--json", "-q")
            document = json.loads(result.stdout)
            self.assertEqual((result.returncode, result.stderr), (3, ""))
            self.assertEqual(document["error"]["kind"], "data")
            self.assertEqual(len(document["rows"]) if rows else None, rows)
        result = self.run_program("predict", "m.safetensors", "late.csv", "--format", "json", "-q")
        self.assertEqual(json.loads(result.stdout)["error"]["kind"], "data")
        self.assertEqual((result.returncode, result.stderr.count("\n")), (3, 1))

    def test_names_reach_no_terminal_raw(self):
        name = "a\x1b[2Jb\nc.npy"
        (self.folder / name).write_bytes(npy([1, 2], (1, 2)))
        shown = self.fine("predict", "m.safetensors", name)
        self.assertIn("a\\x1b[2Jb\\x0ac.npy", shown)
        self.write("evil.safetensors", dense(2, "softmax", KERNEL, [0, 0], class_names=["\x1b]0;x\x07", "b\u202ec"]))
        self.assertNotIn("\x1b", self.fine("predict", "evil.safetensors", "x.npy"))
        with_space = self.folder / "with space.csv"
        self.fine("predict", "m.safetensors", "x.npy", "-o", with_space)
        self.assertTrue(with_space.exists())


class Narrow(Shell):
    def test_forty_columns(self):
        self.write("rows.csv", table([[1, 2], [3, 4]], [0, 1]))
        long = ["Ferruginous pygmy owl of the northern lowlands", "雪鸮和它的许多亲戚以及更多的鸟类名字"]
        self.write("birds.safetensors", dense(2, "softmax", KERNEL, [0, 0], class_names=long,
                                              behind=[("Dropout", {"name": "drop", "rate": 0.5})]))
        runs = [["predict", "birds.safetensors", "rows.csv", "--labels", "2", "-q"],
                ["predict", "birds.safetensors", "rows.csv", "--labels", "2", "--mc", "3", "-q"],
                ["evaluate", "birds.safetensors", "rows.csv", "--labels", "2", "--mc", "3", "-q"],
                ["inspect", "birds.safetensors"]]
        for run in runs:
            for columns in [40, 60, 80]:
                with self.subTest(run=run, columns=columns):
                    text = self.on_terminal(columns, *run)
                    digest = [line for line in text.splitlines() if len(line.split()[-1:] or [""]) and
                              len((line.split() or [""])[-1]) == 64]
                    for line in text.splitlines():
                        if line not in digest:
                            self.assertLessEqual(width(line), columns, text)

    def test_columns_of_wide_names_stand_under_their_titles(self):
        self.write("w.safetensors", dense(2, "softmax", KERNEL, [0, 0], class_names=["猫", "dog"]))
        self.write("rows.csv", "1,2\n-3,-4\n")
        lines = [line for line in self.fine("predict", "w.safetensors", "rows.csv", "-q").splitlines() if "0." in line]
        self.assertEqual(len({width(line) for line in lines}), 1, lines)


if __name__ == "__main__":
    main()
