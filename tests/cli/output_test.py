# SPDX-License-Identifier: Apache-2.0
import re
import subprocess

from harness import PROGRAM, CliTest, main


class Output(CliTest):
    def test_piped_output_has_one_line_an_epoch_and_no_control_characters(self):
        result = self.run_program("notebook", "--data", self.tiny_data(), "--mc", 2, "--epochs", 2)
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f]", result.stdout + result.stderr))
        self.assertEqual(len(re.findall(r"^Epoch [12]/2 - ", result.stderr, re.M)), 8)
        self.assertNotIn("Epoch", result.stdout, "progress goes to standard error")
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 80)

    def test_ascii_where_the_locale_is_not_utf8(self):
        environment = self.environment(LC_ALL="C")
        result = subprocess.run([PROGRAM, "notebook", "--data", self.tiny_data(), "--mc", "2", "--epochs", "1"],
                                env=environment, capture_output=True, check=True)
        self.assertTrue(result.stdout.isascii())

    def test_colour_only_when_it_is_wanted(self):
        data = self.tiny_data()
        run = ["notebook", "--data", data, "--mc", 2, "--epochs", 1]
        self.assertIn("\x1b[1m", self.fine(*run, "--color", "always"))
        self.assertNotIn("\x1b", self.fine(*run, "--color", "never"))

    def test_quiet_leaves_the_results(self):
        text = self.fine("notebook", "--data", self.tiny_data(), "--mc", 2, "--epochs", 1, "-q")
        self.assertNotIn("Epoch", text)
        self.assertIn("2 MC samples", text)

    def test_embedded_data_say_what_they_are(self):
        text = self.fine("train", "--data-set", "garments", "--rows", 64, "--epochs", 1, "-q")
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
        command = f'"{PROGRAM}" notebook --data "{self.tiny_data()}" --mc 2 | head -n 1; echo ${{PIPESTATUS[0]}}'
        result = subprocess.run(["bash", "-c", command], env=self.environment(), capture_output=True, text=True)
        self.assertNotIn("regulus:", result.stderr)
        self.assertEqual(result.stdout.splitlines()[-1], "141")

    def test_an_output_that_cannot_be_written_is_said_before_the_training(self):
        # The training would have printed its epochs first.
        line = self.fails(1, "train", "--epochs", 100000, "--output", self.folder / "nowhere" / "m.safetensors")
        self.assertIn("nowhere", line)
        self.fails(1, "train", "--epochs", 100000, "--output", self.folder)


if __name__ == "__main__":
    main()
