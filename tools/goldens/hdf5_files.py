# SPDX-License-Identifier: Apache-2.0
"""Files as h5py and Keras write them, deflated and in base64, with what h5py reads from them.

A case has `file` and, if regulus reads it, `tree`: {"groups", "datasets", "attributes"}, each by name; a
dataset is an array with `dtype` and `attributes`, an attribute a string, a list of strings or an array.
Else it has `error`: what the message says. Attacks that h5py cannot write are made by patching bytes.
Files of the newer style hold the time they were made: their lines differ from run to run.
"""

import base64
import io
import os
import struct
import tempfile
import zlib

import common  # noqa: F401 (pins the back end before keras is imported)
import golden_file
import h5py
import keras
import numpy as np

SIGNATURE = b"\x89HDF\r\n\x1a\n"
UNDEFINED = b"\xff" * 8


# ---- what h5py reads ---------------------------------------------------------------------------------


def described_array(values):
    if values.dtype == np.dtype("V2"):  # Keras's bfloat16
        values = (values.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
        return {"dtype": "bfloat16", **golden_file.array(values)}
    # Half precision has no shortest decimal of its own here; every value is one of float32's.
    numbers = values.astype(np.float32) if values.dtype.kind == "f" and values.itemsize == 2 else values
    return {"dtype": values.dtype.newbyteorder("=").name, **golden_file.array(numbers)}


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def described_attribute(value, stored):
    if isinstance(value, h5py.Empty):
        is_text = h5py.check_string_dtype(value.dtype) or value.dtype.kind == "S"
        return [] if is_text else described_array(np.zeros(0, value.dtype))
    if isinstance(value, (str, bytes)):
        return text(value)
    value = np.asarray(value)
    if stored.dtype.kind in "OS":
        return text(value[()]) if value.ndim == 0 else [text(v) for v in value.ravel()]
    return described_array(value)


def described_attributes(item):
    return {k: described_attribute(v, item.attrs.get_id(k)) for k, v in sorted(item.attrs.items())}


def described(group):
    tree = {"groups": {}, "datasets": {}, "attributes": described_attributes(group)}
    for name, item in group.items():
        if isinstance(item, h5py.Group):
            tree["groups"][name] = described(item)
        else:
            values = np.zeros(0, item.dtype) if item.shape is None else np.asarray(item[()])
            tree["datasets"][name] = {**described_array(values), "attributes": described_attributes(item)}
    return tree


# ---- cases -------------------------------------------------------------------------------------------


def written(fill, libver="earliest", **options):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=libver, **options) as file:
        fill(file)
    return buffer.getvalue()


def packed(data):
    return base64.b64encode(zlib.compress(data, 9)).decode()


def read(name, data):
    with h5py.File(io.BytesIO(data), "r") as file:
        return {"name": name, "file": packed(data), "tree": described(file)}


def refused(name, data, error):
    return {"name": name, "file": packed(data), "error": error}


def patched(data, before, after, count=1):
    """The bytes with `before`, which stands there `count` times, replaced."""
    assert data.count(before) == count and len(before) == len(after), (data.count(before), before)
    return data.replace(before, after)


def number_types(file):
    for dtype in ("i1", "u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", ">i2", ">u4", ">i8"):
        values = np.array([[0, 1, 100], [3, 4, 5]], dtype)
        values[1, 2] = np.iinfo(dtype).max if dtype != "<u8" else 2**62
        if np.iinfo(dtype).min < 0:
            values[1, 0] = np.iinfo(dtype).min
        file[dtype.replace("<", "little_").replace(">", "big_")] = values
    for dtype in ("<f2", "<f4", "<f8", ">f2", ">f4", ">f8"):
        values = np.array([0.0, -0.0, 1.5, -2.25, np.inf, 2.0**-14, 1000, 0.333251953125], dtype)
        file[dtype.replace("<", "little_").replace(">", "big_")] = values
    file["bool"] = np.array([[True, False, True]])
    file["scalar_float"] = np.float32(0.1)
    file["scalar_int"] = np.int64(-7)
    file["empty"] = np.zeros((0, 3), np.float32)
    file["empty_inside"] = np.zeros((2, 0, 4), np.float64)
    file["null"] = h5py.Empty("f4")


def strings(file):
    h5t = h5py.h5t
    file.attrs["variable_utf8"] = "naïve 数 \U0001f600"
    file.attrs["variable_ascii"] = b"bytes"
    file.attrs["empty"] = ""
    file.attrs["list"] = ["a", "", "数" * 3, "d" * 300]
    file.attrs["fixed_list"] = np.array([b"ab", b"c", b""], "S2")
    file.attrs["fixed_scalar"] = np.bytes_(b"fixed")
    file.attrs["no_strings"] = h5py.Empty(h5py.string_dtype())
    file.attrs["list_of_none"] = np.zeros(0, h5py.string_dtype())
    for padding, place in (("terminated", h5t.STR_NULLTERM), ("nulls", h5t.STR_NULLPAD),
                           ("spaces", h5t.STR_SPACEPAD)):
        for charset, code in (("ascii", h5t.CSET_ASCII), ("utf8", h5t.CSET_UTF8)):
            kind = h5t.TypeID.copy(h5t.C_S1)
            kind.set_size(6)
            kind.set_strpad(place)
            kind.set_cset(code)
            space = h5py.h5s.create(h5py.h5s.SCALAR)
            name = f"{padding}_{charset}".encode()
            attribute = h5py.h5a.create(file.id, name, kind, space)
            end = b" " if padding == "spaces" else b"\0"
            attribute.write(np.array(b"a b".ljust(6, end), "V6"), mtype=kind)


def number_attributes(file):
    file.attrs["int"] = 3
    file.attrs["float"] = 0.1
    file.attrs["float32_list"] = np.array([1.5, -2.0], np.float32)
    file.attrs["big_endian"] = np.array([[1, 2], [3, 4]], ">i4")
    file.attrs["bool"] = True
    file.attrs["weight_names"] = []  # Keras's, of a layer without weights: float64
    file.attrs["null"] = h5py.Empty("f8")
    file["x"] = np.arange(3, dtype=np.float32)
    file["x"].attrs["name"] = "kernel"
    file["x"].attrs["units"] = 300


def nested(file):
    group = file
    for depth in range(8):
        group = group.create_group(f"level_{depth}")
        group["x"] = np.float32(depth)
    file.create_group("layers/dense/vars")["0"] = np.arange(6, dtype=np.float32).reshape(2, 3)
    file.create_group("none")


def many_datasets(count):
    def fill(file):
        for i in range(count):
            file[f"{i}"] = np.int16(i)

    return fill


def many_groups(file):
    for i in range(30):
        file.create_group(f"layers/dense_{i}").attrs["name"] = f"d{i}"


def many_attributes(file):
    for i in range(100):  # the object header goes on elsewhere
        file.attrs[f"attribute_{i}"] = "text " * (i % 5)
    file.attrs["large"] = "x" * 66_000


def few_for_latest(file):
    """Eight links and eight attributes at most: more go into a fractal heap."""
    file.attrs["text"] = "new style"
    file.attrs["numbers"] = np.arange(4)
    file.attrs["fixed"] = np.bytes_(b"ab")
    file["bool"] = np.array([True, False])
    file["f"] = np.arange(6, dtype=">f4").reshape(2, 3)
    file["none"] = np.zeros((0, 2), np.float32)
    layers = file.create_group("layers")
    layers.attrs["order"] = ["a", "b"]
    for i in range(5):
        layers[f"{i}"] = np.int64(i)


def compact(file):
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    dataset = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, properties)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1.0, 2.0, 3.0], np.float32))


FILTERED = {"chunks": {}, "gzip": {"compression": "gzip"}, "shuffle": {"shuffle": True},
            "fletcher32": {"fletcher32": True},
            "all_filters": {"compression": "gzip", "compression_opts": 9, "shuffle": True, "fletcher32": True}}


def in_chunks(**options):
    """Arrays that end inside a chunk on every axis, of one chunk, that may grow, of nothing."""
    def fill(file):
        whole = np.arange(7 * 5 * 3, dtype=np.float32).reshape(7, 5, 3)
        file.create_dataset("edges", data=whole, chunks=(3, 2, 2), **options)
        file.create_dataset("one", data=whole[0], chunks=(5, 3), **options)
        file.create_dataset("bytes", data=np.arange(50, dtype=np.uint8), chunks=(7,), **options)
        file.create_dataset("big_endian", data=np.arange(9, dtype=">i2"), chunks=(4,), **options)
        file.create_dataset("may_grow", data=whole[:, 0], chunks=(4, 2), maxshape=(9, 8), **options)
        file.create_dataset("none", data=np.zeros((0, 2), np.float32), chunks=(1, 2), maxshape=(4, 2), **options)

    return fill


def allocated_early(file):
    """Chunks in a row, without an index."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk((2, 2))
    properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple((3, 3), (5, 4))
    dataset = h5py.h5d.create(file.id, b"early", h5py.h5t.IEEE_F32LE, space, properties)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(9, dtype=np.float32).reshape(3, 3))


def many_chunks(file):
    file.create_dataset("x", data=np.arange(3000, dtype=np.int16), chunks=(2,))


def chunked():
    for name, options in FILTERED.items():
        for libver in ("earliest", "v110"):
            yield read(f"{name}_{libver}", written(in_chunks(**options), (libver, "latest")))
    data = written(allocated_early, "latest")
    end = struct.unpack_from("<Q", data, 28)[0]  # a file in memory is not made longer for what is not written
    yield read("in_a_row", data.ljust(end, b"\0"))
    yield read("many_chunks", written(many_chunks))
    yield read("pages_of_chunks", written(many_chunks, "latest"))
    # What does not get smaller is stored as it is, and its mask says so.
    noise = np.random.default_rng(1).integers(0, 256, 300, np.uint8)
    yield read("not_smaller", written(set_x(noise, chunks=(100,), compression="gzip")))


def keras_model():
    keras.utils.set_random_seed(1)
    keras.backend.clear_session()
    model = keras.Sequential([
        keras.Input((3,)),
        keras.layers.Dense(2, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(2, name="out", dtype="bfloat16"),
    ])
    model.compile("adam", "mse")
    return model


def keras_bytes(save):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.weights.h5")
        save(path)
        with open(path, "rb") as file:
            return file.read()


def keras_cases():
    model = keras_model()
    yield read("keras_weights", keras_bytes(model.save_weights))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dropout(0.5)])
    yield read("keras_legacy", keras_bytes(lambda path: model.save(path.replace(".weights", "")) or
                                           os.rename(path.replace(".weights", ""), path)))


def readable():
    yield read("number_types", written(number_types))
    yield read("strings", written(strings))
    yield read("number_attributes", written(number_attributes))
    yield read("nested", written(nested))
    yield read("nothing", written(lambda file: None))
    yield read("30_datasets", written(many_datasets(30)))
    yield read("300_datasets", written(many_datasets(300)))
    yield read("groups", written(many_groups))
    yield read("attributes", written(many_attributes))
    yield read("compact", written(compact))
    for libver in ("v108", "v110", "v112", "v114", "latest"):
        yield read(f"few_{libver}", written(few_for_latest, (libver, "latest")))
    yield read("compact_latest", written(compact, "latest"))
    yield read("order_tracked", written(few_for_latest, "v108", track_order=True))


# ---- what regulus refuses ------------------------------------------------------------------------------


def virtual(file):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/hostname", "x", (4,))
    file.create_virtual_dataset("x", layout)


def external_storage(file):
    file.create_dataset("x", (4,), "u1", external=[("/etc/hostname", 0, 4)])


def link(link_object):
    def fill(file):
        file["x"] = np.float32(1)
        file["y"] = link_object

    return fill


def set_x(value, **options):
    return lambda file: file.create_dataset("x", data=value, **options)


def committed(file):
    file["kind"] = np.dtype("f4")


def uses_committed(file):
    file["kind"] = np.dtype("f4")
    file.create_dataset("a", (2,), file["kind"])


def attribute_of_committed(file):
    file["kind"] = np.dtype("f4")
    file.attrs.create("a", 1.0, dtype=file["kind"])


def two_names(file):
    file["a"] = np.float32(1)
    file["b"] = file["a"]


def circle(file):
    file.create_group("a/b")
    file["a/b/again"] = file["a"]


def deep(file):
    file.create_group("/".join("a" * 33))


def many(file):
    for i in range(20):
        file[f"{i}"] = np.float32(i)


def many_root_attributes(file):
    for i in range(20):
        file.attrs[f"{i}"] = i


def bomb(lengths):
    """The lengths of /x, (3, 5, 7), replaced. h5py writes them twice: they are the largest, too."""
    def patch(data):
        return patched(data, struct.pack("<3Q", 3, 5, 7), struct.pack("<3Q", *lengths), 2)

    return patch(written(set_x(np.zeros((3, 5, 7), np.float32))))


def layout_of(address, size):
    return struct.pack("<BBQQ", 3, 1, address, size)


def data_at(new_address):
    """Two arrays, the second of which lies where `new_address(first address, second address)` says."""
    def fill(file):
        file["a"] = np.arange(4, dtype=np.float32)
        file["b"] = np.arange(6, dtype=np.float32)
        fill.addresses = [file[name].id.get_offset() for name in "ab"]

    data = written(fill)
    a, b = fill.addresses
    return patched(data, layout_of(b, 24), layout_of(new_address(a, b), 24))


def text_list(texts):
    return written(lambda file: file.attrs.create("t", texts, dtype=h5py.string_dtype()))


def used_again():
    """A list of 40 strings, all of them the longest."""
    data = text_list(["x" * 1000, *["y"] * 39])
    collection = struct.pack("<Q", data.index(b"GCOL"))
    long_one = data.index(struct.pack("<I", 1000) + collection)
    again = data[long_one:long_one + 16]
    for i in range(1, 41):
        data = data.replace(struct.pack("<I", 1) + collection + struct.pack("<I", i), again)
    return data


def refusals():
    sentence = "Write the file with libver=\"earliest\", as h5py and Keras do by default."
    for libver in ("earliest", "latest"):
        yield refused(f"soft_link_{libver}", written(link(h5py.SoftLink("/x")), libver),
                      "a soft link is not followed (found \"y\").")
        yield refused(f"external_link_{libver}", written(link(h5py.ExternalLink("/etc/hostname", "/x")), libver),
                      "an external link, into another file, is not followed (found \"y\").")
        yield refused(f"two_names_{libver}", written(two_names, libver),
                      "an object has two names, or a group is inside itself.")
        yield refused(f"circle_{libver}", written(circle, libver),
                      "an object has two names, or a group is inside itself.")
        yield refused(f"deep_{libver}", written(deep, libver),
                      "the groups are too deep (expected at most 32, found more).")
        yield refused(f"virtual_{libver}", written(virtual, libver),
                      "a virtual dataset, whose data lie in other files, is not read.")
        yield refused(f"committed_{libver}", written(committed, libver),
                      "a committed (shared) datatype is not read (found \"kind\").")
    yield refused("external_storage", written(external_storage),
                  "a dataset whose data lie in other files is not read.")
    yield refused("uses_committed", written(uses_committed), "a committed (shared) datatype is not read.")
    yield refused("attribute_of_committed", written(attribute_of_committed),
                  "an attribute of a committed (shared) datatype is not read.")
    yield refused("dense_links", written(many, "latest"),
                  f"a group whose links are in a fractal heap is not read. {sentence}")
    yield refused("dense_attributes", written(many_root_attributes, "latest"),
                  "an object whose attributes are in a fractal heap is not read.")
    yield refused("user_block", written(set_x(1.0), userblock_size=512), "not an HDF5 file.")
    values = np.arange(100, dtype=np.float32)
    yield refused("lzf", written(set_x(values, chunks=(10,), compression="lzf")),
                  "data with this filter are not read (expected gzip, shuffle or fletcher32, found lzf). "
                  "Save the arrays without compression, or with gzip.")
    yield refused("scaleoffset", written(set_x(np.arange(100), chunks=(10,), scaleoffset=0)),
                  "data with this filter are not read (expected gzip, shuffle or fletcher32, found scaleoffset). "
                  "Save the arrays without compression, or with gzip.")
    yield refused("chunks_of_no_end", written(set_x(values, chunks=(10,), maxshape=(None,)), "latest"),
                  "chunks of an array without a largest size are not read in the newest format. "
                  "Write the file with libver=\"earliest\", or without maxshape.")
    yield refused("chunks_missing", written(lambda file: file.create_dataset(
        "x", (100,), "f4", chunks=(10,)).__setitem__(slice(0, 10), 1)),
        "a part of an array was never written (expected 10 chunks, found 1).")
    yield refused("never_written", written(lambda file: file.create_dataset("x", (3,), "f4")),
                  "an array was never written.")
    yield from refused_types()
    yield from patches()


def refused_types():
    number = "(expected numbers or strings, found {0})."
    for name, value, kind in (("compound", np.zeros(2, [("a", "f4"), ("b", "i4")]), "compound"),
                              ("complex", np.zeros(2, np.complex64), "compound"),
                              ("opaque", np.zeros(2, "V3"), "opaque")):
        yield refused(name, written(set_x(value)), f"the {kind} datatype is not read {number.format(kind)}")
    yield refused("array", written(lambda file: file.create_dataset("x", (2,), np.dtype(("f4", (3,))))),
                  f"the array datatype is not read {number.format('array')}")
    yield refused("reference", written(lambda file: file.create_dataset("x", data=file.ref, dtype=h5py.ref_dtype)),
                  f"the reference datatype is not read {number.format('reference')}")
    yield refused("opaque_pair", written(set_x(np.zeros(2, "V2"))),
                  "opaque data are not read, unless an attribute dtype says bfloat16 (expected numbers, found \"x\").")
    yield refused("enumeration", written(lambda file: file.create_dataset(
        "x", (2,), h5py.enum_dtype({"RED": 0, "BLUE": 1}, "i1"), data=[0, 1])),
        "an enumeration is not read, unless it is h5py's bool.")
    yield refused("lists", written(lambda file: file.create_dataset("x", (1,), h5py.vlen_dtype("f4"))),
                  "lists of variable length are not read (expected numbers of one shape or strings).")
    yield refused("long_double", written(set_x(np.zeros(2, np.longdouble))),
                  "a float of this form is not read (expected IEEE 754 of 16, 32 or 64 bits, or bfloat16, "
                  "found 16 bytes).")
    yield refused("strings_in_dataset", written(set_x(["a", "b"])),
                  "a dataset of strings is not read (expected numbers, found \"x\").")
    yield refused("fixed_strings_in_dataset", written(set_x(np.array([b"a", b"b"]))),
                  "a dataset of strings is not read (expected numbers, found \"x\").")
    yield refused("nine_axes", written(set_x(np.zeros((1,) * 9, np.float32))),
                  "the array has too many axes (expected at most 8, found 9).")


def patches():
    data = written(set_x(np.zeros((3, 5, 7), np.float32)))
    yield refused("more_than_the_file", bomb((3, 5, 8)),
                  "an array's shape does not fit its bytes (expected 480, found 420).")
    yield refused("long_axis", bomb((2**31, 5, 7)),
                  "an axis is too long (expected at most 2147483647, found 2147483648).")
    yield refused("negative_axis", bomb((2**64 - 1, 5, 7)),
                  "an axis is too long (expected at most 2147483647, found 18446744073709551615).")
    yield refused("product_wraps", bomb((2**31 - 1, 2**31 - 1, 7)),
                  "the product of an array's lengths is too large (expected below 2^63 bytes, found more).")
    yield refused("product_wraps_to_0", bomb((2**30, 2**30, 2**4)),
                  "the product of an array's lengths is too large (expected below 2^63 bytes, found more).")
    yield refused("size_beyond_the_end",
                  patched(bomb((3, 5, 2**20)), struct.pack("<Q", 420), struct.pack("<Q", 3 * 5 * 2**22)),
                  "an array reaches beyond the end (expected 62,914,560 bytes, found 420). Is the file complete?")
    yield refused("same_data", data_at(lambda a, b: a), "an array takes bytes that belong to something else.")
    yield refused("data_overlap", data_at(lambda a, b: a + 8), "an array takes bytes that belong to something else.")
    yield refused("data_in_superblock", data_at(lambda a, b: 0),
                  "an array takes bytes that belong to something else.")
    yield refused("data_in_header", data_at(lambda a, b: 96 + 16),
                  "an array takes bytes that belong to something else.")
    yield refused("string_used_again", used_again(),
                  "the strings are longer than the file: one is used again and again.")
    yield refused("truncated", data[:-1], "the end comes before the end that the superblock gives (expected "
                  f"{len(data):,} bytes, found {len(data) - 1:,}). Is the file complete?")
    latest = written(few_for_latest, "latest")
    yield refused("superblock_checksum", latest[:12] + b"X" + latest[13:],
                  "the superblock is damaged: its checksum differs.")
    at = latest.index(b"OHDR") + 30
    yield refused("header_checksum", latest[:at] + bytes([latest[at] ^ 1]) + latest[at + 1:],
                  "an object header is damaged: its checksum differs.")
    tree = data.index(b"TREE")
    yield refused("tree_circle", data[:tree + 5] + b"\1" + data[tree + 6:tree + 32] +
                  struct.pack("<Q", tree) + data[tree + 40:],
                  "the B-tree's level is wrong (expected 0, found 1).")
    two = written(lambda file: [file.create_group(name) for name in ("first", "other")])
    yield refused("same_name", patched(two, b"other", b"first"),
                  "a group's names do not ascend (expected one behind \"first\", found \"first\").")
    yield refused("path_as_name", patched(two, b"first", b"../st"),
                  "a link's name is a path (expected no \"/\", found \"../st\").")
    yield refused("name_not_utf8", patched(two, b"first", b"f\xffrst"), "a link's name is not UTF-8.")
    yield refused("name_empty", patched(two, b"first", b"\0irst"), "a link's name is empty.")


def main():
    cases = [*readable(), *chunked(), *keras_cases(), *refusals()]
    golden_file.write("hdf5.json", cases, {"h5py": h5py.__version__, "hdf5": h5py.version.hdf5_version,
                                           "keras": keras.__version__, "numpy": np.__version__})


if __name__ == "__main__":
    main()
