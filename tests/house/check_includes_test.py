# SPDX-License-Identifier: Apache-2.0
import unittest

from tree import LICENCE, Tree

import check_includes


def problems(path, include):
    with Tree({path: f"{LICENCE}#include {include}\n"}) as root:
        return check_includes.check(root)


class CheckIncludes(unittest.TestCase):
    def test_sound_tree_passes(self):
        self.assertEqual(problems("regulus/nn/dense.cpp", '"regulus/base/shape.h"'), [])

    def test_upward_include(self):
        self.assertEqual(problems("regulus/plan/step.cpp", '"regulus/nn/layer.h"'),
                         ["regulus/plan/step.cpp:2: regulus/nn/layer.h: an upward include (plan may use base, plan)"])

    def test_folder_without_a_floor(self):
        self.assertIn("'attic' has no line", problems("regulus/attic/a.cpp", "<vector>")[0])

    def test_simd_outside_its_folder(self):
        self.assertIn("SIMD headers", problems("regulus/plan/step.cpp", "<immintrin.h>")[0])
        self.assertIn("SIMD headers", problems("tests/unit/plan/step_test.cpp", "<hwy/highway.h>")[0])

    def test_third_party_header_in_ours(self):
        self.assertIn("third-party", problems("regulus/base/json.h", "<nlohmann/json.hpp>")[0])
        self.assertEqual(problems("regulus/base/json.cpp", "<nlohmann/json.hpp>"), [])

    def test_missing_file_umbrella_and_relative_form(self):
        self.assertIn("no such file", problems("regulus/base/a.cpp", '"regulus/base/none.h"')[0])
        self.assertIn("umbrella", problems("regulus/base/a.cpp", '"regulus/regulus.h"')[0])
        self.assertEqual(problems("examples/a.cpp", "<regulus/regulus.h>"), [])
        self.assertIn("write includes", problems("regulus/base/a.cpp", '"shape.h"')[0])

    def test_circle_of_floors(self):
        with self.assertRaisesRegex(SystemExit, "a -> b -> a is a circle"):
            check_includes.floors("a -> b\nb -> a\n")


if __name__ == "__main__":
    unittest.main()
