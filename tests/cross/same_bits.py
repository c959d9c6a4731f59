# SPDX-License-Identifier: Apache-2.0
"""Compares what instruction sets have computed on two architectures.

    same_bits.py NATIVE.json CROSS.json

The files are what the kernel tests write with --gtest_output; a test's properties digest_ISA hash the
results of that instruction set (tests/unit/kernels/digest.h).
"""

import json
import sys
from pathlib import Path

PREFIX = "digest_"


def digests(file):
    """Test name -> {instruction set: digest}, for the tests that have any."""
    found = {}
    for suite in json.loads(Path(file).read_text())["testsuites"]:
        for test in suite["testsuite"]:
            of_test = {key[len(PREFIX):]: value for key, value in test.items() if key.startswith(PREFIX)}
            if of_test:
                found[f"{suite['name']}.{test['name']}"] = of_test
    return found


def differences(native, cross):
    if not native or not cross:
        yield "no digests: does this machine have a vector instruction set?"
    for name in sorted(native.keys() ^ cross.keys()):
        yield f"{name}: only one side has run it; build both from the same tree"
    for name in sorted(native.keys() & cross.keys()):
        both = {**native[name], **cross[name]}
        if len(set(both.values())) > 1:
            yield f"{name}: " + ", ".join(f"{isa} {digest}" for isa, digest in sorted(both.items()))


def main(native_file, cross_file):
    native, cross = digests(native_file), digests(cross_file)
    problems = list(differences(native, cross))
    for problem in problems:
        print(problem)
    isas = sorted({isa for side in (native, cross) for of_test in side.values() for isa in of_test})
    print(f"{len(cross)} tests on {', '.join(isas)}: {len(problems) or 'no'} difference{'s'[:len(problems) != 1]}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
