# SPDX-License-Identifier: Apache-2.0
"""Files of every Keras release, trained on by regulus as Keras trained on: equal losses.

    REGULUS_JUDGED=build/release/regulus_judged REGULUS_KERAS_VERSIONS=FOLDER python3 tests/oracle/keras_versions_test.py

FOLDER is made by tests/oracle/keras_versions/make_all.py; this test needs no Keras, nor NumPy. It prints a table.
"""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

JUDGED = os.environ["REGULUS_JUDGED"]
FOLDER = Path(os.environ["REGULUS_KERAS_VERSIONS"])
# Losses near 1.5 in float32, sums in other orders, 18 updates: RMSprop divides by roots near zero.
LIMIT = 2e-5

# Said, and left out of the comparison: regulus has no moving average of weights, no accumulation of gradients and
# no schedule but InverseTimeDecay.
SAID_ONLY = {
    "adam_ema": "use_ema",
    "adam_accumulation": "gradient_accumulation_steps",
    "adam_exponential": "ExponentialDecay",
}
# Trained on with another rule, which is said: Keras 2.11 to 2.15 multiplies Nadam's product once a weight and keeps
# it in no file.
GOES_ON_DIFFERENTLY = "the file has no product of Nadam's momenta"


def judged(*arguments):
    result = subprocess.run([JUDGED, *map(str, arguments)], capture_output=True, text=True)
    return result.returncode, result.stdout, result.stderr


class KerasVersions(unittest.TestCase):
    maxDiff = None

    def check(self, folder, case):
        """A word for the table."""
        path = folder / case["file"]
        model = path
        more = []
        if case["file"].endswith(".weights.h5"):
            model = folder / case["file"].replace(".weights.h5", ".keras")
            if not model.exists():
                return "no model"
            more = [path]
        code, out, said = judged("resume", model, folder / "x.npy", folder / "y.npy", len(case["losses"]), *more)
        if case["optimizer"] in SAID_ONLY:
            self.assertIn(SAID_ONLY[case["optimizer"]], said)
            return "said"
        self.assertEqual(code, 0, said)
        found = json.loads(out)
        # Legacy optimizers keep their state in .h5 alone: from .keras Keras starts afresh too.
        stateless = folder.name.endswith("-legacy") and not case["file"].endswith(("square.h5", "biased.h5"))
        untrained = case["optimizer"].endswith("untrained")
        self.assertEqual(found["iterations"], 0 if untrained or stateless else 9, said)
        if GOES_ON_DIFFERENTLY in said:
            return "said"
        if stateless and not untrained:
            # Keras loses schedule_decay when it reads the file.
            if more or case["optimizer"] == "nadam_schedule":
                return "no state"
            self.assertIn("holds no state of the optimizer", said)
        wanted = [case["losses"], case.get("resumed", case["losses"])]
        apart = min(max(abs(a - b) for a, b in zip(found["losses"], w, strict=True)) for w in wanted)
        self.assertLessEqual(apart, LIMIT, f"{found['losses']} {wanted} {said}")
        return f"{apart:.0e}"

    def test_every_file(self):
        table = {}
        folders = sorted(f.parent for f in FOLDER.glob("*/cases.json"))
        self.assertTrue(folders, "no files: run tests/oracle/keras_versions/make_all.py")
        for folder in folders:
            document = json.loads((folder / "cases.json").read_text())
            for case in document["cases"]:
                with self.subTest(version=folder.name, file=case["file"]):
                    cell = table.setdefault(case["optimizer"], {}).setdefault(folder.name, [])
                    cell.append("FAIL")
                    cell[-1] = self.check(folder, case)
        names = [f.name for f in folders]
        print(f"{'':18}" + "".join(f"{n:>22}" for n in names))
        for optimizer, row in table.items():
            print(f"{optimizer:18}" + "".join(f"{worst(row.get(n)):>22}" for n in names))


def worst(cells):
    if not cells:
        return "-"
    if "FAIL" in cells:
        return f"FAIL {cells.count('FAIL')} of {len(cells)}"
    numbers = [float(c) for c in cells if c[0].isdigit()]
    return f"{max(numbers):.0e} ({len(numbers)})" if numbers else cells[0]


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
