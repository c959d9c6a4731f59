# SPDX-License-Identifier: Apache-2.0
import gzip
import json
import struct

from harness import FILES, CliTest, idx, main, tiny_files

IMAGE = bytes(range(256)) * 3 + bytes(16)
SMALL = {name: idx(IMAGE * 3, 3, 28, 28) if "images" in name else idx([1, 2, 3], 3) for name in FILES}


def with_word(content, at, word):
    return content[:at] + struct.pack(">I", word) + content[at + 4 :]


class MalformedFiles(CliTest):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        self.data.mkdir()
        for name, content in SMALL.items():
            (self.data / name).write_bytes(content)

    def refused(self, name, content, packed=False):
        """The line that refuses `content` in the place of file `name`."""
        plain, gz = self.data / name, self.data / f"{name}.gz"
        plain.unlink()
        (gz if packed else plain).write_bytes(content)
        line = self.fails(3, "train", "--data", self.data, "--validation", 0)
        gz.unlink(missing_ok=True)
        plain.write_bytes(SMALL[name])
        self.assertTrue(line.startswith(f"{gz if packed else plain}: "), line)
        return line

    def test_the_small_files_themselves_are_fine(self):
        self.fine("train", "--data", self.data, "--validation", 0, "--epochs", 1, "-q")

    def test_cut_at_every_byte_of_the_header(self):
        for name in FILES:
            for size in range(4 + 4 * SMALL[name][3]):
                with self.subTest(name=name, size=size):
                    line = self.refused(name, SMALL[name][:size])
                    self.assertRegex(line, "the file is empty|the file ends within its header")

    def test_wrong_headers(self):
        for name in FILES:
            good = SMALL[name]
            axes = good[3]
            bad = [
                (with_word(good, 0, 0x12345678), "byte 0: this is not an IDX file"),
                (with_word(good, 0, 0x0D00 | axes), "byte 2: the values have the wrong type"),
                (with_word(good, 0, 0x0800 | axes + 1), "byte 3: the array has the wrong number of axes"),
                (with_word(good, 4, 0), "byte 4: header promises 0 "),
                (with_word(good, 4, 4), "byte 4: header promises 4 .*, the file holds 3"),
                (with_word(good, 4, 2), "byte .*: .* follow"),
                (with_word(good, 4, 0xFFFFFFFF), "byte 4: header promises 4,294,967,295 "),
                (good + b"x", "byte .*: 1 byte follows"),
                (good[:-1], "the file holds 2"),
                (b"\x1f\x8b" + good, "gzip"),
            ]
            if axes == 3:
                bad += [
                    (with_word(with_word(good, 8, 0xFFFFFFFF), 12, 0xFFFFFFFF), "byte 4: header promises"),
                    (idx(IMAGE * 3, 3, 14, 56), "byte 8: the images have the wrong size"),
                ]
            else:
                bad += [(idx([1, 2, 10], 3), "byte 10: a label is out of range"),
                        (idx([1, 2], 2), "byte 4: there must be one label for each image")]
            for content, says in bad:
                with self.subTest(name=name, says=says):
                    self.assertRegex(self.refused(name, content), says)

    def test_cut_and_broken_gzip(self):
        for name in FILES:
            packed = gzip.compress(SMALL[name])
            for content in [packed[:-1], packed[:-9], packed[: len(packed) // 2], packed[:12], packed[:3],
                            packed + b"x", packed + packed, packed[:-6] + b"\0\0" + packed[-4:]]:
                with self.subTest(name=name, size=len(content)):
                    self.refused(name, content, packed=True)

    def test_json_mode(self):
        (self.data / FILES[1]).write_bytes(b"")
        result = self.run_program("notebook", "--json", "--data", self.data)
        self.assertEqual((result.returncode, result.stderr), (3, ""))
        self.assertEqual(json.loads(result.stdout)["error"],
                         {"kind": "data", "where": str(self.data / FILES[1]), "what": "the file is empty",
                          "expected": "", "found": "", "fix": "Fetch the file again."})


class MissingFiles(CliTest):
    def test_a_named_folder_that_lacks_the_files(self):
        missing = self.folder / "nowhere"
        self.assertEqual(self.fails(3, "notebook", "--data", missing),
                         f"{missing}: no such folder. Give a folder with the four Fashion-MNIST files.")
        self.assertRegex(self.fails(3, "train", "--data", self.folder), "the folder lacks train-images-idx3-ubyte")
        self.assertRegex(self.fails(3, "train", data=missing), "^.*/nowhere: no such folder. Set REGULUS_DATA ")

    def test_a_model_that_is_no_model(self):
        data = self.tiny_data()
        self.assertRegex(self.fails(3, "evaluate", "nothing.safetensors"), "^nothing.safetensors: ")
        self.assertRegex(self.fails(3, "predict", self.folder), f"^{self.folder}: ")
        good = self.trained(data).read_bytes()
        broken = self.folder / "broken.safetensors"
        for size in [0, 1, 7, 8, 9, 100, len(good) // 2, len(good) - 1]:
            broken.write_bytes(good[:size])
            self.assertTrue(self.fails(3, "evaluate", broken, "--data", data).startswith(f"{broken}: "))
        broken.write_bytes(tiny_files()[FILES[1]])
        self.fails(3, "evaluate", broken, "--data", data)


if __name__ == "__main__":
    main()
