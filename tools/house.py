# SPDX-License-Identifier: Apache-2.0
"""What the checks of this folder share: where the files are, C++ without comments, the verdict."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE_FOLDERS = ("regulus", "cli", "examples", "tests", "bench", "tools", "cmake")

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"\((.*?)\)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)


def files(root, folders, *endings):
    """Paths below the folders with these endings, relative to the root, in order."""
    found = (path for folder in folders for path in (root / folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(root) for path in found if path.name.endswith(endings))


def code_only(text):
    """C++ with comments and the contents of literals blanked; lines keep their numbers."""

    def blank(match):
        token = match.group(0)
        kept = "" if token.startswith("/") else token[0] + token[-1]
        return kept + "\n" * token.count("\n")

    return TOKEN.sub(blank, text)


def verdict(name, problems):
    """Prints the problems to stderr; the exit code."""
    for problem in problems:
        print(f"{name}: {problem}", file=sys.stderr)
    return 1 if problems else 0
