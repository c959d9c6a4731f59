# SPDX-License-Identifier: Apache-2.0
"""A small tree of files for the tests of the checkers, which breaks no rule until a test adds to it."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
SOUND = {
    "ARCHITECTURE.md": "base -> std\nplan -> base\nnn   -> plan\n",
    "CONTRIBUTING.md": "",
    "CHANGELOG.md": "",
    "README.md": "# regulus\n",
    "README.zh-CN.md": "# regulus\n",
    "docs/environment.md": "",
    "dev": "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\ncmd_test() { :; }\n",
    ".ci/run": "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\n",
    "regulus/regulus.h": LICENCE,
    "regulus/base/shape.h": LICENCE,
    "regulus/plan/plan.h": LICENCE + '#include "regulus/base/shape.h"\n',
    "regulus/nn/layer.h": LICENCE + '#include "regulus/plan/plan.h"\n',
}


class Tree:
    """with Tree({path: text}) as root: … — SOUND and what is given on top of it, in a folder of its own."""

    def __init__(self, extra=None):
        self.files = {**SOUND, **(extra or {})}
        self.folder = tempfile.TemporaryDirectory()

    def __enter__(self):
        root = Path(self.folder.name)
        for name, text in self.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return root

    def __exit__(self, *_):
        self.folder.cleanup()
