# SPDX-License-Identifier: Apache-2.0
import json
import os
import pty
import signal
import subprocess

from harness import PROGRAM, CliTest, main


class Interrupted(CliTest):
    def train(self, *arguments, stderr=subprocess.PIPE):
        data = self.tiny_data()
        return subprocess.Popen([PROGRAM, "train", "--data", data, "--epochs", "1000000", "--rows", "320", *arguments],
                                cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=stderr)

    def interrupt(self, number, *arguments, times=1):
        with self.train(*arguments) as run:
            while not run.stderr.readline().startswith(b"Epoch 2/"):
                self.assertIsNone(run.poll())
            for _ in range(times):
                run.send_signal(number)
            out, err = run.communicate(timeout=600)
        return run.returncode, out.decode(), err.decode().splitlines()[-1] if err else ""

    def interrupt_json(self, number, *arguments):
        """Beside a document the epochs are shown on a terminal only."""
        leader, follower = pty.openpty()
        with self.train("--json", *arguments, stderr=follower) as run:
            os.close(follower)
            said = b""
            while b"Epoch 2/" not in said:
                said += os.read(leader, 65536)
            run.send_signal(number)
            try:
                while os.read(leader, 65536):
                    pass
            except OSError:  # nobody writes there any more
                os.close(leader)
            out, _ = run.communicate(timeout=600)
        return run.returncode, json.loads(out)

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
        code, document = self.interrupt_json(signal.SIGINT, "-o", "m.keras")
        self.assertEqual((code, document["error"]["kind"]), (130, "interrupted"))
        self.assertIn("was saved to m.keras", document["error"]["fix"])

    def test_a_second_signal_ends_it_at_once(self):
        code, _, _ = self.interrupt(signal.SIGINT, times=2)
        self.assertEqual(code, 130)


if __name__ == "__main__":
    main()
