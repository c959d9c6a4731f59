# SPDX-License-Identifier: Apache-2.0
"""Prints what regulus_bench_kernels measured, a table for each family, and two verdicts.

    python3 bench/kernels/report.py RESULT.json
"""

import json
import sys
from collections import defaultdict

LIBRARIES = ("openblas", "blis", "onednn", "onednn-packed", "onednn-any", "onednn-blocked", "onednn-nhwc")


def families(result):
    """family -> list of (shape, counters)."""
    found = defaultdict(list)
    for run in result["benchmarks"]:
        family, shape = run["name"].split("/")[:2]
        if run.get("error_occurred"):
            sys.exit(f"{family} {shape}: {run['error_message']}")
        found[family].append((shape, run))
    return found


def kinds(found):
    """As families, but what a family's shapes call by name, `name:shape`, stands for itself."""
    by_kind = defaultdict(list)
    for family, runs in found.items():
        for shape, run in runs:
            name, _, size = shape.rpartition(":")
            by_kind[f"{family} {name}".strip()].append((size, run))
    return by_kind


def best_rival(run):
    """(name, speed) of the fastest library, or None."""
    known = [(run[name], name) for name in LIBRARIES if name in run]
    return max(known)[::-1] if known else None


def choice(run, rival):
    """What the rival has chosen, in brackets, if it has said so."""
    choices = dict(part.split(": ", 1) for part in run.get("label", "").split(", ") if part)
    return f" ({choices[rival]})" if rival in choices else ""


def print_table(family, runs):
    compared = any(best_rival(run) for _, run in runs)
    moves_data = not compared or any("copy" in run for _, run in runs)
    unit = "GB/s" if moves_data else "GFLOP/s"
    print(f"\n{family:<42}{unit:>9}{'share':>8}" + (f"  {'ratio':>6}  best rival" if compared else ""))
    for shape, run in runs:
        line = f"  {shape:<40}{run['ours']:9.1f}{run['share']:8.0%}"
        if rival := best_rival(run):
            line += f"  {run['ours'] / rival[1]:6.2f}  {rival[0]} {rival[1]:.1f}{choice(run, rival[0])}"
        print(line)


def print_verdicts(found):
    print()
    for family, runs in found.items():
        ratios = [(run["ours"] / rival[1], shape) for shape, run in runs if (rival := best_rival(run))]
        if not ratios:
            continue
        worst, shape = min(ratios)
        reached = {goal: sum(ratio >= goal for ratio, _ in ratios) for goal in (1.0, 0.9, 0.8)}
        counts = ", ".join(f">= {goal:.2f} at {n} ({n / len(ratios):.0%})" for goal, n in reached.items())
        print(f"{family}: ours beside the best rival {counts} of {len(ratios)} shapes, "
              f"worst {worst:.2f} at {shape}")
    for kind, runs in kinds(found).items():
        best = max(run["share"] for _, run in runs)
        slow = [f"{shape} ({run['share']:.0%})" for shape, run in runs if run["share"] < best / 2]
        if slow:
            print(f"{kind}: below half of its best share, {best:.0%}: {', '.join(slow)}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        result = json.load(file)
    context = result["context"]
    print(f"one thread, {context['isa']}, FMA peak {float(context['fma_peak_gflops']):.0f} GFLOP/s")
    for name in LIBRARIES:
        if name in context:
            print(f"{name}: {context[name]}")
    found = families(result)
    for family, runs in found.items():
        print_table(family, runs)
    print_verdicts(found)


if __name__ == "__main__":
    main()
