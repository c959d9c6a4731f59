# SPDX-License-Identifier: Apache-2.0
"""Saved models as golden files keep them: base64 of what zlib has packed, the same in every run.

Two things in a file of Keras's change from run to run. The numbers of shared objects are addresses: they are
counted from 1 instead, with as many digits as before. The date and the zip archive's time stamps become 1980.
Nothing else is touched: the HDF5 files have no time stamps.
"""

import base64
import io
import json
import re
import tempfile
import zipfile
import zlib
from pathlib import Path

SHARED = re.compile(rb'"shared_object_id": (\d+)')


def counted(data):
    """The addresses of shared objects become 10…01, 10…02, …"""
    seen = {}

    def number(match):
        digits = match.group(1)
        count = seen.setdefault(digits, len(seen) + 1)
        return match.group(0)[: -len(digits)] + b"%d" % (10 ** (len(digits) - 1) + count)

    return SHARED.sub(number, data)


def member(name, data):
    if name != "metadata.json":
        return counted(data) if name == "config.json" else data
    return json.dumps({**json.loads(data), "date_saved": "1980-01-01@00:00:00"}).encode()


def repacked(data):
    """The archive again with its members deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for info in archive.infolist():
            fresh = zipfile.ZipInfo(info.filename)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            again.writestr(fresh, member(info.filename, archive.read(info)), compresslevel=9)
    return out.getvalue()


def text(data):
    packed = zlib.compress(data, 9)
    return base64.b64encode(packed if len(packed) < len(data) else data).decode()


def saved(model, ending, save="save"):
    """The file that `model` is saved to under a name of this ending."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{ending}"
        getattr(model, save)(path)
        data = path.read_bytes()
    return text(repacked(data) if ending == ".keras" else counted(data))
