// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/io/array.h"

namespace regulus::io {

/// The value of an attribute: one string, strings, or numbers.
using Hdf5Value = std::variant<std::string, std::vector<std::string>, Array>;

struct Hdf5Attribute {
  std::string name;
  Hdf5Value value;
};

struct Hdf5Dataset {
  std::string name;
  Array array;
  std::vector<Hdf5Attribute> attributes;
};

/// What an HDF5 file holds, from a group on down: a tree, whose objects have one name each.
struct Hdf5Group {
  std::string name;  ///< of its link; "" for the root
  std::vector<Hdf5Group> groups;
  std::vector<Hdf5Dataset> datasets;
  std::vector<Hdf5Attribute> attributes;
  /// True: the names of each list ascend, as parse_hdf5 leaves them, and are found in logarithmic time.
  bool in_order = false;

  /// The object at a path from here, "layers/dense" or "layers/dense/vars/0", or nullptr.
  const Hdf5Group* group(std::string_view path) const;
  const Hdf5Dataset* dataset(std::string_view path) const;
  const Hdf5Value* attribute(std::string_view name) const;
  /// The attribute of that name if it is one string, else nullptr.
  const std::string* text(std::string_view attribute) const;
};

/// True if the bytes begin as an HDF5 file does.
bool is_hdf5(std::span<const std::uint8_t> bytes) noexcept;

/// Reads a file's bytes, which may be hostile (HDF5 File Format Specification 3.0, the part that h5py
/// writes for Keras): superblocks 0, 2 and 3; groups of both styles, small ones in the newer; integers,
/// IEEE floats, h5py's bool and Keras's bfloat16 in either byte order; contiguous, compact and chunked data,
/// the latter with the filters gzip, shuffle and fletcher32 (whose checksum is verified) and any index but
/// those for arrays without a largest size in the newest format; strings of fixed and variable length in
/// attributes, without what pads them. A null dataspace is an array of length 0. Groups, datasets and
/// attributes come with names ascending. Everything else is refused by name: links that are not hard, data in
/// other files, other filters, what was never written, shared types, an object with two names, groups deeper
/// than 32, bytes that belong to two things, what is above the limits. Throws DataError `WHERE: byte OFFSET:
/// …`. `bytes` must outlive the arrays: those that are not unpacked are views into it.
Hdf5Group parse_hdf5(std::span<const std::uint8_t> bytes, const std::string& where,
                     const Limits& limits = {});

/// The bytes of such a file as h5py writes it by default (superblock 0, no time stamps): the same tree
/// gives the same bytes. Objects are written with names ascending, strings with variable length, bfloat16
/// as Keras does: two opaque bytes and the attribute `dtype`, which is added if it is not there. Throws
/// ConfigError for a name that is empty, ".", not UTF-8, holds '/' or NUL or appears twice, for a text that
/// holds NUL or is not UTF-8, for column-major arrays, and for an attribute above 65,528 bytes; strings of
/// any length lie elsewhere and take 16 bytes of it each.
std::vector<std::uint8_t> to_hdf5(const Hdf5Group& root);

}  // namespace regulus::io
