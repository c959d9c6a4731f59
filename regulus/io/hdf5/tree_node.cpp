// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/tree_node.h"

#include <string>

#include "regulus/io/hdf5/superblock.h"

namespace regulus::io::hdf5 {

TreeNode read_tree_node(Source& source, std::uint64_t address, std::uint8_t type, const char* other_type,
                        int expected_level, const char* what) {
  constexpr int kMaxLevel = 32;
  ByteReader prefix = source.look(address, TreeNode::kPrefixBytes, what);
  require_signature(prefix, "TREE", what);
  if (prefix.little<std::uint8_t>(what) != type) prefix.fail_at(4, other_type);
  const int level = prefix.little<std::uint8_t>(what);
  if (level > kMaxLevel || (expected_level >= 0 && level != expected_level))
    prefix.fail_at(
        5, "the B-tree's level is wrong",
        expected_level < 0 ? "at most " + std::to_string(kMaxLevel) : std::to_string(expected_level),
        std::to_string(level));
  return {level, prefix.little<std::uint16_t>(what)};
}

}  // namespace regulus::io::hdf5
