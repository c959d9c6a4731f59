# SPDX-License-Identifier: Apache-2.0
"""Checks the rules that every source file keeps.

    python3 tools/check_sources.py [ROOT]

Licence line first; no machine's paths; no vague names; the library neither prints, nor ends the
process, nor draws from a hidden generator, nor reads the environment outside runtime/; every
library source has a mirrored test; docs/environment.md lists exactly the variables that are read.
"""

import re
import sys
from pathlib import Path

import house

LICENCE = "SPDX-License-Identifier: Apache-2.0"
ENDINGS = (".h", ".cpp", ".py", ".cmake", "CMakeLists.txt")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root)/")
VAGUE_NAME = re.compile(r"\b(?:class|struct|namespace)\s+\w*(?:helper|util|manager)\w*", re.I)
FORBIDDEN = [
    (re.compile(r"\bstd::(?:cout|cerr|clog)\b|\b(?:f|v|vf)?printf\s*\(|\b(?:puts|putchar|perror)\s*\("),
     "the library never prints", ("regulus/base/tensor_text.cpp", "regulus/train/progress.cpp")),
    (re.compile(r"(?<![\w.>])(?:std::)?(?:abort|exit|_Exit|_exit|quick_exit|terminate)\s*\("),
     "the library never ends the process", ()),
    (re.compile(r"\b(?:secure_)?getenv\b|\bsetenv\b|\bputenv\b|\benviron\b"),
     "the environment is read in runtime/environment.cpp only", ("regulus/runtime/environment.cpp",)),
    (re.compile(r"\bstd::(?:mt19937|random_device|default_random_engine)|\bs?rand\s*\(|\bdrand48\b"),
     "random numbers come from regulus/random", ()),
    (re.compile(r"\bsetlocale\b"), "the locale is not ours to change", ()),
]
VARIABLE = re.compile(r'\benvironment\(\s*"(\w+)"\s*\)|"(LC_\w+|LANG)"')
DOCUMENTED = re.compile(r"^\| `(\w+)` \|", re.M)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def style_problems(path, text):
    head = text.split("\n", 2)[:2]
    if not any(LICENCE in line for line in head[: 2 if head[0].startswith("#!") else 1]):
        yield f"{path}: the first line must hold '{LICENCE}'"
    for match in MACHINE_PATH.finditer(text) if path.name != "check_sources.py" else ():
        yield f"{path}:{line_of(text, match.start())}: a path of one machine"
    if re.search(r"(?:^|_)(?:helpers?|utils?|manager)(?:_|\.|$)", path.name):
        yield f"{path}: say what it does instead of helper, util or manager"


def library_problems(path, text):
    code = house.code_only(text)
    for match in VAGUE_NAME.finditer(code):
        yield f"{path}:{line_of(code, match.start())}: say what it does instead of helper, util or manager"
    for pattern, rule, exempt in FORBIDDEN:
        for match in pattern.finditer(code) if path.as_posix() not in exempt else ():
            yield f"{path}:{line_of(code, match.start())}: {match.group(0).strip()}: {rule}"


def untested(root):
    """Library sources for which tests/unit/<folder>/ holds no <name>_test.cpp, at any depth."""
    tests = house.files(root, ("tests/unit",), "_test.cpp")
    names = {(path.parts[2], re.sub(r"(_slow)?_test\.cpp$", "", path.name)) for path in tests}
    for path in house.files(root, ("regulus",), ".cpp"):
        if (path.parts[1], path.stem) not in names:
            yield f"{path}: no tests/unit/{path.parts[1]}/…/{path.stem}_test.cpp"


def undocumented(root):
    sources = house.files(root, ("regulus", "cli"), ".cpp")
    read = {match[match.lastindex] for path in sources for match in VARIABLE.finditer((root / path).read_text())}
    documented = set(DOCUMENTED.findall((root / "docs/environment.md").read_text()))
    for name in sorted(read - documented):
        yield f"docs/environment.md: {name} is read but not listed"
    for name in sorted(documented - read):
        yield f"docs/environment.md: {name} is listed but never read"


def check(root):
    problems = []
    for path in [*house.files(root, house.CODE_FOLDERS, *ENDINGS), Path("dev"), Path(".ci/run")]:
        text = (root / path).read_text()
        problems += style_problems(path, text)
        if path.parts[0] == "regulus":
            problems += library_problems(path, text)
    return [*problems, *untested(root), *undocumented(root)]


if __name__ == "__main__":
    sys.exit(house.verdict("check_sources", check(Path(sys.argv[1]) if len(sys.argv) > 1 else house.ROOT)))
