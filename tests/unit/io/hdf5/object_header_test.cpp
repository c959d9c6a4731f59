// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/object_header.h"

#include "regulus/io/hdf5/checksum.h"
#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// Specification IV.A.1.a: a header of version 1 whose first message goes on at byte 48.
Bytes version1(std::uint64_t num_messages = 5, std::uint64_t type = 0x0c, std::uint64_t flags = 0,
               std::uint64_t size = 8, std::uint64_t continued_at = 48) {
  Little file;
  file.u8(1).u8(0).u16(num_messages).u32(1).u32(32).pad(16);
  file.u16(0x10).u16(16).u8(0).pad(24).u64(continued_at).u64(40);
  file.pad(48).u16(type).u16(size).u8(flags).pad(56).u64(7);
  file.u16(0).u16(0).u8(0).pad(72);
  file.u16(8).u16(8).u8(0).pad(80).u64(9);
  return file.bytes;
}

TEST(Hdf5ObjectHeader, Version1GoesOnElsewhere) {
  Opened file(version1());
  const std::vector<Message> messages = read_object_header(file.source, 0);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].type, MessageType::kAttribute);
  EXPECT_EQ(ByteReader(messages[0].body).little<std::uint64_t>("it"), 7u);
  EXPECT_EQ(messages[1].type, MessageType::kLayout);
  EXPECT_EQ(ByteReader(messages[1].body).little<std::uint64_t>("it"), 9u);
}

TEST(Hdf5ObjectHeader, Version1IsStrict) {
  const auto refused = [](const Bytes& bytes, const std::string& problem) {
    Opened file(bytes);
    expect_refused([&] { read_object_header(file.source, 0); }, problem);
  };
  refused(version1(4), "2: the object header's messages are not as many as it says (expected 4, found 5).");
  refused(version1(5, 0x99), "56: a message of this kind is not read (found type 153).");
  refused(version1(5, 3, 2), "48: a committed (shared) datatype is not read.");
  refused(version1(5, 0x0c, 2), "48: a shared message is not read.");
  refused(version1(5, 0x0c, 0, 33),
          "56: the end comes before a message (expected 33 bytes, found 32). Is the file complete?");
  refused(version1(5, 0x0c, 0, 8, 0),
          "0: an object header's continuation takes bytes that belong to something else.");
  refused(
      version1(5, 0x0c, 0, 8, 49),
      "49: an object header's continuation reaches beyond the end (expected 40 bytes, found 39). Is the file "
      "complete?");
  Bytes odd = version1();
  odd[32] = 39;  // the continuation's length
  refused(odd, "80: the end comes before a message (expected 8 bytes, found 7). Is the file complete?");
  odd[32] = 27;
  refused(odd, "72: a message is cut off.");
  odd[0] = 3;
  refused(odd, "0: an object header is of a version that is not read (expected 1, found 3).");
}

// IV.A.1.b: version 2 with times, attribute phases, orders of creation and a gap before the checksum.
Bytes version2(std::uint64_t size = 17) {
  Little file;
  file.text("OHDR").u8(2).u8(0x34).pad(6 + 20).u8(size);
  file.u8(0x0c).u16(8).u8(0).u16(0).u64(7).pad(27 + 17);
  return file.u32(lookup3(file.bytes)).bytes;
}

TEST(Hdf5ObjectHeader, Version2IsChecked) {
  Opened file(version2());
  const std::vector<Message> messages = read_object_header(file.source, 0);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].type, MessageType::kAttribute);
  EXPECT_EQ(ByteReader(messages[0].body).little<std::uint64_t>("it"), 7u);

  Bytes bytes = version2();
  for (std::size_t i = 5; i < bytes.size(); ++i) {
    Bytes changed = bytes;
    changed[i] ^= 64;
    Opened damaged(changed);
    EXPECT_THROW(read_object_header(damaged.source, 0), DataError) << i;
  }
  Opened larger(version2(18));
  expect_refused(
      [&] { read_object_header(larger.source, 0); },
      "0: an object header reaches beyond the end (expected 49 bytes, found 48). Is the file complete?");
}

}  // namespace
}  // namespace regulus::io::hdf5
