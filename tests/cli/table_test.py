# SPDX-License-Identifier: Apache-2.0
"""Files of rows in the forms in which they lie about: each is read right, or refused in a line that helps."""

import csv
import io

from harness import CliTest, images, idx, main

PIXELS = images([0, 1, 2, 3, 4], seed=3)
ROWS = [PIXELS[784 * i : 784 * (i + 1)] for i in range(5)]


def table(rows, separator=",", header=None):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


class Tables(CliTest):
    def setUp(self):
        super().setUp()
        self.path = self.trained(self.tiny_data())
        self.wanted = self.predictions(table(ROWS))

    def run_on(self, text, *more, name="rows.csv"):
        content = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(content)
        return self.run_program("predict", self.path, name, "--format", "csv", *more)

    def predictions(self, text, *more, name="rows.csv"):
        result = self.run_on(text, *more, name=name)
        self.assertEqual(result.returncode, 0, result.stderr)
        return [[row["class"], row["probability"]] for row in csv.DictReader(io.StringIO(result.stdout))]

    def refused(self, text, *more, code=3):
        result = self.run_on(text, *more)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        return result.stderr

    def test_the_forms_of_one_table(self):
        names = [f"p{i}" for i in range(784)]
        forms = [(table(ROWS, header=names), []), (table(ROWS, ";"), []), (table(ROWS, "\t", names), []),
                 (table(ROWS, " "), []), ("\ufeff" + table(ROWS, header=names).replace("\n", "\r\n"), []),
                 (table(ROWS).replace(",", ", ") + "\n\n", []), ("# comment\n" + table(ROWS), []),
                 (table([[f"{v},0" for v in row] for row in ROWS], ";"), ["--decimal", ","]),
                 (table([[i, *row] for i, row in enumerate(ROWS)], header=["", *names]), []),
                 (table([[*row, "word"] for row in ROWS]), ["--drop", -1]),
                 (table([[*row, "word"] for row in ROWS], header=[*names, "w"]), ["--drop", "w"]),
                 (table([["word", *row] for row in ROWS]), ["--columns", "1:"]),
                 (table([["word", *row, 7] for row in ROWS]), ["--columns", "1:785", "--labels", -1]),
                 (table([["?", *row[1:]] for row in ROWS[:1]] + ROWS), ["--missing", "drop"])]
        for text, more in forms:
            with self.subTest(text=text[:40], more=more):
                self.assertEqual(self.predictions(text, *more), self.wanted)

    def test_what_was_found_out_is_said(self):
        self.assertEqual(self.run_on(table(ROWS, ";")).stderr,
                         "regulus: note: rows.csv: columns between semicolons, the first row holds values\n")
        self.assertEqual(self.run_on(table(ROWS, ";"), "-q").stderr, "")
        said = self.run_on(table(ROWS), "--separator", "comma", "--header", "no")
        self.assertEqual((said.returncode, said.stderr), (0, ""))

    def test_labels(self):
        classes = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"]
        answers = []
        for labels in [range(5), ["0.0", "1.0", "2.0", "3.0", "4.0"], classes]:
            text = table([[*row, label] for row, label in zip(ROWS, labels)])
            result = self.run_on(text, "--labels", -1)
            self.assertEqual(result.returncode, 0, result.stderr)
            answers.append(result.stdout)
        self.assertEqual(len(set(answers)), 1)
        one_hot = table([[*row, *(int(i == k) for k in range(5))] for i, row in enumerate(ROWS)])
        self.assertEqual(self.run_on(one_hot, "--labels", "784:").stdout, answers[0])
        (self.folder / "labels.txt").write_text("label\n" + "\n".join(classes) + "\n")
        self.assertEqual(self.run_on(table(ROWS), "--labels", "labels.txt").stdout, answers[0])
        self.assertIn("Did you mean \"Coat\"?", self.refused(table([[*ROWS[0], "Caot"]]), "--labels", -1))
        self.assertIn("label out of range", self.refused(table([[*ROWS[0], 10]]), "--labels", -1))

    def test_labels_that_nobody_asked_for_stop_nothing(self):
        (self.folder / "t10k-images.idx3-ubyte").write_bytes(idx(PIXELS, 5, 28, 28))
        run = ["predict", self.path, "t10k-images.idx3-ubyte"]
        for labels in [[1, 2, 3, 4, 99], [1, 2, 3]]:
            (self.folder / "t10k-labels.idx1-ubyte").write_bytes(idx(labels, len(labels)))
            result = self.run_program(*run)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("the labels beside the rows are not used: ", result.stderr)
            self.assertNotIn("accuracy", result.stdout)
        (self.folder / "t10k-labels.idx1-ubyte").write_bytes(idx([0, 1, 2, 3, 4], 5))
        self.assertIn("accuracy", self.run_program(*run).stdout)
        self.assertNotIn("accuracy", self.run_program(*run, "--labels", "none").stdout)

    def test_one_line_says_what_is_wrong(self):
        for text, more, says in [
            (table(ROWS)[:-1] + ",1\n", [], "line 5: the row has another number of cells"),
            (table([["?", *ROWS[0][1:]]]), [], "line 1: column 0 is missing .*--missing drop"),
            (table([["x", *ROWS[0][1:]]]), [], "line 1: column 0 is no finite number .*--drop"),
            (table([ROWS[0][1:]]), [], "do not fit the model .*--drop"),
            (",".join(f"p{i}" for i in range(784)), [], "the file names columns and holds no rows"),
            ("[[1, 2], [3, 4]]", [], "this is JSON"),
            (table(ROWS).encode("utf-16"), [], "this is UTF-16 text .*iconv"),
            (b"PAR1\x15\x04", [], "this is a Parquet file .*pandas"),
            (b"\x89PNG\r\n\x1a\n", [], "this is a PNG image"),
            (b"\x80\x04\x95", [], "this is a Python pickle, which is never loaded")]:
            with self.subTest(says=says):
                self.assertRegex(self.refused(text, *more), says)
        for more, says in [(["--drop", "nothing"], "there is no column \"nothing\""),
                           (["--separator", "x"], "--separator is not known"), (["--header", "perhaps"], "--header is"),
                           (["--decimal", "x"], "--decimal is"), (["--missing", "mean"], "--missing is"),
                           (["--first-label", "x"], "--first-label is"), (["--key", "x"], "key is for NPZ files")]:
            with self.subTest(more=more):
                self.assertRegex(self.refused(table(ROWS), *more, code=2), says)


if __name__ == "__main__":
    main()
