# SPDX-License-Identifier: Apache-2.0
import unittest

from tree import LICENCE, Tree

import check_sources

TEST = {"tests/unit/base/a_test.cpp": LICENCE}
MACHINE_PATH = "/" + "root/data"


def problems(extra):
    with Tree(extra) as root:
        return check_sources.check(root)


def library(code):
    """What is said of a tested library source with this code."""
    return problems({**TEST, "regulus/base/a.cpp": LICENCE + code})


class CheckSources(unittest.TestCase):
    def test_sound_tree_passes(self):
        self.assertEqual(library('// may exit(1)\nauto s = "printf(x)"; int exited();\n'), [])

    def test_licence(self):
        self.assertEqual(problems({"regulus/base/a.h": "#pragma once\n"}),
                         [f"regulus/base/a.h: the first line must hold '{check_sources.LICENCE}'"])

    def test_path_of_a_machine(self):
        self.assertEqual(problems({"tests/a.cpp": f'{LICENCE}"{MACHINE_PATH}"\n'}),
                         ["tests/a.cpp:2: a path of one machine"])

    def test_vague_names(self):
        self.assertIn("say what it does", problems({"tests/golden_util.h": LICENCE})[0])
        self.assertIn("say what it does", library("class LayerManager;\n")[0])

    def test_printing_ending_and_hidden_state(self):
        for code, rule in [("std::cout << 1;", "prints"), ("std::fprintf(f, x);", "prints"),
                           ("std::abort();", "ends the process"), ("exit(1);", "ends the process"),
                           ("std::getenv(name);", "environment.cpp only"), ("std::mt19937 g;", "regulus/random"),
                           ("rand();", "regulus/random"), ('setlocale(LC_ALL, "");', "locale")]:
            with self.subTest(code):
                found = library(f"void f() {{ {code} }}\n")
                self.assertEqual(len(found), 1)
                self.assertTrue(found[0].startswith("regulus/base/a.cpp:2: "))
                self.assertIn(rule, found[0])

    def test_library_source_without_a_test(self):
        source = {"regulus/plan/steps/mask.cpp": LICENCE}
        self.assertEqual(problems(source), ["regulus/plan/steps/mask.cpp: no tests/unit/plan/…/mask_test.cpp"])
        for test in ("tests/unit/plan/steps/mask_test.cpp", "tests/unit/plan/mask_slow_test.cpp"):
            self.assertEqual(problems({**source, test: LICENCE}), [])

    def test_environment_and_its_document_agree(self):
        self.assertEqual(library('auto a = environment("REGULUS_A");\n'),
                         ["docs/environment.md: REGULUS_A is read but not listed"])
        self.assertEqual(problems({"docs/environment.md": "| `REGULUS_B` | x |\n"}),
                         ["docs/environment.md: REGULUS_B is listed but never read"])


if __name__ == "__main__":
    unittest.main()
