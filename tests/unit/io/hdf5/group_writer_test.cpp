// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/group_writer.h"

#include <algorithm>

#include "regulus/io/hdf5/symbol_table.h"
#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

std::vector<Link> numbered(int count) {
  std::vector<Link> links;
  for (int i = 0; i < count; ++i)
    links.push_back({"layer_" + std::to_string(i), static_cast<std::uint64_t>(8 * i)});
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.name < b.name; });
  return links;
}

// Around one symbol node (8 links), one B-tree node (32 symbol nodes) and two levels.
TEST(Hdf5GroupWriter, EverySizeComesBack) {
  for (const int count : {0, 1, 7, 8, 9, 255, 256, 257, 8191, 8192, 8193, 20'000}) {
    const std::vector<Link> links = numbered(count);
    Output output;
    const SymbolTable table = write_links(output, links);
    EXPECT_EQ(output.address() % 8, 0u);
    Opened file(output.take());
    const Bytes message = Little().u64(table.tree).u64(table.heap).bytes;
    const std::vector<Link> found = read_symbol_table(file.source, ByteReader(message, file.where));
    ASSERT_EQ(found.size(), links.size()) << count;
    for (std::size_t i = 0; i < links.size(); ++i) {
      ASSERT_EQ(found[i].name, links[i].name) << count;
      ASSERT_EQ(found[i].address, links[i].address) << count;
    }
  }
}

// Specification III.A.1: the key before a child is less than its names, the key behind it not; a node of
// 24 + 33 * 8 + 32 * 8 bytes, whose neighbours are named.
TEST(Hdf5GroupWriter, KeysEncloseTheNames) {
  Output output;
  const std::vector<Link> links = numbered(300);
  const SymbolTable table = write_links(output, links);
  const std::string where = "m.h5";
  const ByteReader file(output.bytes(), where);
  const auto word = [&](std::uint64_t at) {
    return file.part(at, 8, "a word").little<std::uint64_t>("a word");
  };
  const auto name_at = [&](std::uint64_t offset) {
    const auto* begin = reinterpret_cast<const char*>(output.bytes().data() + word(table.heap + 24) + offset);
    return std::string(begin);
  };
  EXPECT_EQ(word(table.tree + 8), kUndefined);
  EXPECT_EQ(word(table.tree + 16), kUndefined);
  ASSERT_EQ(output.bytes()[table.tree + 5], 1);  // its level
  ASSERT_EQ(output.bytes()[table.tree + 6], 2);  // 38 symbol nodes: 32 and 6
  const std::uint64_t first = word(table.tree + 32);
  const std::uint64_t second = word(table.tree + 48);
  EXPECT_EQ(second, first + 544);
  EXPECT_EQ(word(first + 8), kUndefined);
  EXPECT_EQ(word(first + 16), second);
  EXPECT_EQ(word(second + 8), first);
  EXPECT_EQ(word(second + 16), kUndefined);
  std::size_t at = 0;
  for (const std::uint64_t node : {first, second}) {
    for (std::uint64_t i = 0; i < output.bytes()[node + 6]; ++i) {
      const std::string before = name_at(word(node + 24 + 16 * i));
      const std::string last = name_at(word(node + 24 + 16 * i + 16));
      const std::size_t count = output.bytes()[word(node + 32 + 16 * i) + 6];
      EXPECT_LT(before, links[at].name);
      EXPECT_EQ(last, links[at + count - 1].name);
      at += count;
    }
  }
  EXPECT_EQ(at, links.size());
}

}  // namespace
}  // namespace regulus::io::hdf5
