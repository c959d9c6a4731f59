# SPDX-License-Identifier: Apache-2.0
"""Checks that includes point down the floors that ARCHITECTURE.md draws.

    python3 tools/check_includes.py [ROOT]

The floors are the lines `folder -> folder, folder` of ARCHITECTURE.md; what a folder may use, its
users may use too. SIMD headers stay inside kernels/simd/, third-party headers out of our headers,
and the umbrella regulus/regulus.h is for programs, not for the library itself.
"""

import re
import sys
from pathlib import Path

import house

ARROW = re.compile(r"^(\w+) +-> +([\w, ]+)$", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
SIMD = re.compile(r"^(hwy/|[a-z]*intrin\.h|arm_neon\.h|arm_sve\.h)")
THIRD_PARTY = re.compile(r"^(nlohmann|curl|openssl|CLI|gtest|gmock)/|^(zip|zlib|libdeflate)\.h")


def floors(architecture):
    """folder -> the set of folders that it may include, itself and indirect ones too."""
    direct = {name: set(re.findall(r"\w+", below)) - {"std"} for name, below in ARROW.findall(architecture)}

    def reach(name, path=()):
        if name in path:
            raise SystemExit(f"check_includes: ARCHITECTURE.md: {' -> '.join((*path, name))} is a circle")
        return {name}.union(*(reach(below, (*path, name)) for below in direct.get(name, ())))

    return {name: reach(name) for name in direct}


def problems_of(path, text, allowed, root):
    parts = path.parts
    in_library = parts[0] == "regulus"
    folder = parts[1] if in_library and len(parts) > 2 else None
    if folder and folder not in allowed:
        yield f"{path}: folder '{folder}' has no line '{folder} -> …' in ARCHITECTURE.md"
        return
    for match in INCLUDE.finditer(text):
        form, target = match.groups()
        where = f"{path}:{text.count(chr(10), 0, match.start(2)) + 1}: {target}"
        if SIMD.match(target) and parts[:3] != ("regulus", "kernels", "simd"):
            yield f"{where}: SIMD headers stay inside regulus/kernels/simd/"
        if in_library and path.suffix == ".h" and THIRD_PARTY.match(target):
            yield f"{where}: third-party headers belong in .cpp files"
        if target.startswith("regulus/"):
            if not (root / target).is_file():
                yield f"{where}: no such file"
            elif target == "regulus/regulus.h":
                if in_library:
                    yield f"{where}: the umbrella is for programs, not for the library"
            elif folder and target.split("/")[1] not in allowed[folder]:
                yield f"{where}: an upward include ({folder} may use {', '.join(sorted(allowed[folder]))})"
        elif form == '"' and in_library:
            yield f'{where}: write includes of this project as "regulus/folder/file.h"'


def check(root):
    allowed = floors((root / "ARCHITECTURE.md").read_text())
    sources = house.files(root, ("regulus", "cli", "examples", "tests/unit"), ".h", ".cpp")
    return [p for path in sources for p in problems_of(path, (root / path).read_text(), allowed, root)]


if __name__ == "__main__":
    sys.exit(house.verdict("check_includes", check(Path(sys.argv[1]) if len(sys.argv) > 1 else house.ROOT)))
