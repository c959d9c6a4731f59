# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzzers of build/fuzz and says what they found.

    python3 tools/fuzz_campaign.py --seconds 10 [--target NAME]...   # each once, for so long
    python3 tools/fuzz_campaign.py --inputs 10000000                 # the long campaign

The campaign runs every target in slices until the inputs that tests/fuzz/campaign.log lists for it reach
the number; each slice appends a line there, so it may be stopped and resumed at will. `./dev fuzz` builds
the fuzzers first. What a target learns stays in build/fuzz/corpus, inputs that break a promise in
build/fuzz/crashes.
"""

import argparse
import datetime
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/fuzz"
LOG = ROOT / "tests/fuzz/campaign.log"
LIMITS = ["-malloc_limit_mb=16", "-rss_limit_mb=512", "-timeout=5"]
# The smallest HDF5 file of a few groups takes more than others need; a table needs a few rows.
MAX_BYTES = {"csv": 1024, "hdf5": 16384, "keras": 32768, "model": 16384}
# Freed memory is watched for a while, but not until it fills the limit; stacks of functions that have
# returned are watched by `./dev test asan`, for it makes a fuzzer three times as slow.
ENVIRONMENT = {"ASAN_OPTIONS": "quarantine_size_mb=8:detect_stack_use_after_return=0",
               "UBSAN_OPTIONS": "print_stacktrace=1"}
SAID = re.compile(r"^(?:A promise is broken.*|==\d+==\s*ERROR.*|.*runtime error:.*|terminate called.*|\s+what\(\):.*)$",
                  re.M)


def targets():
    return sorted(path.stem for path in (ROOT / "tests/fuzz/targets").glob("*.cpp"))


def figure(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def run(target, seconds, inputs):
    """One slice: {inputs, seconds, coverage, crashes, said}. Ends at the first crash."""
    corpus, crashes = BUILD / "corpus" / target, BUILD / "crashes"
    crashes.mkdir(parents=True, exist_ok=True)
    subprocess.run([BUILD / f"regulus_replay_{target}", "--write-seeds", corpus], check=True)
    command = [BUILD / f"regulus_fuzz_{target}", *LIMITS, f"-max_len={MAX_BYTES.get(target, 4096)}", f"-max_total_time={seconds}", f"-runs={inputs}",
               "-print_final_stats=1", f"-artifact_prefix={crashes}/{target}-", corpus]
    words = ROOT / f"tests/fuzz/dict/{target}.dict"
    if words.exists():
        command.append(f"-dict={words}")
    begin = datetime.datetime.now()
    done = subprocess.run(command, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True,
                          errors="replace", check=False)
    return {"target": target,
            "inputs": figure(r"stat::number_of_executed_units:\s*(\d+)", done.stderr),
            "seconds": (datetime.datetime.now() - begin).total_seconds(),
            "coverage": figure(r"cov: (\d+)", done.stderr),
            "crashes": 0 if done.returncode == 0 else 1,
            "said": [*SAID.findall(done.stderr), *re.findall(r"Test unit written to (.*)", done.stderr)]}


def show(result):
    rate = result["inputs"] / max(result["seconds"], 0.001)
    print(f"{result['target']:<12} {result['inputs']:>12,} inputs {result['seconds']:>6.0f} s {rate:>8,.0f}/s "
          f"{result['coverage']:>6,} edges {result['crashes']:>3} crashes", flush=True)
    for line in result["said"]:
        print(f"    {line.strip()}", flush=True)


def counted(log):
    """target -> inputs so far."""
    totals = {}
    for line in log.read_text().splitlines() if log.exists() else ():
        if line and not line.startswith("#"):
            fields = line.split()
            totals[fields[2]] = totals.get(fields[2], 0) + int(fields[3])
    return totals


def commit():
    return subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                          check=True).stdout.strip()


def append(log, result):
    if not log.exists():
        log.write_text("# tools/fuzz_campaign.py: date, commit, target, inputs, seconds, crashes\n")
    with log.open("a") as file:
        file.write(f"{datetime.date.today()} {commit()} {result['target']} {result['inputs']} "
                   f"{result['seconds']:.0f} {result['crashes']}\n")


def slices(names, wanted, seconds, pool):
    """Rounds of one slice a target, until each has its inputs or one has crashed."""
    crashes = 0
    while not crashes:
        totals = counted(LOG)
        left = {name: wanted - totals.get(name, 0) for name in names if totals.get(name, 0) < wanted}
        if not left:
            break
        for result in pool.map(lambda name: run(name, seconds, left[name]), left):
            show(result)
            append(LOG, result)
            crashes += result["crashes"]
    return crashes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append", choices=targets(), help="only this one; may be repeated")
    parser.add_argument("--seconds", type=int, default=60, help="of a run or slice")
    parser.add_argument("--inputs", type=int, help="go on until each target has read so many, and log")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="fuzzers at once")
    arguments = parser.parse_args()
    names = arguments.target or targets()
    with ThreadPoolExecutor(arguments.jobs) as pool:
        if arguments.inputs:
            return 1 if slices(names, arguments.inputs, arguments.seconds, pool) else 0
        results = pool.map(lambda name: run(name, arguments.seconds, -1), names)
        return 1 if sum(show(result) or result["crashes"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
