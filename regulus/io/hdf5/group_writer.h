// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/io/hdf5/links.h"
#include "regulus/io/hdf5/output.h"

namespace regulus::io::hdf5 {

/// Where the parts of a group of the old style lie.
struct SymbolTable {
  std::uint64_t tree;
  std::uint64_t heap;
};

/// The sizes that the superblock states: a symbol node has up to 2 * 4 links, a B-tree node 2 * 16 children.
inline constexpr std::uint64_t kLeafK = 4;
inline constexpr std::uint64_t kInternalK = 16;

/// Appends the names, the symbol nodes and their B-tree, with as many levels as it needs. The links must be
/// in ascending order of names.
SymbolTable write_links(Output& output, const std::vector<Link>& links);

}  // namespace regulus::io::hdf5
