# SPDX-License-Identifier: Apache-2.0
"""Runs the program as a user would, in a world of its own: empty home, no network, tiny data."""

import functools
import gzip
import json
import os
import random
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["REGULUS_PROGRAM"]
FILES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
COMMANDS = ["notebook", "train", "evaluate", "predict", "inspect", "verify", "convert", "bench"]


def images(labels, seed=1):
    """A grey stripe whose height tells the class, under noise."""
    noise = random.Random(seed)
    dim = bytes(value // 3 for value in range(256))
    out = bytearray(noise.randbytes(784 * len(labels)).translate(dim))
    for i, label in enumerate(labels):
        begin = 784 * i + 28 * (2 * label + 3)
        out[begin : begin + 56] = noise.randbytes(56)
    return bytes(out)


def idx(values, *dims):
    return struct.pack(f">I{len(dims)}I", 0x0800 | len(dims), *dims) + bytes(values)


@functools.cache
def tiny_files():
    """The four files of a data set of 6,000 + 200 rows, as bytes."""
    out = {}
    for part, rows in [("train", 6000), ("t10k", 200)]:
        labels = [(i * 7 + i // 10) % 10 for i in range(rows)]
        out[f"{part}-images-idx3-ubyte"] = idx(images(labels, rows), rows, 28, 28)
        out[f"{part}-labels-idx1-ubyte"] = idx(labels, rows)
    return out


class CliTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="regulus-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def environment(self, **more):
        kept = {key: os.environ[key] for key in ["PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS",
                                                 "UBSAN_OPTIONS", "REGULUS_ISA"] if key in os.environ}
        return {**kept, "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TERM": "xterm",
                # The discard port: refused at once, so that no test waits for a network.
                "REGULUS_DATASETS_URL": "http://127.0.0.1:9/", "no_proxy": "*", **more}

    def run_program(self, *arguments, data=None, timeout=1200, **options):
        environment = self.environment(**({"REGULUS_DATA": str(data)} if data else {}))
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, env=environment, text=True,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=timeout, **options)

    def fine(self, *arguments, **options):
        """Standard output of a command that has nothing to say on standard error but its progress and notes."""
        result = self.run_program(*arguments, **options)
        said = [line for line in result.stderr.splitlines()
                if not line.startswith(("regulus: note: ", "Epoch "))]
        self.assertEqual((result.returncode, said), (0, []), result.stdout)
        return result.stdout

    def document(self, *arguments, **options):
        """The one JSON document that the command prints."""
        return json.loads(self.fine(*arguments, "--json", **options))

    def fails(self, code, *arguments, **options):
        """The one line that the command prints when it fails so."""
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("regulus: "), result.stderr)
        self.assertLessEqual(len(result.stderr), 320)
        return result.stderr[len("regulus: ") : -1]

    def tiny_data(self, packed=True):
        folder = self.folder / "data"
        folder.mkdir(exist_ok=True)
        for name, content in tiny_files().items():
            if packed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))
            else:
                (folder / name).write_bytes(content)
        return folder

    def trained(self, data, *options):
        """The path of a model trained for one epoch."""
        self.fine("train", "--data", data, "--epochs", 1, "--output", "model.safetensors", *options)
        return self.folder / "model.safetensors"


main = unittest.main
