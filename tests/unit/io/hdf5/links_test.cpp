// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/links.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// Specification IV.A.2.g: a hard link; flag 8 brings its kind, 4 its order, 16 the character set.
Little link(std::string_view name, std::uint64_t address) {
  return Little().u8(1).u8(0x1c).u8(0).u64(0).u8(1).u8(name.size()).text(name).u64(address);
}

struct Messages {
  explicit Messages(std::vector<std::pair<MessageType, Little>> parts)
      : file(Bytes(8)), parts_(std::move(parts)) {
    for (const auto& [type, body] : parts_) messages.push_back({type, ByteReader(body.bytes, file.where)});
  }
  std::vector<Link> links() { return read_links(file.source, messages); }

  Opened file;
  std::vector<Message> messages;

 private:
  std::vector<std::pair<MessageType, Little>> parts_;
};

TEST(Hdf5Links, NamesAscend) {
  Messages group({{MessageType::kLinkInfo, Little().u8(0).u8(0).u64(kUndefined).u64(kUndefined)},
                  {MessageType::kLink, link("b", 10)},
                  {MessageType::kLink, Little().u8(1).u8(1).u16(1).text("a").u64(20)},
                  {MessageType::kGroupInfo, Little().u16(0)},
                  {MessageType::kLink, link("数", 30)}});
  const std::vector<Link> links = group.links();
  ASSERT_EQ(links.size(), 3u);
  EXPECT_EQ(links[0].name, "a");
  EXPECT_EQ(links[0].address, 20u);
  EXPECT_EQ(links[1].name, "b");
  EXPECT_EQ(links[1].address, 10u);
  EXPECT_EQ(links[2].name, "数");
}

TEST(Hdf5Links, WhatIsNotFollowed) {
  const auto refused = [](const Little& message, const std::string& problem) {
    expect_refused([&] { Messages({{MessageType::kLink, message}}).links(); }, problem);
  };
  const auto of_kind = [](std::uint64_t kind) {
    return Little().u8(1).u8(8).u8(kind).u8(1).text("a").u16(1).text("b");
  };
  refused(of_kind(1), "4: a soft link is not followed (found \"a\").");
  refused(of_kind(64), "4: an external link, into another file, is not followed (found \"a\").");
  refused(of_kind(65), "4: a link of this kind is not followed (found 65).");
  refused(Little().u8(2), "0: the link's version is not read (expected 1, found 2).");
  refused(link("a/b", 1), "13: a link's name is a path (expected no \"/\", found \"a/b\").");
  refused(link(".", 1), "13: a link's name is a path (expected no \"/\", found \".\").");
  refused(link("", 1), "13: a link's name is empty.");
  refused(link(std::string_view("\0", 1), 1), "13: a link's name is not UTF-8.");
  expect_refused(
      [] {
        Messages({{MessageType::kLink, link("a", 1)}, {MessageType::kLink, link("a", 2)}}).links();
      },
      "0: a group has a name twice (found \"a\").");
  expect_refused(
      [] {
        Messages({{MessageType::kLinkInfo, Little().u8(0).u8(1).u64(9).u64(4).u64(kUndefined)}}).links();
      },
      "10: a group whose links are in a fractal heap is not read. Write the file with libver=\"earliest\", "
      "as h5py "
      "and Keras do by default.");
}

}  // namespace
}  // namespace regulus::io::hdf5
