# SPDX-License-Identifier: Apache-2.0
"""What the system refuses: large files, threads."""

import os
import resource
import subprocess
import unittest

from harness import PROGRAM, CliTest, main


class Limits(CliTest):
    def limited(self, limit, value, *arguments, **environment):
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, env=self.environment(**environment),
                              capture_output=True, text=True, timeout=1200,
                              preexec_fn=lambda: resource.setrlimit(limit, (value, value)))

    def test_a_file_beyond_the_limit_of_file_sizes_is_an_error(self):
        data = self.tiny_data()
        result = self.limited(resource.RLIMIT_FSIZE, 50_000, "train", "--data", data, "--epochs", 1, "-q",
                              "--output", "model.safetensors")
        self.assertEqual((result.returncode, result.stderr),
                         (1, "regulus: model.safetensors: cannot be written: File too large.\n"))
        self.assertEqual(os.listdir(self.folder), ["data"])

    def test_an_output_beyond_it_is_an_error(self):
        # The last of the text is written when the program ends.
        with open(self.folder / "out.txt", "wb") as out:
            result = subprocess.run([PROGRAM, "--help"], stdout=out, stderr=subprocess.PIPE, text=True,
                                    env=self.environment(),
                                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
        self.assertEqual((result.returncode, result.stderr),
                         (1, "regulus: standard output: cannot be written. Is the disk full?\n"))

    @unittest.skipIf("ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ, "sanitizers need the address space")
    def test_a_thread_that_cannot_start_is_a_failed_run(self):
        result = self.limited(resource.RLIMIT_AS, 1 << 30, "train", "--data", self.tiny_data(), "--epochs", 1, "-q",
                              "--threads", 1024)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertRegex(result.stderr, r"^regulus: thread team: the system refused to start a thread: .*1024 threads")


if __name__ == "__main__":
    main()
