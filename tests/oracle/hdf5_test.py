# SPDX-License-Identifier: Apache-2.0
"""Thousands of damaged HDF5 files: where h5py and regulus both accept one, they read the same from it.

    REGULUS_JUDGED=build/release/regulus_judged PYTHON tests/oracle/hdf5_test.py

REGULUS_FILES says how many (4,000). h5py works in a child process, for damaged files make it crash or hang.
"""

import base64
import io
import json
import multiprocessing
import os
import random
import signal
import struct
import subprocess
import sys
import unittest
import zlib
from pathlib import Path

try:
    import h5py
    import numpy as np
except ImportError as missing:
    sys.exit(f"hdf5_test: {missing}. Install tools/goldens/requirements.txt.")

JUDGED = os.environ["REGULUS_JUDGED"]
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "hdf5.json"
FILES = int(os.environ.get("REGULUS_FILES", 4000))


def damaged(files, number):
    """File `number`: a sound one with one to three bytes changed, most often where something stands."""
    draw = random.Random(number)
    content = bytearray(files[draw.randrange(len(files))])
    used = [i for i, byte in enumerate(content) if byte]
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        at = draw.choice(used) if draw.random() < 0.7 else draw.randrange(len(content))
        content[at] = draw.choice([content[at] ^ 1 << draw.randrange(8), draw.randrange(256), 0, 1, 255,
                                   content[draw.choice(used)]])
    return bytes(content)


def array(value, dtype):
    if dtype.kind == "V":
        name = "bfloat16"
    else:
        name = dtype.newbyteorder("=").name
        value = value.astype(dtype)
    return {"dtype": name, "big_endian": dtype.byteorder == ">", "shape": list(value.shape),
            "bytes": value.tobytes().hex()}


def text(value):
    return value.decode() if isinstance(value, bytes) else value.encode().decode()


def attributes(thing):
    out = {}
    for key in thing.attrs:
        raw = thing.attrs.get_id(key)
        value = thing.attrs[key]
        is_text = raw.get_type().get_class() == h5py.h5t.STRING
        if isinstance(value, h5py.Empty):
            out[key] = [] if is_text else array(np.zeros(0, value.dtype), value.dtype)
        elif is_text:
            value = np.asarray(value, object)
            out[key] = text(value[()]) if value.ndim == 0 else [text(one) for one in value.ravel()]
        else:
            out[key] = array(np.asarray(value), raw.dtype)
    return out


def tree(group):
    out = {"groups": {}, "datasets": {}, "attributes": attributes(group)}
    for key in group:
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            raise ValueError("a link")
        thing = group[key]
        if isinstance(thing, h5py.Group):
            out["groups"][key] = tree(thing)
        else:
            if thing.size is not None and thing.size * thing.dtype.itemsize > 1 << 22:
                raise ValueError("a large array")
            value = np.zeros(0, thing.dtype) if thing.shape is None else np.asarray(thing[()])
            out["datasets"][key] = {"array": array(value, thing.dtype), "attributes": attributes(thing)}
    return out


def h5py_reads(content):
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            return tree(file)
    except Exception:  # whatever it says, it has refused the file
        return None


def child(files, numbers, pipe):
    h5py._errors.silence_errors()
    for number in numbers:
        signal.alarm(5)
        pipe.send((number, h5py_reads(damaged(files, number))))
        signal.alarm(0)
    pipe.close()


def all_h5py_reads(files, numbers):
    """number -> tree, None where it is refused; those on which h5py crashes or hangs are left out."""
    found, left = {}, list(numbers)
    while left:
        mine, its = multiprocessing.Pipe(False)
        process = multiprocessing.Process(target=child, args=(files, left, its))
        process.start()
        its.close()
        done = 0
        try:
            while True:
                number, answer = mine.recv()
                found[number] = answer
                done += 1
        except EOFError:
            process.join()
        left = left[done + 1 :]  # the next one has ended it
    return found


class Damaged(unittest.TestCase):
    def test_what_both_accept_is_read_alike(self):
        cases = [case for case in json.loads(GOLDEN.read_text())["cases"] if "tree" in case]
        files = [zlib.decompress(base64.b64decode(case["file"])) for case in cases]
        files = [content for content in files if len(content) <= 25000]
        judged = subprocess.Popen([JUDGED, "hdf5"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(judged.stdout.close)
        theirs = all_h5py_reads(files, range(FILES))
        counts = {"both": 0, "only regulus": 0, "only h5py": 0, "neither": 0, "h5py crashed": FILES - len(theirs)}
        for number, wanted in theirs.items():
            content = damaged(files, number)
            judged.stdin.write(struct.pack("<I", len(content)) + content)
            judged.stdin.flush()
            found = json.loads(judged.stdout.readline()).get("ok")
            if found is not None and wanted is not None:
                self.assertEqual(found, wanted, f"file {number}")
            counts["both" if found and wanted else "only regulus" if found else "only h5py" if wanted else "neither"] += 1
        judged.stdin.close()
        self.assertEqual(judged.wait(), 0)
        print(counts)
        self.assertGreater(counts["both"], FILES / 5)


def in_chunks(number):
    """A file of one array in chunks of any shape, with any of the filters, in any version of the format."""
    draw = random.Random(number)
    rank = draw.randint(1, 4)
    shape = [draw.randint(1, 9) for _ in range(rank)]
    options = {"chunks": tuple(draw.randint(1, length + 1 if draw.random() < 0.2 else length) for length in shape),
               "shuffle": draw.random() < 0.5, "fletcher32": draw.random() < 0.5}
    if draw.random() < 0.6:
        options.update(compression="gzip", compression_opts=draw.randint(1, 9))
    if any(chunk > length for chunk, length in zip(options["chunks"], shape)) or draw.random() < 0.3:
        options["maxshape"] = tuple(length + draw.randint(1, 9) for length in shape)
    dtype = draw.choice(["u1", "<i2", ">i4", "<f4", ">f8", "<f2"])
    values = np.frombuffer(draw.randbytes(8 * int(np.prod(shape))), "u1")[:int(np.prod(shape))]
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=draw.choice(["earliest", "v110", "latest"])) as file:
        file.create_dataset("x", data=values.reshape(shape).astype(dtype), **options)
    return buffer.getvalue()


class Chunks(unittest.TestCase):
    def test_every_shape_and_filter_is_read_alike(self):
        judged = subprocess.Popen([JUDGED, "hdf5"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(judged.stdout.close)
        for number in range(FILES // 4):
            content = in_chunks(number)
            judged.stdin.write(struct.pack("<I", len(content)) + content)
            judged.stdin.flush()
            self.assertEqual(json.loads(judged.stdout.readline()), {"ok": h5py_reads(content)}, f"file {number}")
        judged.stdin.close()
        self.assertEqual(judged.wait(), 0)


if __name__ == "__main__":
    unittest.main()
