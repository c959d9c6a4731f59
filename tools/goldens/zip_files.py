# SPDX-License-Identifier: Apache-2.0
"""Zip archives as Python's zipfile writes them, and archives that lie, all in base64.

A case that regulus reads has `file` and `members` (name -> base64), in the order of the directory. A case
of `attacks` has `file` alone: it must be refused.
"""

import base64
import io
import struct
import sys
import zipfile
import zlib

from golden_file import write

DATE = (1980, 1, 1, 0, 0, 0)
CONFIG = b'{"class_name": "Sequential"}'


def text(data):
    return base64.b64encode(data).decode()


class Unseekable(io.RawIOBase):
    """What makes zipfile write data descriptors."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += data
        return len(data)


def archive(members, method=zipfile.ZIP_STORED, force_zip64=False, streamed=False, comment=b""):
    target = Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as file:
        file.comment = comment
        for name, data in members.items():
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = method
            with file.open(info, "w", force_zip64=force_zip64) as member:
                member.write(data)
    return bytes(target.data) if streamed else target.getvalue()


def case(name, members, **options):
    return {
        "name": name,
        "file": text(archive(members, **options)),
        "members": [[key, text(data)] for key, data in members.items()],
    }


class Lie:
    """An archive written field by field, so that any of them can be wrong."""

    def __init__(self):
        self.data, self.directory, self.count = b"", b"", 0

    def member(self, member_name, content, local=None, central=None, descriptor=b"", **common):
        fields = {
            "signature": 0x04034B50, "version": 20, "flags": 0, "method": 0, "date": 0x00210000,
            "crc": zlib.crc32(content), "packed": len(content), "size": len(content), "name": member_name, "extra": b"",
            "disk": 0, "offset": len(self.data), **common,
        }  # fmt: skip
        l, c = {**fields, **(local or {})}, {**fields, "signature": 0x02014B50, **(central or {})}

        def head(f):
            return struct.pack("<HHHLLLLHH", f["version"], f["flags"], f["method"], f["date"], f["crc"],
                               f["packed"], f["size"], len(f["name"]), len(f["extra"]))  # fmt: skip

        self.data += struct.pack("<L", l["signature"]) + head(l) + l["name"] + l["extra"] + content + descriptor
        self.directory += struct.pack("<LH", c["signature"], 20) + head(c) + struct.pack("<HHHLL", 0, c["disk"], 0, 0, c["offset"])
        self.directory += c["name"] + c["extra"]
        self.count += 1
        return self

    def end(self, gap=b"", before=b"", comment=b"", **lies):
        f = {"disk": 0, "on_disk": self.count, "count": self.count, "size": len(self.directory),
             "offset": len(self.data + gap), "comment_bytes": len(comment), **lies}  # fmt: skip
        record = struct.pack("<LHHHHLLH", 0x06054B50, f["disk"], 0, f["on_disk"], f["count"], f["size"],
                             f["offset"], f["comment_bytes"])  # fmt: skip
        return self.data + gap + self.directory + before + record + comment


def zip64(size, offset, count, at, on_disk=None):
    """The 64-bit end record, lying at byte `at`, and its locator."""
    record = struct.pack("<LQHHLLQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count if on_disk is None else on_disk, count, size, offset)
    return record + struct.pack("<LLQL", 0x07064B50, 0, at, 1)


def one(**fields):
    return Lie().member(b"a", b"abc", **fields).end()


def attacks():
    plain = Lie().member(b"a", b"abc")
    at = len(plain.data) + len(plain.directory)
    size, offset = len(plain.directory), len(plain.data)
    full64 = zip64(size, offset, 1, at)
    zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = zeros.compress(bytes(10_000)) + zeros.flush()
    inner = Lie().member(b"a", b"abc").data
    return {
        "empty file": b"",
        "no zip": b"PK\x03\x04" + bytes(60),
        "bytes after the end": one() + b"x",
        "bytes before the first member": b"x" + one(),
        "comment longer than the file": plain.end(comment_bytes=5),
        "two end records": plain.end(comment=Lie().end()),
        "end record in the comment": plain.end(comment=Lie().end() + b"x"),
        "end record cut at the end": plain.end(comment=Lie().end()[:-1]),
        "newer version": one(version=64),
        "two disks": plain.end(disk=1),
        "counts differ": plain.end(on_disk=2),
        "more members than the directory holds": plain.end(on_disk=2, count=2),
        "fewer members than the directory holds": plain.end(on_disk=0, count=0),
        "directory outside": plain.end(offset=0xFFFFFF00),
        "directory too small": plain.end(size=size - 1),
        "zip64 count lies": plain.end(before=zip64(size, offset, 2, at)),
        "zip64 count is 2^63": plain.end(before=zip64(size, offset, 2**63, at), on_disk=0xFFFF, count=0xFFFF),
        "zip64 offset wraps": plain.end(before=zip64(size, 2**64 - size, 1, at), offset=0xFFFFFFFF),
        "zip64 locator points elsewhere": plain.end(before=zip64(size, offset, 1, 0)),
        "zip64 locator alone": plain.end(before=full64[-20:]),
        "zip64 size beyond the file": one(central={"size": 0xFFFFFFFF, "extra": struct.pack("<HHQ", 1, 8, 2**63)}),
        "zip64 field replaces nothing": one(central={"extra": struct.pack("<HHQ", 1, 8, 3)}),
        "zip64 field twice": one(central={"extra": struct.pack("<HHHH", 1, 0, 1, 0)}),
        "zip64 field of the local header lies": one(local={"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF, "extra": struct.pack("<HHQQ", 1, 16, 3, 4)}),
        "extra field beyond its place": one(extra=struct.pack("<HH", 9, 5)),
        "two members of one name": Lie().member(b"a", b"abc").member(b"a", b"xyz").end(),
        "parent folder": Lie().member(b"../x", b"abc").end(),
        "parent folder inside": Lie().member(b"a/../../x", b"abc").end(),
        "absolute": Lie().member(b"/etc/passwd", b"abc").end(),
        "drive": Lie().member(b"C:x", b"abc").end(),
        "backslash": Lie().member(b"..\\x", b"abc").end(),
        "empty part": Lie().member(b"a//b", b"abc").end(),
        "dot": Lie().member(b"./a", b"abc").end(),
        "empty name": Lie().member(b"", b"abc").end(),
        "null in name": Lie().member(b"a\0b", b"abc").end(),
        "name not UTF-8": Lie().member(b"\xff", b"abc", flags=1 << 11).end(),
        "name beyond ASCII without its flag": Lie().member("é".encode(), b"abc").end(),
        "long name": Lie().member(b"n" * 1025, b"abc").end(),
        "folder with bytes": Lie().member(b"a/", b"abc").end(),
        "encrypted": one(flags=1),
        "strong encryption": one(flags=1 << 6),
        "bzip2": one(method=12),
        "other disk": one(disk=1),
        "local header elsewhere": one(central={"offset": 4}),
        "local header behind the members": one(central={"offset": 0x00FFFFFF}),
        "other name in the local header": one(local={"name": b"b"}),
        "other method in the local header": one(local={"method": 8}),
        "other flags in the local header": one(local={"flags": 8}),
        "other checksum in the local header": one(local={"crc": 1}),
        "other size in the local header": one(local={"size": 4}),
        "other packed size in the local header": one(local={"packed": 4}),
        "stored sizes differ": one(size=4),
        "packed beyond the directory": one(packed=50, size=50),
        "packed beyond the file": one(packed=5000, size=5000),
        "wrong checksum": one(crc=1),
        "bomb": Lie().member(b"a", bomb, method=8, size=len(bomb) * 1032 + 259).end(),
        "deflated too short": Lie().member(b"a", bomb, method=8, size=10_001, crc=zlib.crc32(bytes(10_000))).end(),
        "deflated too long": Lie().member(b"a", bomb, method=8, size=9_999, crc=zlib.crc32(bytes(10_000))).end(),
        "no deflate": Lie().member(b"a", b"\xff\xff\xff", method=8).end(),
        "members overlap": Lie().member(b"b", inner).member(b"a", b"", central={"offset": 31, "packed": 3, "size": 3, "crc": zlib.crc32(b"abc")}).end(),
        "hidden between members": Lie().member(b"a", b"abc", descriptor=b"hidden").member(b"b", b"xyz").end(),
        "hidden before the directory": plain.end(gap=b"hidden"),
        "descriptor missing": one(flags=8),
        "descriptor lies": one(flags=8, descriptor=struct.pack("<LLLL", 0x08074B50, zlib.crc32(b"abc"), 3, 4)),
        "other Unicode name": one(extra=struct.pack("<HHBL", 0x7075, 6, 1, zlib.crc32(b"a")) + b"b"),
    }  # fmt: skip


def main():
    members = {"metadata.json": b"{}", "config.json": CONFIG, "model.weights.h5": bytes(range(256))}
    names = {"é/数.txt": b"1", "assets/sub/word": b"", "with space": b"x" * 100}
    cases = [
        case("keras", members),
        case("deflated", {"zeros": bytes(5000), "config.json": CONFIG * 9}, method=zipfile.ZIP_DEFLATED),
        case("zip64_local", members, force_zip64=True),
        case("zip64_local_deflated", {"zeros": bytes(5000)}, method=zipfile.ZIP_DEFLATED, force_zip64=True),
        case("streamed", members, streamed=True),
        case("streamed_deflated", members, method=zipfile.ZIP_DEFLATED, streamed=True),
        case("streamed_zip64", members, streamed=True, force_zip64=True),
        case("names", names),
        case("comment", members, comment=b"a comment"),
        case("folder", {"assets/": b"", "assets/a": b"1"}),
        case("nothing", {}),
    ]
    plain = Lie().member(b"a", b"abc")
    size, offset = len(plain.directory), len(plain.data)
    end64 = zip64(size, offset, 1, size + offset)
    ones = {"on_disk": 0xFFFF, "count": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF}
    for name, data in {"zip64_end": plain.end(before=end64, **ones), "zip64_end_unneeded": plain.end(before=end64)}.items():
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            assert file.read("a") == b"abc"
        cases.append({"name": name, "file": text(data), "members": [["a", text(b"abc")]]})
    refused = [{"name": name, "file": text(data)} for name, data in attacks().items()]
    write("zip.json", cases, {"python": sys.version.split()[0]}, attacks=refused)


if __name__ == "__main__":
    main()
