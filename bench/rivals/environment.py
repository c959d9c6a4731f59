# SPDX-License-Identifier: Apache-2.0
"""Makes what the rivals need: a private Python environment and libtorch's program, both under build/."""

import re
import subprocess
import sys

import systems

REQUIREMENTS = systems.HERE / "requirements.txt"


def say(text):
    print(text, file=sys.stderr, flush=True)


def last_line(text):
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no message")


def run(*command):
    """None if the command succeeded, else the last line it wrote."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return None if result.returncode == 0 else last_line(result.stderr or result.stdout)


def requirements():
    lines = REQUIREMENTS.read_text().splitlines()
    return {re.split(r"[=<>]", line)[0]: line for line in lines if line and not line.startswith("#")}


def pip(*arguments):
    return run(systems.PYTHON, "-m", "pip", "install", "--quiet", *arguments)


def install():
    """{package: why it is missing}. Does nothing when the environment already holds what is pinned."""
    stamp = systems.VENV / "requirements.txt"
    if stamp.is_file() and stamp.read_text() == REQUIREMENTS.read_text():
        return {}
    say(f"Installing the rivals into {systems.VENV.relative_to(systems.ROOT)}; the first time takes minutes")
    failure = run(sys.executable, "-m", "venv", systems.VENV)
    if failure:
        return dict.fromkeys(requirements(), failure)
    missing = {}
    if pip("-r", REQUIREMENTS):
        # One by one, so that a package that cannot be had leaves the others in the race.
        failures = {package: pip(line) for package, line in requirements().items()}
        missing = {package: failure for package, failure in failures.items() if failure}
    if not missing:
        stamp.write_text(REQUIREMENTS.read_text())
    return missing


def build_libtorch():
    """None, or why libtorch's program could not be built."""
    prefix = subprocess.run([systems.PYTHON, "-c", "import torch; print(torch.utils.cmake_prefix_path)"],
                            capture_output=True, text=True)
    if prefix.returncode:
        return last_line(prefix.stderr)
    say("Building libtorch's program")
    return run("cmake", "-S", systems.HERE / "libtorch", "-B", systems.LIBTORCH_BUILD, "-G", "Ninja",
               "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={prefix.stdout.strip()}") or run(
                   "cmake", "--build", systems.LIBTORCH_BUILD)


def prepare(chosen):
    """{system name: why it cannot run} for the chosen systems."""
    missing = install() if any(system.needs for system in chosen) else {}
    absent = {}
    for system in chosen:
        lacking = [f"{package} is not installed: {missing[package]}"
                   for package in system.needs if package in missing]
        failure = lacking[0] if lacking else build_libtorch() if system.name == "libtorch" else None
        if failure:
            absent[system.name] = failure
            say(f"{system.name} cannot take part: {failure}")
    return absent
