// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/attribute.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// Specification IV.A.2.m: one int16, 513, by the name "rate".
Little number(int version, std::string_view name = "rate", std::uint64_t flags = 0) {
  Little message;
  message.u8(version).u8(flags).u16(name.size() + 1).u16(12).u16(8);
  if (version == 3) message.u8(1);
  message.text(name).u8(0);
  if (version == 1) message.pad(16);
  message.u8(0x10).put(8, 3).u32(2).u16(0).u16(16);
  if (version == 1) message.pad(32);
  message.u8(1).u8(0).u32(0).u16(0).u8(1).u8(2);
  return message;
}

Hdf5Attribute attribute_of(const Little& message, const Limits& limits = {}) {
  Opened file(message.bytes, limits);
  Hdf5Attribute attribute = read_attribute(file.source, file.reader);
  if (auto* array = std::get_if<Array>(&attribute.value))  // the file ends here
    *array = to_array(array->shape, to_integers(*array, "it"));
  return attribute;
}

TEST(Hdf5Attribute, EveryVersion) {
  for (const int version : {1, 2, 3}) {
    const Hdf5Attribute attribute = attribute_of(number(version));
    EXPECT_EQ(attribute.name, "rate");
    EXPECT_EQ(to_integers(std::get<Array>(attribute.value), "it"), std::vector<std::int64_t>{513}) << version;
  }
}

TEST(Hdf5Attribute, EveryRule) {
  const auto refused = [](const Little& message, const std::string& problem) {
    expect_refused([&] { attribute_of(message, {.name_bytes = 5}); }, problem);
  };
  refused(number(4), "0: the attribute's version is not read (expected 1 to 3, found 4).");
  refused(number(3, "rate", 1), "1: an attribute of a committed (shared) datatype is not read.");
  refused(number(2, ""), "8: an attribute's name is empty.");
  refused(number(3, "rates!"), "9: an attribute's name is too long (expected at most 5 bytes, found 6).");
  refused(number(2, "r\xff"), "8: an attribute's name is not UTF-8.");
  refused(number(2, std::string_view("a\0b", 3)), "8: an attribute's name does not end with NUL.");
  Little cut = number(2);
  cut.bytes.pop_back();
  refused(
      cut,
      "33: the end comes before an attribute's numbers (expected 2 bytes, found 1). Is the file complete?");
}

// A list of two strings of two bytes each.
Little texts(std::string_view data, std::uint64_t count = 2, std::uint64_t padding = 0) {
  Little message = Little().u8(2).u8(0).u16(2).u16(8).u16(16).text("t").u8(0);
  message.u8(0x13).put(0x10 | padding, 3).u32(2);
  return message.u8(1).u8(1).u32(0).u16(0).u64(count).text(data);
}

TEST(Hdf5Attribute, Texts) {
  const Hdf5Attribute attribute = attribute_of(texts(std::string_view("abc\0", 4)));
  EXPECT_EQ(std::get<std::vector<std::string>>(attribute.value), (std::vector<std::string>{"ab", "c"}));
  expect_refused([] { attribute_of(texts("abc\xff")); },
                 "38: an attribute's text is not UTF-8, or holds NUL.");
  expect_refused([] { attribute_of(texts(std::string_view("\0abc", 4), 2, 1)); },
                 "36: an attribute's text is not UTF-8, or holds NUL.");
  expect_refused([] { attribute_of(texts("abcd", 3)); },
                 "34: the end comes before an attribute's strings (expected 3, found 2).");
}

}  // namespace
}  // namespace regulus::io::hdf5
