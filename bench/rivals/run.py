# SPDX-License-Identifier: Apache-2.0
"""Times regulus and its rivals side by side. Called as `./dev bench rivals`, which builds regulus first.

In every round each system does its jobs in a process of its own, one after the other, so that a
machine that gets slower or faster in between treats all alike. See bench/README.md for the jobs.
"""

import argparse
import datetime
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import environment
import machine
import report
import systems

LIMIT_SECONDS = 1_800  # a process that takes longer counts as failed


def names(known):
    def parse(text):
        chosen = text.split(",")
        if unknown := [name for name in chosen if name not in known]:
            raise argparse.ArgumentTypeError(f"no {unknown[0]!r}; known: {', '.join(known)}")
        return chosen

    return parse


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev bench rivals", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument("--only", type=names(systems.NAMES), default=list(systems.NAMES), metavar="A,B",
                        help=f"of {', '.join(systems.NAMES)}; regulus always runs")
    parser.add_argument("--jobs", type=names(systems.JOBS), default=list(systems.JOBS), metavar="J1,J2",
                        help="of J1 … J8 (J6 needs J5)")
    parser.add_argument("--quick", action="store_true", help="one round without the whole notebook (J5, J6)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), metavar="N",
                        help="for every system; default: the processors this process may use")
    parser.add_argument("--data", default=os.environ.get("REGULUS_DATA"), metavar="DIR",
                        help="folder of the four Fashion-MNIST files; default: $REGULUS_DATA")
    parser.add_argument("--output", type=Path, metavar="FILE",
                        help="default: bench/results/ for a complete run, build/rivals/ for any other")
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("give --data DIR or set REGULUS_DATA: these are times on the real data")
    if arguments.quick:
        arguments.rounds = 1
        arguments.jobs = [job for job in arguments.jobs if job not in ("J5", "J6")]
    if arguments.rounds < 1 or not 1 <= arguments.threads <= len(os.sched_getaffinity(0)):
        parser.error("--rounds and --threads are at least 1, --threads at most the processors there are")
    return arguments


class Failed(Exception):
    """A system did not do its job; the text says how it ended."""


def variables_for(system, threads, data):
    variables = {name: value for name, value in os.environ.items() if name not in systems.REMOVED_VARIABLES}
    variables.update({name: value.format(threads=threads) for name, value in systems.VARIABLES.items()})
    return {**variables, **system.variables, "REGULUS_DATA": data}


def run_process(command, variables, log):
    """(what it wrote, seconds from start to exit, most bytes of memory). Throws Failed."""
    with tempfile.TemporaryFile() as output, log.open("ab") as errors:
        begin = time.monotonic()
        try:
            process = subprocess.Popen(command, stdout=output, stderr=errors, env=variables)
        except OSError as error:
            raise Failed(str(error)) from None
        clock = threading.Timer(LIMIT_SECONDS, process.kill)
        clock.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            clock.cancel()
        took = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            lines = log.read_text(errors="replace").strip().splitlines() or ["no message"]
            raise Failed(f"exit code {process.returncode}: {lines[-1][:200]}")
        output.seek(0)
        return output.read().decode(errors="replace"), took, usage.ru_maxrss * 1024


def last_document(text):
    try:
        return json.loads(text.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise Failed("it printed no JSON line") from None


class Race:
    """All rounds, and what came of them."""

    def __init__(self, arguments, chosen, absent):
        self.arguments = arguments
        self.chosen = chosen
        self.absent = absent
        self.folder = systems.BUILD / "rivals"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.results = {system.name: {"title": system.title, "failures": [], "values": {}}
                        for system in chosen}
        for name, reason in absent.items():
            self.results[name]["failures"].append(reason)

    def run(self):
        for number in range(1, self.arguments.rounds + 1):
            for system in self.chosen:
                if system.name not in self.absent:
                    self.one_system(number, system)
        for result in self.results.values():
            result["jobs"] = {job: summary(values) for job, values in result.pop("values").items()}
        return self.results

    def one_system(self, number, system):
        jobs = [job for job in self.arguments.jobs if job in system.jobs]
        short = [job for job in jobs if job not in ("J5", "J6")]
        parts = [(self.jobs_process, short)] if short else []
        parts += [(self.notebook_process, ["J5", "J6"])] if "J5" in jobs else []
        for process, wanted in parts:
            head = f"round {number} of {self.arguments.rounds}  {system.name:17} {' '.join(wanted):12}"
            print(head, end="", file=sys.stderr, flush=True)
            begin = time.monotonic()
            try:
                process(system, wanted)
                print(f" {time.monotonic() - begin:7.1f} s", file=sys.stderr)
            except Failed as failure:
                self.results[system.name]["failures"].append(f"round {number}, {' '.join(wanted)}: {failure}")
                print(f"  failed: {failure}", file=sys.stderr)

    def start(self, system, command):
        threads = system.threads or self.arguments.threads
        return run_process(command, variables_for(system, threads, self.arguments.data),
                           self.folder / f"{system.name}.log")

    def arguments_of(self, system, jobs):
        threads = system.threads or self.arguments.threads
        return ("--jobs", ",".join(jobs), "--data", self.arguments.data, "--threads", str(threads))

    def keep(self, system, values):
        for name, value in values.items():
            self.results[system.name]["values"].setdefault(name, []).append(value)

    def jobs_process(self, system, jobs):
        output, _, _ = self.start(system, (*system.command, *self.arguments_of(system, jobs)))
        answer = last_document(output)
        self.keep(system, answer["seconds"])
        figures, facts = ("accuracy", "peak_gflops"), ("note", "versions", "isa")
        self.keep(system, {key: answer[key] for key in figures if key in answer})
        self.results[system.name].update({key: answer[key] for key in facts if key in answer})

    def notebook_process(self, system, _):
        command = system.notebook or (*system.command, *self.arguments_of(system, ["J5"]))
        _, took, memory = self.start(system, command)
        self.keep(system, {"J5": took, "J6": memory})


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "values": values}


def default_output(arguments, about, complete):
    if not complete:
        return systems.BUILD / "rivals" / "last.json"
    widest_first = ("avx512f", "avx2", "sve", "asimd")
    isa = next((name for name in widest_first if name in about["instruction_sets"]), "scalar")
    day = datetime.date.today().isoformat()
    return systems.ROOT / "bench" / "results" / f"rivals-{day}-{isa}-{arguments.threads}-threads.json"


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the running system ends too
    arguments = parse_arguments()
    arguments.data = str(Path(arguments.data).resolve())
    chosen = [system for system in systems.SYSTEMS
              if system.name in arguments.only or system.name == "regulus"]
    if arguments.threads == 1:
        chosen = [system for system in chosen if system.name != "regulus-1"]
    absent = environment.prepare(chosen)
    # Every system may use the same processors; XLA and regulus size themselves by this.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    document = {"rounds": arguments.rounds,
                "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
                "machine": machine.describe(arguments.threads)}
    document["systems"] = Race(arguments, chosen, absent).run()
    document["ratios"] = report.ratios(document["systems"])
    document["goals"] = report.goals(document["systems"])
    whole = set(arguments.only) == set(systems.NAMES) and set(arguments.jobs) == set(systems.JOBS)
    complete = whole and not any(result["failures"] for result in document["systems"].values())
    output = arguments.output or default_output(arguments, document["machine"], complete)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(document, indent=1) + "\n")
    report.show(document)
    print(f"\nStored in {output}")


if __name__ == "__main__":
    main()
