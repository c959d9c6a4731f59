# SPDX-License-Identifier: Apache-2.0
"""Prints the times in the document that `regulus notebook --json` writes, read from stdin."""

import json
import sys

TRAIN_ROWS, TEST_ROWS = 55_000, 10_000


def main():
    run = json.load(sys.stdin)
    print(f"{run['data']['name']} from {run['data']['source']}, {run['threads']} threads, {run['isa']}")
    for number, epoch in enumerate(run["epochs"], 1):
        print(f"epoch {number:<11}{epoch['seconds']:8.2f} s  "
              f"{TRAIN_ROWS / epoch['seconds'] / 1e3:8.1f} k rows/s, validation included")
    print(f"predict          {run['predict_seconds']:8.2f} s  "
          f"{TEST_ROWS / run['predict_seconds'] / 1e3:8.1f} k rows/s")
    mc = run["mc"]
    print(f"{mc['samples']:4} MC samples  {mc['seconds']:8.2f} s  "
          f"{TEST_ROWS * mc['samples'] / mc['seconds'] / 1e3:8.1f} k rows/s, {mc['masks']} masks")
    print(f"whole notebook   {run['total_seconds']:8.2f} s  {run['peak_rss_bytes'] / 2**20:8.0f} MiB at most")


if __name__ == "__main__":
    main()
