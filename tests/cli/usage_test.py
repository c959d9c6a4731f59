# SPDX-License-Identifier: Apache-2.0
import json

from harness import CliTest, main


class Usage(CliTest):
    def test_wrong_command_lines_say_how_to_mend_them(self):
        cases = [
            (["notebok"], '"notebok" is not a command. Did you mean "notebook"?'),
            (["brew"], '"brew" is not a command. Known: notebook, train, evaluate, predict, inspect, verify, convert, bench.'),
            (["--verson"], 'option "--verson" is not known. Did you mean "--version"?'),
            (["train", "--epohcs", "3"], 'train: option "--epohcs" is not known. Did you mean "--epochs"?'),
            (["train", "--epohcs=3"], 'train: option "--epohcs" is not known. Did you mean "--epochs"?'),
            (["train", "-epochs", "3"], 'train: option "-epochs" is not known. Did you mean "--epochs"?'),
            (["train", "--wings"], 'train: option "--wings" is not known. See "regulus train --help".'),
            (["train", "garments"], 'train: argument "garments" is not expected. See "regulus train --help".'),
            (["train", "--epochs"], 'train: --epochs needs a value. See "regulus train --help".'),
            (["train", "--epochs", "-3"],
             'train: --epochs must be a whole number (expected 1 to 1,000,000, found "-3").'),
            (["train", "--epochs", "2.5"],
             'train: --epochs must be a whole number (expected 1 to 1,000,000, found "2.5").'),
            (["train", "--epochs", "010x"],
             'train: --epochs must be a whole number (expected 1 to 1,000,000, found "010x").'),
            (["train", "--rate", "1.2"], 'train: --rate must be a number (expected [0, 1), found "1.2").'),
            (["train", "--learning-rate", "0"],
             'train: --learning-rate must be a number (expected more than 0, found "0").'),
            (["train", "--learning-rate", "nan"],
             'train: --learning-rate must be a number (expected more than 0, found "nan").'),
            (["train", "--data-set", "fashion-mnist"],
             'train: --data-set is not known (found "fashion-mnist"). Did you mean "fashion_mnist"?'),
            (["train", "--seed", "18446744073709551616"],
             'train: --seed must be a whole number (expected at least 0, found "18446744073709551616").'),
            (["train", "--threads", "0"],
             'train: --threads must be a whole number (expected 1 to 1,024, found "0").'),
            (["train", "--json=maybe"], "train: --json takes no value."),
            (["train", "--output", ""], 'train: --output must not be empty (found "").'),
            (["notebook", "--masks", "shard"], 'notebook: --masks is not known (found "shard"). Did you mean "shared"?'),
            (["notebook", "--color", "yes"],
             'notebook: --color is not known (found "yes"). Known: auto, always, never.'),
            (["evaluate"], 'evaluate: MODEL is missing. See "regulus evaluate --help".'),
            (["predict", "m", "--rows", "5:2"],
             'predict: --rows must be a range of row numbers (expected A:B with 0 <= A < B, found "5:2").'),
            (["predict", "m", "--rows", "-1"],
             'predict: --rows must be a range of row numbers (expected A:B with 0 <= A < B, found "-1").'),
            (["predict", "m", "x.csv", "--rows", "1:2"],
             'predict: --rows goes without DATA only. See "regulus predict --help".'),
            (["predict", "m", "--output", "x.csv"],
             'predict: --output needs DATA, a file of rows. See "regulus predict --help".'),
            (["inspect"], 'inspect: MODEL is missing. See "regulus inspect --help".'),
            (["convert", "m"], 'convert: TO is missing. See "regulus convert --help".'),
            (["train", "--data", "d", "--data-set", "garments"],
             '--data: does not go with --data-set garments, which is drawn, not read.'),
        ]
        for arguments, line in cases:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.fails(2, *arguments), line)

    def test_control_bytes_do_not_reach_the_terminal(self):
        self.assertNotIn("\x1b", self.fails(2, "train", "--epochs", "\x1b[2J"))
        self.assertNotIn("\x1b", self.fails(2, "\x1b[2J"))

    def test_json_mode_answers_with_a_document(self):
        result = self.run_program("train", "--json", "--epochs", "-3")
        self.assertEqual((result.returncode, result.stderr), (2, ""))
        self.assertEqual(json.loads(result.stdout), {"error": {
            "kind": "config", "where": "train", "what": "--epochs must be a whole number",
            "expected": "1 to 1,000,000", "found": '"-3"', "fix": ""}})

    def test_the_last_of_two_values_counts(self):
        data = self.tiny_data()
        document = self.document("train", "--data", data, "--seed", 1, "--seed", 5, "--epochs", 9, "--epochs=1")
        self.assertEqual((document["seed"], len(document["epochs"])), (5, 1))

    def test_too_much_held_back(self):
        self.assertEqual(self.fails(2, "train", "--data", self.tiny_data(), "--validation", 6000),
                         "train: no rows are left to train on (expected fewer than 6,000 held back, found 6,000).")

    def test_rows_after_the_end(self):
        data = self.tiny_data()
        model = self.trained(data)
        self.assertEqual(self.fails(2, "predict", model, "--data", data, "--rows", "200:"),
                         "predict: --rows begins after the last row (expected at most 199, found 200).")


if __name__ == "__main__":
    main()
