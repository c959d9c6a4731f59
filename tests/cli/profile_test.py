# SPDX-License-Identifier: Apache-2.0
import re

from harness import CliTest, main

KEYS = ["call", "steps", "threads", "seconds", "wait_seconds", "flops", "peak_flops_per_second", "parts"]
# name, time, share, and for matrix products speed and share of the peak
LINE = re.compile(r"^(\S.{35}) +(\d+\.\d) +(\d+\.\d)%(?: +(\d+\.\d) +(\d+\.\d)%)?$")


def tables(text):
    """Headline -> {name of a line: (has a speed)} for every table of the text."""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        if "FMA peak" not in line:
            continue
        table = found.setdefault(line.split(":")[0], {})
        next(lines)
        while (row := LINE.match(next(lines, ""))):
            table[row[1].rstrip()] = row[4] is not None
    return found


class Profile(CliTest):
    def check(self, table, products, others):
        for name in products:
            self.assertIs(table.get(name), True, table)
        for name in others:
            self.assertIs(table.get(name), False, table)

    def test_train_says_where_a_step_goes(self):
        text = self.fine("train", "--data", self.tiny_data(), "--epochs", 1, "--profile")
        self.assertRegex(text, r"fit: 32 steps, \d+\.\d{3} s on \d+ threads?, FMA peak \d+\.\d GFLOP/s\n"
                               r" +us a step +share +GFLOP/s +of peak\n")
        self.check(tables(text)["fit"], ["dense forward", "dense_1 input gradient", "dense gradient, update", "step"],
                   ["gather", "alpha_dropout masks", "loss", "between steps"])
        self.assertLessEqual(max(map(len, (line for line in text.splitlines() if "Epoch" not in line))), 80)

    def test_evaluate_and_predict_say_where_a_prediction_goes(self):
        data = self.tiny_data()
        model = self.trained(data)
        for command in ["evaluate", "predict"]:
            text = self.fine(command, model, "--data", data, "--mc", 2, "--profile")
            self.check(tables(text)["2 MC samples"], ["dense forward", "all"], ["alpha_dropout masks", "other"])
        self.check(tables(self.fine("predict", model, "--data", data, "--profile"))["predict"], ["all"],
                   ["gather", "copy outputs"])

    def test_the_notebook_has_a_table_for_every_call(self):
        run = ["notebook", "--data", self.tiny_data(), "--mc", 2, "--epochs", 1]
        text = self.fine(*run, "--profile")
        self.assertEqual(list(tables(text)), ["fit", "predict", "2 MC samples"])
        self.assertEqual(len(re.findall(r"^fit: ", text, re.M)), 4)
        self.assertEqual(tables(self.fine(*run)), {})

    def test_a_document_holds_the_same(self):
        data = self.tiny_data()
        document = self.document("train", "--data", data, "--epochs", 1, "--threads", 2, "--profile")
        self.assertEqual(list(document)[-1], "profile")
        (fit,) = document["profile"]
        self.assertEqual(list(fit), KEYS)
        self.assertEqual((fit["call"], fit["steps"], fit["threads"]), ("fit", 32, 2))
        self.assertEqual(fit["flops"], sum(part["flops"] for part in fit["parts"]))
        self.assertLessEqual(sum(part["seconds"] for part in fit["parts"]), fit["seconds"])
        self.assertGreater(fit["peak_flops_per_second"], 0)
        self.assertNotIn("profile", self.document("train", "--data", data, "--epochs", 1))

    def test_values_stay_values(self):
        data = self.tiny_data()
        common = ["predict", self.trained(data), "--data", data, "--format", "csv"]
        result = self.run_program(*common, "--profile")
        self.assertEqual(result.stdout, self.fine(*common))
        self.assertEqual(list(tables(result.stderr)), ["predict"])


if __name__ == "__main__":
    main()
