// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/symbol_table.h"

#include <algorithm>

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// A file of 300 datasets by h5py: its B-tree has two levels. The root's message lies behind its header's
// prefixes, at 96 + 16 + 8.
struct Group {
  Group() : bytes(golden_bytes("300_datasets")) {}

  std::size_t find(std::string_view letters) const {
    return static_cast<std::size_t>(std::search(bytes.begin(), bytes.end(), letters.begin(), letters.end()) -
                                    bytes.begin());
  }
  std::vector<Link> links() const {
    Opened file(bytes);
    return read_symbol_table(file.source, file.reader.part(120, 16, "it"));
  }

  Bytes bytes;
};

TEST(Hdf5SymbolTable, TwoLevels) {
  const std::vector<Link> links = Group().links();
  ASSERT_EQ(links.size(), 300u);
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back(std::to_string(i));
  std::sort(names.begin(), names.end());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(links[i].name, names[i]);
}

void expect_changed_refused(std::string_view letters, std::size_t offset, std::uint8_t byte,
                            const std::string& problem) {
  Group group;
  const std::size_t at = group.find(letters);
  group.bytes[at + offset] = byte;
  try {
    group.links();
    ADD_FAILURE() << problem;
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find(problem), std::string::npos) << error.what();
  }
}

TEST(Hdf5SymbolTable, EveryRule) {
  expect_changed_refused("TREE", 0, 'x',
                         "here should be a group's B-tree node (expected \"TREE\", found \"xREE\").");
  expect_changed_refused("TREE", 4, 1, "the B-tree is not a group's.");
  expect_changed_refused("TREE", 5, 7, "the B-tree's level is wrong (expected ");
  expect_changed_refused("TREE", 5, 33, "the B-tree's level is wrong (expected ");
  expect_changed_refused("HEAP", 4, 1,
                         "a local heap is of a version that is not read (expected 0, found 1).");
  expect_changed_refused("SNOD", 4, 2,
                         "a group's symbol node is of a version that is not read (expected 1, found 2).");
  expect_changed_refused("SNOD", 8 + 16, 2, "a soft link is not followed (found \"0\").");
  expect_changed_refused("SNOD", 8 + 16, 3, "a symbol of this kind is not read (expected 0 or 1, found 3).");
  expect_changed_refused("SNOD", 8 + 7, 1, "a link's name lies beyond the end");
  expect_changed_refused("SNOD", 8, 16, "a group's names do not ascend");
}

// Names that share bytes, "abc", "bc" and "c" in eight bytes, could take more memory than the file.
TEST(Hdf5SymbolTable, NamesHaveBytesOfTheirOwn) {
  Little file;
  file.text("HEAP").pad(8).u64(8).u64(1).u64(32).text("abc").pad(40);
  file.text("TREE").u8(0).u8(0).u16(1).u64(kUndefined).u64(kUndefined).u64(0).u64(88).u64(0);
  file.text("SNOD").u16(1).u16(3);
  for (const std::uint64_t place : {0, 1, 2}) file.u64(place).u64(0).pad(file.bytes.size() + 24);
  Opened opened(file.bytes);
  const Bytes message = Little().u64(40).u64(0).bytes;
  expect_refused([&] { read_symbol_table(opened.source, ByteReader(message, opened.where)); },
                 "34: the names of a group overlap.");
}

}  // namespace
}  // namespace regulus::io::hdf5
