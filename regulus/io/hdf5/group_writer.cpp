// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/group_writer.h"

#include <algorithm>

#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {
namespace {

constexpr std::uint64_t kEntryBytes = 40;
constexpr std::uint64_t kSymbolsBytes = 8 + 2 * kLeafK * kEntryBytes;
constexpr std::uint64_t kNodeBytes = 24 + 16 * 2 * kInternalK + 8;
constexpr std::uint64_t kNoFreeSpace = 1;  // not 0 or all ones: the format's word for an empty list

// A node of the level below, and where the last name in it stands: the key behind it.
struct Child {
  std::uint64_t address;
  std::uint64_t last_name;
};

// The names, ended by NUL, each at a multiple of eight. The first is the empty one, the smallest key.
std::uint64_t write_heap(Output& output, const std::vector<Link>& links, std::vector<std::uint64_t>& places) {
  Output names;
  names.zeros(8);
  for (const Link& link : links) {
    places.push_back(names.address());
    names.append(link.name);
    names.u8(0);
    names.align();
  }
  output.align();
  const std::uint64_t address = output.address();
  output.append("HEAP");
  output.u32(0);  // the version
  output.u64(names.address());
  output.u64(kNoFreeSpace);
  output.u64(address + 32);
  output.append(names.bytes());
  return address;
}

std::vector<Child> write_symbols(Output& output, const std::vector<Link>& links,
                                 const std::vector<std::uint64_t>& places) {
  std::vector<Child> nodes;
  for (std::size_t begin = 0; begin < links.size(); begin += 2 * kLeafK) {
    const std::size_t end = std::min(links.size(), begin + 2 * kLeafK);
    nodes.push_back({output.address(), places[end - 1]});
    output.append("SNOD");
    output.u16(1);  // the version
    output.u16(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      output.u64(places[i]);
      output.u64(links[i].address);
      output.zeros(24);  // nothing is known of the object before its header is read
    }
    output.zeros(nodes.back().address + kSymbolsBytes - output.address());
  }
  return nodes;
}

std::vector<Child> write_level(Output& output, const std::vector<Child>& children, std::uint64_t level) {
  std::vector<Child> nodes;
  const std::uint64_t first = output.address();
  std::uint64_t key = 0;  // the last name before a child
  std::size_t begin = 0;
  do {
    const std::size_t end = std::min<std::size_t>(children.size(), begin + 2 * kInternalK);
    const std::uint64_t address = output.address();
    output.append("TREE");
    output.u8(0);  // of a group
    output.u8(level);
    output.u16(end - begin);
    output.u64(address == first ? kUndefined : address - kNodeBytes);
    output.u64(end == children.size() ? kUndefined : address + kNodeBytes);
    for (std::size_t i = begin; i < end; ++i) {
      output.u64(key);
      output.u64(children[i].address);
      key = children[i].last_name;
    }
    output.u64(key);
    output.zeros(address + kNodeBytes - output.address());
    nodes.push_back({address, key});
    begin = end;
  } while (begin < children.size());
  return nodes;
}

}  // namespace

SymbolTable write_links(Output& output, const std::vector<Link>& links) {
  std::vector<std::uint64_t> places;
  SymbolTable table = {.tree = 0, .heap = write_heap(output, links, places)};
  std::vector<Child> nodes = write_symbols(output, links, places);
  std::uint64_t level = 0;
  do {  // an empty group has an empty node
    nodes = write_level(output, nodes, level++);
  } while (nodes.size() > 1);
  table.tree = nodes.front().address;
  return table;
}

}  // namespace regulus::io::hdf5
