// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "fuzz/target.h"

// gzip and zip taken apart and put together by zlib, apart from the library's own readers: for the mutator,
// which must not depend on what it tests. What is taken apart is trusted to be small.

namespace regulus::fuzz {

/// The content of a file that is one sound gzip member of at most 64 KiB.
std::optional<Bytes> unpack_gzip_member(View file);
Bytes pack_gzip(View content, int level);

struct Packed {
  Bytes name;
  Bytes content;
  bool deflated = false;
};

bool begins_as_zip(View file);
/// The members that the directory at the file's end names, as far as they can be read.
std::vector<Packed> unpack_zip(View file);
/// Every number and checksum is right, whatever the names are.
Bytes pack_zip(const std::vector<Packed>& members);

/// True if a length that lies in the file stands before a '{'.
bool begins_as_safetensors(View file);

}  // namespace regulus::fuzz
