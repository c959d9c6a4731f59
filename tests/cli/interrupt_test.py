# SPDX-License-Identifier: Apache-2.0
import json
import os
import signal
import subprocess
import time

from harness import PROGRAM, CliTest, main


class Interrupted(CliTest):
    def interrupt(self, number, *arguments, times=1):
        data = self.tiny_data()
        (self.folder / "model.safetensors").write_bytes(b"old")
        with subprocess.Popen([PROGRAM, "train", "--data", data, "--epochs", "1000000", "--output",
                               "model.safetensors", *arguments], cwd=self.folder, env=self.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            if "--json" not in arguments:
                while not run.stdout.readline().startswith("Epoch 2/"):
                    pass
            else:
                time.sleep(1)
            for _ in range(times):
                run.send_signal(number)
            out, err = run.communicate(timeout=20)
        self.assertEqual((self.folder / "model.safetensors").read_bytes(), b"old")
        self.assertEqual(sorted(os.listdir(self.folder)), ["data", "model.safetensors"])
        return run.returncode, out, err

    def test_the_batch_ends_and_nothing_is_written(self):
        code, _, err = self.interrupt(signal.SIGINT)
        self.assertEqual((code, err), (130, "regulus: interrupted by SIGINT. Nothing was saved.\n"))
        code, _, err = self.interrupt(signal.SIGTERM)
        self.assertEqual((code, err), (143, "regulus: interrupted by SIGTERM. Nothing was saved.\n"))

    def test_json(self):
        code, out, _ = self.interrupt(signal.SIGINT, "--json")
        self.assertEqual((code, json.loads(out)["error"]["kind"]), (130, "interrupted"))

    def test_a_second_signal_ends_it_at_once(self):
        code, _, _ = self.interrupt(signal.SIGINT, times=2)
        self.assertEqual(code, 130)


if __name__ == "__main__":
    main()
