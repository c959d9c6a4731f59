# SPDX-License-Identifier: Apache-2.0
import os
import re
import subprocess

from harness import CliTest, main


def figures(text):
    """Every bracketed array and every lone number, in order."""
    return re.findall(r"^\[\[.*?\]\]+$|^0\.\d{4}$|^\[[\d.]+, [\d.]+\]$", text, re.M | re.S)


class Example(CliTest):
    def test_prints_the_figures_of_the_command(self):
        data = self.tiny_data()
        example = subprocess.run([os.environ["REGULUS_NOTEBOOK_EXAMPLE"], "1", "3", "500"], cwd=self.folder,
                                 env=self.environment(REGULUS_DATA=str(data)), capture_output=True, text=True,
                                 check=True)
        command = self.fine("notebook", "--data", data, "--epochs", 1, "--mc", 3, "--rows", 500)
        command = re.sub(r"(model\.evaluate.*\n)\[.*\]\n", r"\1", command)
        self.assertEqual(figures(example.stdout), figures(command))
        self.assertEqual(len(figures(command)), 8)


if __name__ == "__main__":
    main()
