# SPDX-License-Identifier: Apache-2.0
"""Checks what the compiled library calls: nothing that ends the process, prints, runs a program or loads
code, depends on the locale, draws hidden random numbers, or whose result differs between C libraries and
CPUs; and nothing that opens files or connections, but in the few sources that are there for it.

    python3 tools/check_symbols.py build/release/library-objects.txt

The file lists the library's object files. The mathematical functions allowed are those that IEEE
754 rounds exactly (sqrt, fma, rounding); the reference kernels in double, which only the gradient
checks run, may call the others in double.
"""

import re
import subprocess
import sys
from pathlib import Path

import house

TRANSCENDENTAL = ("exp exp2 expm1 exp10 log log2 log10 log1p pow sin cos tan asin acos atan atan2 sincos "
                  "sinh cosh tanh asinh acosh atanh erf erfc tgamma lgamma cbrt hypot").split()
RULES = [
    ("ends the process", re.compile(r"abort|_?_?exit|_Exit|quick_exit|__assert_fail")),
    ("prints", re.compile(r"(?:__)?(?:v|f|vf|d)?printf(?:_chk)?|puts|putchar|perror|_ZSt4c(?:out|err|log)")),
    ("runs a program or loads code",
     re.compile(r"system|popen|exec[lv]\w*|posix_spawnp?|v?fork|clone|dlm?open|dlsym")),
    ("opens files or connections",
     re.compile(r"(?:f|fd)?open(?:at|dir)?(?:64)?(?:_2)?|creat(?:64)?|mkstemp(?:64)?|(?:un)?link(?:at)?|"
                r"rename(?:at)?|mkdir(?:at)?|mmap(?:64)?|socket|connect|getaddrinfo|curl_\w+|"
                r"_ZNSt1[34]basic_(?:filebuf|[io]?fstream)\w*|_ZNSt10filesystem\w*|"
                r"_ZN7regulus(?:9read|10write)_file\w*")),
    ("depends on the locale",
     re.compile(r"(?:set|use)locale|localeconv|to(?:lower|upper)|is(?:alpha|digit|alnum|space|upper|lower|print)|"
                r"(?:__)?v?sn?printf(?:_chk)?|strto(?:d|f|ld)|ato[fil]|s?scanf|strerror(?:_r)?|strftime|"
                r"_ZNSt3_V21[56](?:generic|system)_categoryEv|_ZNSt3_V216generic_categoryEv")),
    ("draws hidden random numbers", re.compile(r"s?rand|random|drand48|_ZNSt13random_device.*")),
    ("reads the environment", re.compile(r"(?:secure_)?getenv")),
    ("differs between machines", re.compile(rf"(?:{'|'.join(TRANSCENDENTAL)})[fl]?")),
]
# The sources that may open what their caller names. No reader of a format is among them.
MAY_OPEN = ["regulus/base/file.cpp", "regulus/base/temporary_file.cpp", "regulus/base/limits.cpp",
            "regulus/base/memory.cpp", "regulus/data/", "regulus/runtime/team.cpp",
            "regulus/saving/model_file.cpp", "regulus/saving/foreign_model.cpp"]
# What an std::error_code begins with; these ask it whether a file is there, never for its text.
NO_ERROR = "_ZNSt3_V215system_categoryEv"
# part of an object's path: the symbols that it may use
ALLOWED = {
    "regulus/runtime/environment.cpp": {"getenv"},
    # The JSON parser asks the locale for its decimal point and hands strtod that one.
    "regulus/base/json.cpp": {"localeconv", "strtod", "snprintf"},
    "regulus/base/tensor_text.cpp": {"_ZSt4cout"},  # print(Tensor), for examples
    "regulus/train/progress.cpp": {"_ZSt4cout", "_ZSt4cerr"},  # what `verbose` asks fit and evaluate for
    "regulus/kernels/reference/": set(TRANSCENDENTAL),
    "regulus/data/fashion_mnist.cpp": {NO_ERROR},
    "regulus/data/fashion_mnist_files.cpp": {NO_ERROR},
    "regulus/data/label_file.cpp": {NO_ERROR},
    "regulus/data/labels_beside.cpp": {NO_ERROR},
    "regulus/saving/foreign_model.cpp": {NO_ERROR},
}


def undefined_symbols(objects):
    """{(object, symbol)} of the symbols that the objects ask others for."""
    listing = subprocess.run(["nm", "--print-file-name", "--undefined-only", *objects],
                             check=True, capture_output=True, text=True).stdout
    return sorted(set(re.findall(r"^(.+): +[Uw] ([^@\s]+)", listing, re.M)))


def check(symbols):
    problems = []
    for path, symbol in symbols:
        allowed = set().union(*(names for part, names in ALLOWED.items() if part in path))
        problems += [f"{path}: calls {symbol}, which {what}" for what, pattern in RULES
                     if pattern.fullmatch(symbol) and symbol not in allowed
                     and not (what.startswith("opens") and any(part in path for part in MAY_OPEN))]
    return problems


if __name__ == "__main__":
    found = undefined_symbols(Path(sys.argv[1]).read_text().split())
    sys.exit(house.verdict("check_symbols", check(found) if found else ["no symbols found"]))
