# SPDX-License-Identifier: Apache-2.0
"""Checks that what the documents show is real.

    python3 tools/check_readme.py [ROOT]

Every ```cpp block of both READMEs stands, line for line, in a program of examples/, every ```cmake
block in a consumer of tests/install/; the blocks of docs/adding-a-layer.md stand in the sources and
golden scripts that it speaks of; both READMEs have the same code blocks and as many headings;
relative links of all documents lead somewhere; every ./dev command they name exists.
"""

import re
import sys
import textwrap
from pathlib import Path

import house

READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
SOURCES = {"cpp": (("examples",), (".cpp",)), "cmake": (("tests/install",), ("CMakeLists.txt",))}
GUIDE = "docs/adding-a-layer.md"
GUIDE_SOURCES = {"cpp": (("regulus", "tests/unit"), (".cpp", ".h")), "python": (("tools/goldens",), (".py",))}


def lines_of(text):
    return [line.rstrip() for line in textwrap.dedent(text).strip("\n").split("\n")]


def stands_in(block, text):
    """True if the block's lines follow each other in the text, whatever their common indentation."""
    wanted = lines_of(block)
    lines = text.split("\n")
    return any(lines_of("\n".join(lines[i:i + len(wanted)])) == wanted
               for i in range(len(lines) - len(wanted) + 1))


def block_problems(root, name, text, sources):
    for language, block in BLOCK.findall(text):
        if language in sources:
            folders, endings = sources[language]
            paths = house.files(root, folders, *endings)
            if not any(stands_in(block, (root / path).read_text()) for path in paths):
                yield f"{name}: this block stands in no file of {'/ or '.join(folders)}/:\n{textwrap.indent(block, '    ')}"


def reference_problems(root, path, text):
    for target in LINK.findall(text):
        if not (root / path.parent / target).exists():
            yield f"{path}: the link to {target} leads nowhere"
    commands = set(re.findall(r"^cmd_(\w+)\(\)", (root / "dev").read_text(), re.M))
    for command in sorted(set(re.findall(r"\./dev (\w+)", text)) - commands):
        yield f"{path}: there is no './dev {command}'"


def twin_problems(english, chinese):
    code = [[block for language, block in BLOCK.findall(text) if language in SOURCES]
            for text in (english, chinese)]
    if code[0] != code[1]:
        yield "README.zh-CN.md: its code blocks are not those of README.md"
    headings = [re.findall(r"^#+ ", BLOCK.sub("", text), re.M) for text in (english, chinese)]
    if headings[0] != headings[1]:
        yield "README.zh-CN.md: its headings are not those of README.md"


def check(root):
    texts = {name: (root / name).read_text() for name in READMES}
    problems = [p for name, text in texts.items() for p in block_problems(root, name, text, SOURCES)]
    if (root / GUIDE).exists():
        problems += block_problems(root, GUIDE, (root / GUIDE).read_text(), GUIDE_SOURCES)
    problems += twin_problems(*texts.values())
    for path in [*map(Path, DOCUMENTS), *house.files(root, ("docs", "regulus"), ".md")]:
        problems += reference_problems(root, path, (root / path).read_text())
    return problems


if __name__ == "__main__":
    sys.exit(house.verdict("check_readme", check(Path(sys.argv[1]) if len(sys.argv) > 1 else house.ROOT)))
