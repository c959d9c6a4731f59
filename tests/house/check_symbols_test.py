# SPDX-License-Identifier: Apache-2.0
import subprocess
import tempfile
import unittest
from pathlib import Path

import tree  # noqa: F401, finds tools/

import check_symbols


def problems(path, *symbols):
    return check_symbols.check([(path, symbol) for symbol in symbols])


class CheckSymbols(unittest.TestCase):
    def test_exact_and_harmless_calls_pass(self):
        self.assertEqual(problems("regulus/plan/plan.cpp.o", "sqrtf", "fma", "memcpy", "expand", "__cxa_throw"), [])

    def test_forbidden_calls(self):
        for symbol, what in [("abort", "ends the process"), ("__printf_chk", "prints"), ("_ZSt4cout", "prints"),
                             ("system", "runs a program"), ("execve", "runs a program"),
                             ("dlopen", "loads code"), ("open64", "opens"), ("fopen", "opens"),
                             ("curl_easy_perform", "opens"),
                             ("_ZNSt13basic_filebufIcSt11char_traitsIcEEC1Ev", "opens"),
                             ("_ZN7regulus9read_fileERKNSt7__cxx1112basic_stringIcEEm", "opens"),
                             ("setlocale", "locale"), ("rand", "random"), ("getenv", "environment"),
                             ("expf", "differs"), ("pow", "differs"), ("tanhf", "differs")]:
            with self.subTest(symbol):
                found = problems("regulus/plan/plan.cpp.o", symbol)
                self.assertEqual(len(found), 1)
                self.assertIn(what, found[0])

    def test_files_are_opened_where_they_are_named(self):
        for symbol in ("openat", "_ZN7regulus9read_fileERKNSt7__cxx1112basic_stringIcEEm"):
            self.assertEqual(problems("regulus/saving/model_file.cpp.o", symbol), [])
            self.assertEqual(len(problems("regulus/saving/keras/archive.cpp.o", symbol)), 1)
            self.assertEqual(len(problems("regulus/io/hdf5/reader.cpp.o", symbol)), 1)

    def test_the_reference_may_use_the_double_functions_only(self):
        self.assertEqual(problems("regulus/kernels/reference/softmax.cpp.o", "exp"), [])
        self.assertEqual(len(problems("regulus/kernels/reference/softmax.cpp.o", "expf")), 1)

    def test_reads_real_objects(self):
        with tempfile.TemporaryDirectory() as folder:
            source, built = Path(folder) / "a.cpp", Path(folder) / "a.o"
            source.write_text("#include <cstdlib>\nvoid f() { std::abort(); }\n")
            subprocess.run(["c++", "-c", source, "-o", built], check=True)
            self.assertIn((str(built), "abort"), check_symbols.undefined_symbols([built]))


if __name__ == "__main__":
    unittest.main()
