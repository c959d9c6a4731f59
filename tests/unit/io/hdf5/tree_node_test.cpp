// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/tree_node.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// HDF5 File Format Specification 3.0, III.A.1: letters, type, level, two bytes of children, two neighbours.
Bytes tree(std::uint8_t type, std::uint8_t level) {
  Bytes bytes = {'T', 'R', 'E', 'E', type, level, 0x02, 0x01};
  bytes.resize(24);
  return bytes;
}

TreeNode read_node(const Bytes& bytes, int expected_level = -1) {
  Opened file(bytes);
  return read_tree_node(file.source, 0, 1, "another tree", expected_level, "a node");
}

TEST(Hdf5TreeNode, GivesLevelAndChildren) {
  EXPECT_EQ(read_node(tree(1, 32)).level, 32);
  EXPECT_EQ(read_node(tree(1, 3), 3).num_children, 0x102u);
}

TEST(Hdf5TreeNode, RefusesOtherTreesAndLevels) {
  expect_refused([] { read_node(tree(0, 1)); }, "4: another tree.");
  expect_refused([] { read_node(tree(1, 33)); },
                 "5: the B-tree's level is wrong (expected at most 32, found 33).");
  expect_refused([] { read_node(tree(1, 2), 1); }, "5: the B-tree's level is wrong (expected 1, found 2).");
}

}  // namespace
}  // namespace regulus::io::hdf5
