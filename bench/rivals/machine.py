# SPDX-License-Identifier: Apache-2.0
"""What a figure must be read with: processor, instruction sets, memory, how busy the machine was."""

import os
import platform
import re
from pathlib import Path

INSTRUCTION_SETS = ("avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve")


def cpu_field(text, *names):
    for name in names:
        if match := re.search(rf"^{name}\s*:\s*(.*)$", text, re.M):
            return match.group(1).strip()
    return ""


def describe(threads):
    text = Path("/proc/cpuinfo").read_text()
    flags = set(cpu_field(text, "flags", "Features").split())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text()).group(1))
    return {
        "cpu": cpu_field(text, "model name", "Processor") or platform.machine(),
        "instruction_sets": [name for name in INSTRUCTION_SETS if name in flags],
        "cores": os.cpu_count(),
        "threads": threads,
        "memory_gib": round(memory / 2**20),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }
