# SPDX-License-Identifier: Apache-2.0
import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

from harness import PROGRAM, CliTest, main


class Interrupted(CliTest):
    def interrupt(self, number, *arguments, times=1):
        data = self.tiny_data()
        with subprocess.Popen([PROGRAM, "train", "--data", data, "--epochs", "1000000", "--rows", "320", *arguments],
                              cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as run:
            if "--json" not in arguments:
                while not run.stderr.readline().startswith("Epoch 2/"):
                    pass
            else:
                self.wait_for_work(run)
            for _ in range(times):
                run.send_signal(number)
            out, err = run.communicate(timeout=600)
        return run.returncode, out, err.splitlines()[-1] if err else ""

    def wait_for_work(self, run):
        """Until it has computed for longer than starting takes: ten times the processor time of a short run."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.fine("train", "--data", self.folder / "data", "--epochs", 1, "-q")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wanted = 10 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        spent = 0
        while spent < wanted:
            fields = Path(f"/proc/{run.pid}/stat").read_text().rpartition(")")[2].split()
            spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            time.sleep(0.05)

    def test_what_there_is_is_saved_and_said(self):
        for number, code, name in [(signal.SIGINT, 130, "SIGINT"), (signal.SIGTERM, 143, "SIGTERM")]:
            found, _, line = self.interrupt(number, "-o", f"{name}.keras")
            self.assertEqual(found, code)
            self.assertRegex(line, f"^regulus: interrupted by {name}. The model of epoch \\d+, after [\\d,]+ updates, "
                                   f"was saved to {name}.keras.$")
            self.assertGreater(self.document("inspect", f"{name}.keras")["optimizer"]["iterations"], 10)
            self.assertIn("bit for bit", self.fine("verify", f"{name}.keras"))

    def test_without_an_output_nothing_is_written(self):
        code, _, line = self.interrupt(signal.SIGINT)
        self.assertEqual((code, line), (130, "regulus: interrupted by SIGINT. Nothing was saved (no --output)."))
        self.assertEqual(os.listdir(self.folder), ["data"])

    def test_json(self):
        code, out, _ = self.interrupt(signal.SIGINT, "--json", "-o", "m.keras")
        self.assertEqual((code, json.loads(out)["error"]["kind"]), (130, "interrupted"))
        self.assertIn("was saved to m.keras", json.loads(out)["error"]["fix"])

    def test_a_second_signal_ends_it_at_once(self):
        code, _, _ = self.interrupt(signal.SIGINT, times=2)
        self.assertEqual(code, 130)


if __name__ == "__main__":
    main()
