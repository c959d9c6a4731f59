# SPDX-License-Identifier: Apache-2.0
import unittest

from tree import LICENCE, Tree

import check_readme

BLOCK = "```cpp\nfit();\n  deeper();\n```\n"


def problems(extra):
    with Tree(extra) as root:
        return check_readme.check(root)


def both(text):
    return {"README.md": text, "README.zh-CN.md": text}


class CheckReadme(unittest.TestCase):
    def test_sound_tree_passes(self):
        example = {"examples/a.cpp": f"{LICENCE}int main() {{\n  fit();\n    deeper();\n}}\n"}
        self.assertEqual(problems({**both(BLOCK + "[d](docs/environment.md) ./dev test\n"), **example}), [])

    def test_block_that_no_example_has(self):
        for example in ("fit();\nother();\n  deeper();\n", "fit();\ndeeper();\n"):
            with self.subTest(example):
                found = problems({**both(BLOCK), "examples/a.cpp": example})
                self.assertEqual(len(found), 2)  # one in each language
                self.assertIn("stands in no file of examples/", found[0])

    def test_twins_differ(self):
        example = {"examples/a.cpp": "fit();\n  deeper();\n"}
        self.assertEqual(problems({**example, "README.md": BLOCK}),
                         ["README.zh-CN.md: its code blocks are not those of README.md",
                          "README.zh-CN.md: its headings are not those of README.md"])

    def test_block_of_the_guide_that_no_source_has(self):
        guide = {"docs/adding-a-layer.md": "```cpp\nlower();\n```\n"}
        self.assertEqual(problems({**guide, "regulus/nn/a.cpp": "  lower();\n"}), [])
        found = problems({**guide, "regulus/nn/a.cpp": "  raise();\n"})
        self.assertIn("docs/adding-a-layer.md: this block stands in no file of regulus/", found[0])

    def test_dead_link_and_unknown_command(self):
        self.assertEqual(problems({"CONTRIBUTING.md": "[x](none.md) and ./dev fly\n"}),
                         ["CONTRIBUTING.md: the link to none.md leads nowhere",
                          "CONTRIBUTING.md: there is no './dev fly'"])


if __name__ == "__main__":
    unittest.main()
