# SPDX-License-Identifier: Apache-2.0
"""NPY and NPZ files as NumPy writes them, IDX files of its bytes, and files that lie, in base64.

A case that regulus reads has `file` and `values` (as float32) for NPY, or `arrays` (key -> values) for NPZ; `saved`
says that np.save wrote it, so that regulus must write the same bytes. `idx` has cases as those of NPY. A case of `attacks` has `file` alone.
"""

import base64
import gzip
import io
import struct

import numpy as np
from golden_file import array, write
from numpy.lib import format as npy

DTYPES = "|b1 |u1 |i1 <u2 <i2 <u4 <i4 <u8 <i8 <f2 <f4 <f8 >u2 >i2 >u4 >i4 >u8 >i8 >f2 >f4 >f8".split()


def text(data):
    return base64.b64encode(data).decode()


def saved(values):
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def case(name, values, data=None):
    return {
        "name": name,
        "file": text(saved(values) if data is None else data),
        "dtype": values.dtype.name,
        "saved": data is None,
        "values": array(values.astype(np.float32)),
    }


def versioned(values, version):
    file = io.BytesIO()
    npy.write_array(file, values, version=version)
    return file.getvalue()


def npz(name, save, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    values = [[key, array(value.astype(np.float32))] for key, value in arrays.items()]
    return {"name": name, "file": text(file.getvalue()), "arrays": values}


def header(literal, data=bytes(12), version=1, length=None):
    """A file of this header text, whatever it says."""
    if not literal.endswith("\n"):
        literal += "\n"
    size = struct.pack("<H" if version == 1 else "<L", len(literal) if length is None else length)
    return b"\x93NUMPY" + bytes([version, 0]) + size + literal.encode("latin1") + data


def dictionary(descr="'<f4'", order="False", shape="(3,)", more=""):
    return header(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, {more}}}")


def attacks():
    objects = io.BytesIO()
    np.save(objects, np.array([{}], dtype=object), allow_pickle=True)
    structured = saved(np.zeros(1, [("a", "<f4"), ("b", "<i4")]))
    sound = saved(np.zeros(3, np.float32))
    return {
        "empty": b"",
        "magic alone": b"\x93NUMPY",
        "no magic": b"NUMPY" + sound,
        "version 4.0": sound[:6] + b"\x04\x00" + sound[8:],
        "version 1.1": sound[:6] + b"\x01\x01" + sound[8:],
        "header of 10001": header("{}".ljust(10_000), version=2),
        "header of 4 GiB": header("{}", version=2, length=2**32 - 1),
        "header cut": sound[:60],
        "objects": objects.getvalue(),
        "structured": structured,
        "text": saved(np.array(["a"])),
        "bytes": saved(np.array([b"a"])),
        "dates": saved(np.array(["2026-01-01"], "M8[D]")),
        "complex": saved(np.zeros(1, np.complex64)),
        "native order": dictionary(descr="'=f4'"),
        "no order": dictionary(descr="'|f4'"),
        "empty descr": dictionary(descr="''"),
        "descr is no string": dictionary(descr="4"),
        "nested dict": dictionary(descr="{'descr': '<f4'}"),
        "code": dictionary(descr="__import__('os')"),
        "escape in a string": dictionary(descr="'\\x3cf4'"),
        "string without end": header("{'descr"),
        "order is a number": dictionary(order="1"),
        "unknown key": dictionary(more="'x': 1"),
        "key twice": dictionary(more="'shape': (3,)"),
        "key missing": header("{'descr': '<f4', 'shape': (3,), }"),
        "no dict": header("(3,)"),
        "empty dict": header("{}"),
        "dict without end": header("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)"),
        "text behind the dict": header("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } x"),
        "no line feed": header("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }\n", length=57),
        "negative length": dictionary(shape="(-1,)"),
        "length with a leading zero": dictionary(shape="(03,)"),
        "length with an exponent": dictionary(shape="(3e0,)"),
        "float length": dictionary(shape="(3.0,)"),
        "shape is a number": dictionary(shape="3"),
        "shape in parentheses": dictionary(shape="(3)"),
        "shape is a list": dictionary(shape="[3]"),
        "lengths without comma": dictionary(shape="(3 1)"),
        "nine axes": dictionary(shape="(1,1,1,1,1,1,1,1,1)"),
        "length above 2^31": dictionary(shape="(2147483648,)"),
        "length above 2^64": dictionary(shape="(18446744073709551619,)"),
        "product wraps to the real size": dictionary(shape="(1073741824,1073741824,4)"),
        "product above 2^63": dictionary(shape="(2147483647,2147483647,2)"),
        "array cut": sound[:-1],
        "more bytes": sound + b"x",
        "promises a gigabyte": dictionary(shape="(268435456,)"),
    }  # fmt: skip


def idx(name, values, packed=False):
    """LeCun's format: two zeros, a type, the number of axes, their lengths, values most significant byte first."""
    codes = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}
    head = bytes([0, 0, codes[values.dtype.str[1:]], values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    data = head + values.astype(values.dtype.newbyteorder(">")).tobytes()
    file = text(gzip.compress(data, mtime=0) if packed else data)
    return {"name": name, "file": file, "dtype": values.dtype.name, "values": array(values.astype(np.float32))}


def npz_file(**members):
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "."), (1980, 1, 1, 0, 0, 0)), data)
    return file.getvalue()


def main():
    draw = np.random.default_rng(list(b"array_files"))
    cases = []
    for descr in DTYPES:
        dtype = np.dtype(descr)
        low = 0 if dtype.kind in "bu" else -100
        values = draw.integers(low, 2 if dtype.kind == "b" else 100, (3, 2)).astype(dtype)
        cases.append(case(descr, values))
    cube = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    cases += [
        case("scalar", np.array(2.5, np.float32)),
        case("vector", np.arange(5, dtype=np.int64)),
        case("cube", cube),
        case("fortran", np.asfortranarray(cube)),
        case("fortran_big_endian", np.asfortranarray(cube.astype(">i2"))),
        case("fortran_one_row", np.asfortranarray(cube[:1, :1])),
        case("empty", np.zeros((0, 3), np.float32)),
        case("empty_fortran", np.asfortranarray(np.zeros((3, 0, 2), np.float64))),
        case("eight_axes", np.arange(4, dtype=np.uint8).reshape(1, 1, 2, 1, 1, 2, 1, 1)),
        case("many_rows", np.zeros((12345, 0), np.float32)),
        case("version_2", cube, versioned(cube, (2, 0))),
        case("version_3", cube, versioned(cube, (3, 0))),
        # Another order of the keys and other quotes are the same dict.
        case("other_text", np.zeros(3, np.float32), header('{"shape":(3,),"descr":"<f4","fortran_order":False}')),
        case("order_of_one_byte", np.zeros(12, np.uint8), dictionary(descr="'>u1'", shape="(12,)")),
    ]
    pair = {"x": draw.integers(0, 255, (4, 5)).astype(np.uint8), "y": np.array([3, 1, 2, 0], np.int64)}
    packs = [
        npz("savez", np.savez, **pair),
        npz("savez_compressed", np.savez_compressed, **pair, zeros=np.zeros((50, 50))),
        npz("nothing", np.savez),
    ]
    idx_files = [
        *(idx(descr, draw.integers(0, 100, (3, 2)).astype(descr)) for descr in ["u1", "i1", "i2", "i4", "f4", "f8"]),
        idx("negative", np.array([-1, -32768, 32767], np.int16)),
        idx("eight axes", np.arange(4, dtype=np.int32).reshape(1, 1, 2, 1, 1, 2, 1, 1)),
        idx("packed", draw.standard_normal((7, 2, 2)).astype(np.float32), packed=True),
    ]
    refused = [{"name": name, "file": text(data)} for name, data in attacks().items()]
    sound = saved(np.zeros(3, np.float32))
    refused_npz = [
        {"name": "other member", "file": text(npz_file(x__npy=sound, readme=b"hello"))},
        {"name": "no key", "file": text(npz_file(__npy=sound))},
        {"name": "objects", "file": text(npz_file(x__npy=attacks()["objects"]))},
        {"name": "array cut", "file": text(npz_file(x__npy=sound[:-1]))},
    ]
    write("arrays.json", cases, {"numpy": np.__version__}, npz=packs, idx=idx_files, attacks=refused, npz_attacks=refused_npz)


if __name__ == "__main__":
    main()
