# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess

from harness import COMMANDS, PROGRAM, CliTest, main


class Help(CliTest):
    def check_screen(self, text, most=24):
        lines = text.splitlines()
        self.assertLessEqual(max(map(len, lines)), 80, text)
        self.assertLessEqual(len(lines), most, text)
        self.assertNotIn("\x1b", text)

    def test_every_help_fits_a_screen(self):
        self.check_screen(self.fine("--help"))
        for command in COMMANDS:
            text = self.fine(command, "--help")
            self.check_screen(text, 30 if command in ["predict", "evaluate"] else 24)
            self.assertEqual(text, self.fine(command, "-h"))
            self.assertEqual(text, self.fine("help", command))

    def test_names_every_command(self):
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", self.fine("--help"))

    def test_nothing_asked_says_where_to_start_and_is_a_usage_error(self):
        result = self.run_program()
        self.assertEqual((result.returncode, result.stderr), (2, ""))
        self.assertEqual(result.stdout, self.fine("--help"))
        self.assertIn("Start here:\n  regulus notebook", result.stdout)

    def test_version_names_what_matters(self):
        lines = self.fine("--version").splitlines()
        self.assertRegex(lines[0], r"^regulus \d+\.\d+\.\d+$")
        self.assertRegex(lines[1], r"^instruction set: \w+ \(available: scalar.*\)$")
        self.assertRegex(lines[2], r"^threads: \d+$")
        self.assertRegex(lines[3], r"^libraries: CLI11 .*, libcurl .*, OpenSSL .*, libdeflate .*, libzip .*, zlib .*$")

    def test_examples_work_when_pasted(self):
        data = self.tiny_data()
        environment = self.environment(REGULUS_DATA=str(data))
        environment["PATH"] = os.path.dirname(PROGRAM) + ":" + environment["PATH"]
        shutil.copy(data / "t10k-images-idx3-ubyte.gz", self.folder)
        pixels = ",".join(f"p{i}" for i in range(784))
        (self.folder / "rows.csv").write_text(f"{pixels},label\n{'7,' * 784}3\n")
        for command in ["train", "evaluate", "convert", "predict", "inspect", "verify", "notebook"]:
            if command == "convert":  # what the examples from here on begin with
                self.fine("convert", "model.safetensors", "model.keras")
                self.fine("convert", "model.keras", "model.h5")
            text = self.fine(command, "--help")
            examples = text.split("Examples:\n")[1].split("\n")[:3]
            for example in examples:
                self.assertTrue(example.startswith(f"  regulus {command}"), example)
                subprocess.run(["bash", "-c", example.replace("--data-set garments", "")], cwd=self.folder,
                               env=environment, check=True, capture_output=True, timeout=1000)


if __name__ == "__main__":
    main()
