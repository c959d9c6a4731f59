// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/links.h"

#include <algorithm>

#include "regulus/io/hdf5/attribute.h"
#include "regulus/io/hdf5/symbol_table.h"

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "a link";
enum Kind : std::uint8_t { kHard = 0, kSoft = 1, kExternal = 64 };

Link read_link(const Source& source, ByteReader message) {
  const auto version = message.little<std::uint8_t>(kWhat);
  if (version != 1) message.fail_at(0, "the link's version is not read", "1", std::to_string(version));
  const auto flags = message.little<std::uint8_t>(kWhat);
  const std::uint8_t kind = (flags & 8) != 0 ? message.little<std::uint8_t>(kWhat) : std::uint8_t{kHard};
  if ((flags & 4) != 0) message.skip(8, kWhat);   // the order of creation
  if ((flags & 16) != 0) message.skip(1, kWhat);  // the character set: ASCII is UTF-8
  std::uint64_t length = 0;
  for (int i = 0; i < 1 << (flags & 3); ++i)
    length |= std::uint64_t{message.little<std::uint8_t>(kWhat)} << 8 * i;
  const std::uint64_t at = message.offset();
  const std::string name = checked_name(message.text(length, kWhat), true, source.limits(), message, at);
  if (kind == kSoft) message.fail_at(at, "a soft link is not followed", "", "\"" + name + "\"");
  if (kind == kExternal)
    message.fail_at(at, "an external link, into another file, is not followed", "", "\"" + name + "\"");
  if (kind != kHard) message.fail_at(at, "a link of this kind is not followed", "", std::to_string(kind));
  return {name, message.little<std::uint64_t>(kWhat)};
}

// Version 0: flags, then (with flag 1) the largest creation index, the fractal heap's and a B-tree's address.
void require_compact(ByteReader message) {
  message.skip(1, kWhat);
  const auto flags = message.little<std::uint8_t>(kWhat);
  if ((flags & 1) != 0) message.skip(8, kWhat);
  const std::uint64_t at = message.offset();
  if (message.little<std::uint64_t>(kWhat) != kUndefined)
    message.fail_at(at, "a group whose links are in a fractal heap is not read", "", "",
                    "Write the file with libver=\"earliest\", as h5py and Keras do by default.");
}

}  // namespace

std::vector<Link> read_links(Source& source, const std::vector<Message>& messages) {
  std::vector<Link> links;
  std::vector<Link> table;
  bool has_table = false;
  for (const Message& message : messages) {
    if (message.type == MessageType::kLinkInfo) require_compact(message.body);
    if (message.type == MessageType::kLink) links.push_back(read_link(source, message.body));
    if (message.type != MessageType::kSymbolTable) continue;
    if (has_table) message.body.fail("a group has two symbol tables");
    has_table = true;
    table = read_symbol_table(source, message.body);
  }
  if (has_table && !links.empty()) messages.front().body.fail("a group has a symbol table and links");
  if (has_table) return table;
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.name < b.name; });
  const auto twice = std::adjacent_find(links.begin(), links.end(),
                                        [](const Link& a, const Link& b) { return a.name == b.name; });
  if (twice != links.end())
    messages.front().body.fail("a group has a name twice", "", "\"" + twice->name + "\"");
  return links;
}

}  // namespace regulus::io::hdf5
