// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

/// What begins a node of a B-tree of version 1.
struct TreeNode {
  /// Bytes before the first key: letters, type, level, number of children, two neighbours.
  static constexpr std::uint64_t kPrefixBytes = 24;

  int level = 0;  ///< 0: its children are no nodes
  std::uint64_t num_children = 0;
};

/// Looks at the node there without claiming it. `type`: 0 of a group's tree, 1 of chunks; `other_type` is
/// said of another. Levels end at 32; expected_level < 0: any of them. Throws DataError.
TreeNode read_tree_node(Source& source, std::uint64_t address, std::uint8_t type, const char* other_type,
                        int expected_level, const char* what);

}  // namespace regulus::io::hdf5
