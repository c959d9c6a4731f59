# SPDX-License-Identifier: Apache-2.0
"""Prints a stored race: times, ratios to regulus, and the goals with what was reached.

    python3 bench/rivals/report.py bench/results/FILE.json
"""

import json
import sys
from pathlib import Path

COLUMNS = ("J1", "J1 first", "J2", "J2 shared", "J3", "J4", "J5", "J6", "J7", "J8")
HEADS = {"J1": "J1 epoch", "J1 first": "first", "J2": "J2 mc", "J3": "J3 predict", "J4": "J4 one row",
         "J5": "J5 notebook", "J6": "J6 memory", "J7": "J7 CNN epoch", "J8": "J8 CNN predict"}
UNITS = {"J4": (1e6, "µs"), "J6": (2**-20, "MiB"), "J3": (1e3, "ms"), "J8": (1e3, "ms")}
# Useful floating-point operations of a job, 10^9: what the network's matrices need and no more.
WORK = {"J1": 61.7, "J2": 531.0, "J3": 5.3, "J7": 784.0, "J8": 48.8}
RIVALS_OF = {
    "JAX by hand": ("jax",),
    "PyTorch": ("torch", "torch-compile"),
    "Keras, TensorFlow": ("keras-tensorflow",),
}


def median(systems, name, job):
    return systems.get(name, {}).get("jobs", {}).get(job, {}).get("median")


def best(systems, job, names=None):
    """(time, name) of the fastest rival, or None."""
    rivals = names or [name for name in systems if not name.startswith("regulus")]
    times = [(median(systems, name, job), name) for name in rivals if median(systems, name, job)]
    return min(times) if times else None


def ratios(systems):
    """{rival: {job: how many times what regulus takes}}."""
    return {
        name: {job: round(value / base, 3) for job in COLUMNS
               if (value := median(systems, name, job)) and (base := median(systems, "regulus", job))}
        for name in systems if name != "regulus"
    }


def peak_share(systems, job):
    time, peak = median(systems, "regulus", job), median(systems, "regulus", "peak_gflops")
    return WORK[job] / time / peak if time and peak else None


def against(systems, job, names=None, rival_job=None):
    time, rival = median(systems, "regulus", job), best(systems, rival_job or job, names)
    return (rival[0] / time, rival[1]) if time and rival else None


def quotient(above, below):
    return above / below if above and below else None


def goals(systems):
    """[{"job", "goal", "reached", "met"}]; reached is null where the jobs were not run."""
    found = []

    def at_least(job, what, bound, value, form="{:.1f} x"):
        add(job, f"{what} ≥ {form.format(bound)}", value, form, lambda reached: reached >= bound)

    def at_most(job, what, bound, value, form):
        add(job, f"{what} ≤ {form.format(bound)}", value, form, lambda reached: reached <= bound)

    def add(job, goal, value, form, holds):
        number, rival = value if isinstance(value, tuple) else (value, None)
        text = None if number is None else form.format(number) + (f" ({rival})" if rival else "")
        met = None if number is None else holds(number)
        found.append({"job": job, "goal": goal, "reached": text, "met": met})

    share = "{:.0%}"
    at_least("J1", "share of FMA peak", 0.6, peak_share(systems, "J1"), share)
    for title, bound in ("JAX by hand", 2.5), ("PyTorch", 8), ("Keras, TensorFlow", 15):
        at_least("J1", f"faster than {title}", bound, against(systems, "J1", RIVALS_OF[title]))
    at_least("J2", "share of FMA peak", 0.75, peak_share(systems, "J2"), share)
    at_least("J2", "faster than the best rival", 4, against(systems, "J2"))
    at_least("J2 shared", "faster than the best rival's independent masks", 18,
             against(systems, "J2 shared", rival_job="J2"))
    at_most("J2 shared", "100 samples cost, in predictions of the set,", 25,
            quotient(median(systems, "regulus", "J2 shared"), median(systems, "regulus", "J3")), "{:.0f} x")
    at_least("J3", "share of FMA peak", 0.8, peak_share(systems, "J3"), share)
    row = median(systems, "regulus-1", "J4")
    at_most("J4", "one thread", 12, row and row * 1e6, "{:.1f} µs")
    at_most("J5", "start to exit", 2.5, median(systems, "regulus", "J5"), "{:.1f} s")
    at_least("J5", "faster than the best rival", 10, against(systems, "J5"))
    memory = median(systems, "regulus", "J6")
    at_most("J6", "peak memory", 100, memory and memory / 1e6, "{:.0f} MB")
    at_least("J7", "faster than the best rival", 1.8, against(systems, "J7"))
    at_least("J7", "share of FMA peak", 0.55, peak_share(systems, "J7"), share)
    at_least("J8", "faster than the best rival", 1.3, against(systems, "J8"))
    for job in "J1", "J2", "J2 shared":
        at_least(job, "all threads against one", 1.85,
                 quotient(median(systems, "regulus-1", job), median(systems, "regulus", job)), "{:.2f} x")
    return found


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(job, figures):
    if job not in figures:
        return "–"
    factor, unit = UNITS.get(job, (1, "s"))
    low, middle, high = (number(figures[job][key] * factor) for key in ("min", "median", "max"))
    return f"{middle} {unit}" + (f" ({low}–{high})" if len(figures[job]["values"]) > 1 else "")


def accuracy(figures):
    """Of the test rows, if J1 has trained anything."""
    return f"{figures['accuracy']['median']:.3f}" if "J1" in figures and "accuracy" in figures else "–"


def table(head, rows):
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |")


def show(document):
    about, systems = document["machine"], document["systems"]
    jobs = [job for job in COLUMNS if any(job in system["jobs"] for system in systems.values())]
    heads = [HEADS.get(job, job) for job in jobs]
    print(f"{about['cpu']}, {about['cores']} processors, {', '.join(about['instruction_sets'])}")
    print(f"Threads: {about['threads']}, rounds: {document['rounds']}, {document['date']}")
    if about["load_before"] > 0.5:
        print(f"The machine was busy: {about['load_before']} runnable processes before the first round.")
    peak = systems["regulus"]["jobs"].get("peak_gflops")
    if peak:
        print(f"FMA peak of {about['threads']} threads with {systems['regulus']['isa']}: "
              f"{peak['median']:.0f} GFLOP/s ({peak['min']:.0f}–{peak['max']:.0f})")
    print()
    table(["system", *heads, "test accuracy"],
          [[system["title"], *(cell(job, system["jobs"]) for job in jobs), accuracy(system["jobs"])]
           for system in systems.values()])
    print("\nTimes what regulus takes")
    table(["system", *heads],
          [[systems[name]["title"], *(number(row[job]) if job in row else "–" for job in jobs)]
           for name, row in document["ratios"].items() if row])
    print("\nGoals")
    verdicts = {True: "met", False: "not met", None: "not run"}
    table(["job", "goal", "reached", ""],
          [[goal["job"], goal["goal"], goal["reached"] or "–", verdicts[goal["met"]]]
           for goal in document["goals"]])
    print()
    for system in systems.values():
        versions = " ".join(f"{name} {version}" for name, version in system.get("versions", {}).items())
        if versions:
            print(f"{system['title']}: {versions}" + (f"; {system['note']}" if system.get("note") else ""))
        for failure in system["failures"]:
            print(f"{system['title']} FAILED: {failure}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    show(json.loads(Path(sys.argv[1]).read_text()))
