// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/symbol_table.h"

#include <algorithm>
#include <string_view>

#include "regulus/io/hdf5/attribute.h"
#include "regulus/io/hdf5/superblock.h"
#include "regulus/io/hdf5/tree_node.h"

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kHeap = "a local heap";
constexpr const char* kNode = "a group's B-tree node";
constexpr const char* kSymbols = "a group's symbol node";
constexpr std::uint64_t kHeapBytes = 32;
constexpr std::uint64_t kSymbolsPrefixBytes = 8;
constexpr std::uint64_t kEntryBytes = 40;
constexpr std::uint32_t kSoftLink = 2;

// The bytes where a group's names stand.
ByteReader read_heap(Source& source, std::uint64_t address) {
  ByteReader heap = source.claim(address, kHeapBytes, kHeap);
  require_signature(heap, "HEAP", kHeap);
  require_version(heap, 0, kHeap);
  heap.skip(3, kHeap);
  const auto size = heap.little<std::uint64_t>(kHeap);
  heap.skip(8, kHeap);  // its free space
  return source.claim(heap.little<std::uint64_t>(kHeap), size, "a local heap's names");
}

class Walk {
 public:
  Walk(Source& source, ByteReader names) : source_(source), names_(names), name_budget_(names.size()) {}

  // A node's children are one level below it; level 0 has symbol nodes.
  void node(std::uint64_t address, int expected_level) {
    const auto [level, num_children] =
        read_tree_node(source_, address, 0, "the B-tree is not a group's", expected_level, kNode);
    // A name's place before each child and behind the last: what they say, the names say too.
    ByteReader node = source_.claim(address, TreeNode::kPrefixBytes + 16 * num_children + 8, kNode);
    node.skip(TreeNode::kPrefixBytes, kNode);
    for (std::uint64_t i = 0; i < num_children; ++i) {
      node.skip(8, kNode);
      const auto child = node.little<std::uint64_t>(kNode);
      if (level > 0)
        this->node(child, level - 1);
      else
        symbols(child);
    }
  }

  std::vector<Link> links;

 private:
  void symbols(std::uint64_t address) {
    ByteReader prefix = source_.look(address, kSymbolsPrefixBytes, kSymbols);
    require_signature(prefix, "SNOD", kSymbols);
    require_version(prefix, 1, kSymbols);
    prefix.skip(1, kSymbols);
    const std::uint64_t count = prefix.little<std::uint16_t>(kSymbols);
    ByteReader node = source_.claim(address, kSymbolsPrefixBytes + kEntryBytes * count, kSymbols);
    node.skip(kSymbolsPrefixBytes, kSymbols);
    for (std::uint64_t i = 0; i < count; ++i) symbol(node);
  }

  void symbol(ByteReader& node) {
    const std::uint64_t at = node.offset();
    const std::string name = name_at(node.little<std::uint64_t>(kSymbols));
    const auto address = node.little<std::uint64_t>(kSymbols);
    const auto kind = node.little<std::uint32_t>(kSymbols);
    node.skip(20, kSymbols);
    if (kind == kSoftLink) node.fail_at(at, "a soft link is not followed", "", "\"" + name + "\"");
    if (kind > kSoftLink)
      node.fail_at(at + 16, "a symbol of this kind is not read", "0 or 1", std::to_string(kind));
    if (!links.empty() && links.back().name >= name)
      node.fail_at(at, "a group's names do not ascend", "one behind \"" + links.back().name + "\"",
                   "\"" + name + "\"");
    links.push_back({name, address});
  }

  std::string name_at(std::uint64_t offset) {
    names_.seek(offset, "a link's name");
    // No more is looked at than a name may be long, so that many names in one place cost little.
    const std::uint64_t most = std::min<std::uint64_t>(names_.remaining(), source_.limits().name_bytes + 1);
    const std::string_view bytes = names_.text(most, "a link's name");
    const std::size_t end = bytes.find('\0');
    if (end == bytes.npos && most == names_.size() - offset)
      names_.fail_at(offset, "a link's name does not end with NUL");
    std::string name = checked_name(bytes.substr(0, end), true, source_.limits(), names_, offset);
    if (name.size() >= name_budget_) names_.fail_at(offset, "the names of a group overlap");
    name_budget_ -= name.size() + 1;
    return name;
  }

  Source& source_;
  ByteReader names_;
  std::uint64_t name_budget_;  // each has bytes of its own: together they are no more than the heap
};

}  // namespace

std::vector<Link> read_symbol_table(Source& source, ByteReader message) {
  const auto tree = message.little<std::uint64_t>("a symbol table message");
  const auto heap = message.little<std::uint64_t>("a symbol table message");
  Walk walk(source, read_heap(source, heap));
  walk.node(tree, -1);
  return std::move(walk.links);
}

}  // namespace regulus::io::hdf5
