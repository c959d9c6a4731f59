// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/object_header.h"

#include <algorithm>

#include "regulus/io/hdf5/checksum.h"
#include "regulus/io/hdf5/superblock.h"

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "an object header";
constexpr const char* kContinued = "an object header's continuation";
constexpr std::uint64_t kPrefixBytes1 = 16;
constexpr std::uint8_t kShared = 2;

struct Block {
  std::uint64_t address, size;
};

// How the messages of a header are written.
struct Form {
  bool is_version1;
  bool has_order;
};

struct Header {
  std::vector<Message> messages;
  std::vector<Block> more = {};
  std::uint64_t num_messages = 0;  // those left out too
};

void add_message(Header& header, MessageType type, ByteReader body) {
  switch (type) {
    case MessageType::kContinuation: {
      const auto address = body.little<std::uint64_t>(kContinued);
      header.more.push_back({address, body.little<std::uint64_t>(kContinued)});
      return;
    }
    case MessageType::kNil:
    case MessageType::kOldFillValue:
    case MessageType::kFillValue:
    case MessageType::kComment:
    case MessageType::kOldModificationTime:
    case MessageType::kModificationTime:
    case MessageType::kReferenceCount:
      return;
    case MessageType::kDataspace:
    case MessageType::kLinkInfo:
    case MessageType::kDatatype:
    case MessageType::kLink:
    case MessageType::kExternalFiles:
    case MessageType::kLayout:
    case MessageType::kGroupInfo:
    case MessageType::kFilters:
    case MessageType::kAttribute:
    case MessageType::kSymbolTable:
    case MessageType::kAttributeInfo:
      header.messages.push_back({type, body});
      return;
  }
  body.fail("a message of this kind is not read", "", "type " + std::to_string(static_cast<int>(type)));
}

void read_messages(Header& header, ByteReader block, Form form) {
  const std::uint64_t prefix = form.is_version1 ? 8 : form.has_order ? 6 : 4;
  while (block.remaining() >= prefix) {
    const std::uint64_t at = block.offset();
    const auto type = static_cast<MessageType>(form.is_version1 ? block.little<std::uint16_t>(kWhat)
                                                                : block.little<std::uint8_t>(kWhat));
    const auto size = block.little<std::uint16_t>(kWhat);
    const auto flags = block.little<std::uint8_t>(kWhat);
    block.skip(at + prefix - block.offset(), kWhat);
    if ((flags & kShared) != 0)
      block.fail_at(at, type == MessageType::kDatatype ? "a committed (shared) datatype is not read"
                                                       : "a shared message is not read");
    const std::uint64_t begin = block.offset();
    block.skip(size, "a message");
    add_message(header, type, block.part(begin, size, "a message"));
    ++header.num_messages;
  }
  if (form.is_version1 && !block.at_end()) block.fail("a message is cut off");
}

std::vector<Message> read_version1(Source& source, std::uint64_t address) {
  ByteReader prefix = source.look(address, kPrefixBytes1, kWhat);
  require_version(prefix, 1, kWhat);
  prefix.skip(1, kWhat);
  const auto num_messages = prefix.little<std::uint16_t>(kWhat);
  prefix.skip(4, kWhat);  // how many names the object has: told by the walk
  const auto size = prefix.little<std::uint32_t>(kWhat);
  const ByteReader whole = source.claim(address, kPrefixBytes1 + size, kWhat);
  Header header;
  read_messages(header, whole.part(kPrefixBytes1, size, kWhat), {.is_version1 = true, .has_order = false});
  for (std::size_t i = 0; i < header.more.size(); ++i) {
    const Block block = header.more[i];
    read_messages(header, source.claim(block.address, block.size, kContinued),
                  {.is_version1 = true, .has_order = false});
  }
  if (header.num_messages != num_messages)
    prefix.fail_at(2, "the object header's messages are not as many as it says", std::to_string(num_messages),
                   std::to_string(header.num_messages));
  return header.messages;
}

std::vector<Message> read_version2(Source& source, std::uint64_t address) {
  ByteReader prefix = source.look(address, 6, kWhat);
  require_signature(prefix, "OHDR", kWhat);
  require_version(prefix, 2, kWhat);
  const auto flags = prefix.little<std::uint8_t>(kWhat);
  const std::uint64_t skipped = 6u + ((flags & 0x20) != 0 ? 16u : 0u) + ((flags & 0x10) != 0 ? 4u : 0u);
  const std::uint64_t size_bytes = std::uint64_t{1} << (flags & 3);
  prefix = source.look(address, skipped + size_bytes, kWhat);
  prefix.skip(skipped, kWhat);
  std::uint64_t size = 0;
  for (std::uint64_t i = 0; i < size_bytes; ++i)
    size |= std::uint64_t{prefix.little<std::uint8_t>(kWhat)} << 8 * i;
  std::uint64_t total = 0;
  if (!checked_add(size, skipped + size_bytes + 4, total)) total = kUndefined;
  ByteReader whole = source.claim(address, total, kWhat);
  require_checksum(whole, kWhat);
  const Form form = {.is_version1 = false, .has_order = (flags & 4) != 0};
  Header header;
  read_messages(header, whole.part(skipped + size_bytes, size, kWhat), form);
  for (std::size_t i = 0; i < header.more.size(); ++i) {
    const Block block = header.more[i];
    ByteReader continued = source.claim(block.address, block.size, kContinued);
    require_checksum(continued, kContinued);
    require_signature(continued, "OCHK", kContinued);
    if (continued.remaining() < 4) continued.fail("an object header's continuation is too short");
    read_messages(header, continued.part(4, continued.remaining() - 4, kContinued), form);
  }
  return header.messages;
}

}  // namespace

std::vector<Message> read_object_header(Source& source, std::uint64_t address) {
  const ByteReader first = source.look(address, 1, kWhat);
  return ByteReader(first).little<std::uint8_t>(kWhat) == 'O' ? read_version2(source, address)
                                                              : read_version1(source, address);
}

}  // namespace regulus::io::hdf5
