# SPDX-License-Identifier: Apache-2.0
import re

from harness import CliTest, main

JOBS = ["fit, one epoch, batches of 32", "predict", "100 MC samples, independent masks",
        "100 MC samples, shared masks", "predict, one row, one thread"]


class Bench(CliTest):
    def test_names_every_job_and_product(self):
        text = self.fine("bench", "--rows", 64, "--threads", 1)
        self.assertRegex(text, r"^\w+, 1 threads?, FMA peak \d+ GFLOP/s \(\d+ on one\)\n")
        self.assertEqual(re.findall(r"^(.+?) +[\d.]+ (?:us|ms|s)", text, re.M)[:5], JOBS)
        self.assertEqual(len(re.findall(r"^\d+ x \d+ x \d+ .*%$", text, re.M)), 6)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_a_document_holds_the_same(self):
        document = self.document("bench", "--rows", 64, "--threads", 1)
        self.assertEqual(list(document), ["isa", "threads", "peak_flops_per_second",
                                          "peak_flops_per_second_one_thread", "times"])
        self.assertEqual([time["name"] for time in document["times"]][:5], JOBS)
        for time in document["times"]:
            self.assertEqual(list(time), ["name", "threads", "seconds", "flops"])
            self.assertGreater(time["seconds"], 0)
        # 3 products a row and step, but for the input gradient of the first layer; 784-300-100-10.
        self.assertEqual(document["times"][0]["flops"] % (2 * (3 * 266_200 - 235_200) * 64), 0)


if __name__ == "__main__":
    main()
