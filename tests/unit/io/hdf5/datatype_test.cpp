// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/datatype.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

Datatype type_of(const Little& message) {
  Opened file(message.bytes);
  return read_datatype(file.reader);
}

// Specification IV.A.2.d: class and version, three bytes of bits, size; then what the class needs.
Little prefix(std::uint64_t kind, std::uint64_t bits, std::uint64_t size, std::uint64_t version = 1) {
  return Little().u8(version << 4 | kind).put(bits, 3).u32(size);
}
Little integer(std::uint64_t bits, std::uint64_t size, std::uint64_t precision, std::uint64_t offset = 0) {
  return prefix(0, bits, size).u16(offset).u16(precision);
}
// IEEE's binary32 but for what is given.
Little real(std::uint64_t bits, std::uint64_t exponent_bits = 8, std::uint64_t bias = 127) {
  return prefix(1, bits, 4).u16(0).u16(32).u8(23).u8(exponent_bits).u8(0).u8(23).u32(bias);
}

TEST(Hdf5Datatype, Numbers) {
  EXPECT_EQ(type_of(integer(8, 4, 32)).dtype, DType::kInt32);
  EXPECT_EQ(type_of(integer(0, 8, 64)).dtype, DType::kUint64);
  EXPECT_TRUE(type_of(integer(1, 2, 16)).big_endian);
  EXPECT_EQ(type_of(real(0x1f20)).dtype, DType::kFloat32);
  EXPECT_FALSE(type_of(real(0x1f20)).big_endian);
  EXPECT_TRUE(type_of(real(0x1f21)).big_endian);
  // HDF5 2.0's H5T_FLOAT_BFLOAT16LE.
  const Little bfloat16 = prefix(1, 0x0f20, 2).u16(0).u16(16).u8(7).u8(8).u8(0).u8(7).u32(127);
  EXPECT_EQ(type_of(bfloat16).dtype, DType::kBfloat16);
  EXPECT_EQ(type_of(prefix(5, 0, 2)).kind, Datatype::Kind::kOpaquePair);
}

TEST(Hdf5Datatype, NumbersOfOtherFormsAreRefused) {
  const std::string words = "(expected 8, 16, 32 or 64 bits, all of them used, found ";
  expect_refused([] { type_of(integer(8, 4, 31)); },
                 "0: an integer of this form is not read " + words + "31 bits in 4 bytes).");
  expect_refused([] { type_of(integer(8, 4, 32, 1)); },
                 "0: an integer of this form is not read " + words + "32 bits in 4 bytes).");
  expect_refused([] { type_of(integer(24, 4, 32)); },
                 "0: an integer of this form is not read " + words + "32 bits in 4 bytes).");
  expect_refused([] { type_of(integer(8, 16, 128)); },
                 "0: an integer of this form is not read " + words + "128 bits in 16 bytes).");
  const std::string form =
      "0: a float of this form is not read (expected IEEE 754 of 16, 32 or 64 bits, or bfloat16, found 4 "
      "bytes).";
  expect_refused([] { type_of(real(0x1f60)); }, form);  // VAX
  expect_refused([] { type_of(real(0x1f00)); }, form);  // no implied leading bit
  expect_refused([] { type_of(real(0x1e20)); }, form);  // the sign elsewhere
  expect_refused([] { type_of(real(0x1f20, 9)); }, form);
  expect_refused([] { type_of(real(0x1f20, 8, 128)); }, form);
}

TEST(Hdf5Datatype, TheBoolOfH5py) {
  const auto words = [](const char* first, const char* second, int zero, int one, int size = 1) {
    Little message = prefix(8, 2, size);
    message.bytes.insert(message.bytes.end(), {0x10, 8, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0});
    message.text(first).pad(28).text(second).pad(36).u8(zero).u8(one);
    return message;
  };
  EXPECT_EQ(type_of(words("FALSE", "TRUE", 0, 1)).dtype, DType::kBool);
  const std::string problem = "0: an enumeration is not read, unless it is h5py's bool.";
  expect_refused([&] { type_of(words("FALSE", "TRUE", 1, 0)); }, problem);
  expect_refused([&] { type_of(words("FALSE", "TRUE", 0, 1, 2)); }, problem);
  expect_refused([&] { type_of(words("TRUE", "FALSE", 0, 1)); }, problem);
  expect_refused([&] { type_of(words("FALSE", "TRUTH", 0, 1)); }, problem);
}

TEST(Hdf5Datatype, Strings) {
  const Datatype fixed = type_of(prefix(3, 0x11, 5));
  EXPECT_EQ(fixed.kind, Datatype::Kind::kFixedText);
  EXPECT_EQ(fixed.padding, Datatype::Padding::kNulls);
  EXPECT_EQ(fixed.bytes, 5u);
  const auto variable = [](std::uint64_t bits, std::uint64_t size) {
    Little message = prefix(9, bits, size);
    const Little base = prefix(3, 0, 1);
    message.bytes.insert(message.bytes.end(), base.bytes.begin(), base.bytes.end());
    return message;
  };
  EXPECT_EQ(type_of(variable(0x101, 16)).kind, Datatype::Kind::kVariableText);
  expect_refused(
      [&] { type_of(variable(0x201, 16)); },
      "0: a string of this form is not read (expected 16 bytes, ASCII or UTF-8, found 16 bytes, character "
      "set 2).");
  expect_refused([&] { type_of(variable(0x100, 16)); },
                 "0: lists of variable length are not read (expected numbers of one shape or strings).");
  expect_refused(
      [] { type_of(prefix(3, 0x23, 5)); },
      "0: a string of this form is not read (expected padding 0 to 2, ASCII or UTF-8, found padding 3, "
      "character set 2).");
  using Padding = Datatype::Padding;
  const std::string_view text("a \0b \0\0", 7);
  EXPECT_EQ(without_padding(text, Padding::kNullTerminated), "a ");
  EXPECT_EQ(without_padding(text, Padding::kNulls), std::string_view("a \0b ", 5));
  EXPECT_EQ(without_padding("a b  ", Padding::kSpaces), "a b");
  EXPECT_EQ(without_padding(std::string_view("a b\0\0 ", 6), Padding::kSpaces), "a b");
  EXPECT_EQ(without_padding("    ", Padding::kSpaces), "");
  EXPECT_EQ(without_padding("abc", Padding::kNullTerminated), "abc");
}

TEST(Hdf5Datatype, OthersAreNamed) {
  expect_refused([] { type_of(prefix(6, 1, 8)); },
                 "0: the compound datatype is not read (expected numbers or strings, found compound).");
  expect_refused([] { type_of(prefix(15, 1, 8)); },
                 "0: the 15 datatype is not read (expected numbers or strings, found 15).");
  expect_refused([] { type_of(prefix(0, 0, 4, 0)); },
                 "0: the datatype's version is not read (expected 1 to 5, found 0).");
  expect_refused([] { type_of(prefix(3, 0, 0)); }, "4: a datatype of no bytes.");
}

}  // namespace
}  // namespace regulus::io::hdf5
