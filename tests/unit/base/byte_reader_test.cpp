// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/byte_reader.h"

#include <gtest/gtest.h>

#include <array>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

const std::string kWhere = "f.bin";
constexpr std::array<std::uint8_t, 6> kBytes = {1, 2, 3, 4, 'o', 'k'};

TEST(ByteReader, ReadsNumbersOfEitherOrderAndText) {
  ByteReader reader(kBytes, kWhere);
  EXPECT_EQ(reader.little<std::uint16_t>("a length"), 0x0201);
  EXPECT_EQ(reader.big<std::uint16_t>("a length"), 0x0304);
  EXPECT_EQ(reader.remaining(), 2);
  EXPECT_EQ(reader.text(2, "a name"), "ok");
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(reader.take(0, "nothing").size(), 0);
}

TEST(ByteReader, NothingIsReadBeyondTheEnd) {
  ByteReader reader(kBytes, kWhere);
  reader.seek(4, "the name");
  expect_error<DataError>([&] { reader.little<std::uint32_t>("the count"); },
                          "f.bin: byte 4: the end comes before the count (expected 4 bytes, found 2). "
                          "Is the file complete?");
  EXPECT_EQ(reader.offset(), 4) << "a failed read moves nothing";
  expect_error<DataError>(
      [&] { reader.take(UINT64_MAX, "the data"); },
      "f.bin: byte 4: the end comes before the data (expected 9,223,372,036,854,775,807 bytes, found 2). "
      "Is the file complete?");
  expect_error<DataError>(
      [&] { reader.seek(7, "the table"); },
      "f.bin: byte 4: the table lies beyond the end (expected an offset up to 6, found 7). "
      "Is the file complete?");
}

TEST(ByteReader, APartCountsItsBytesInTheWholeFile) {
  const ByteReader whole(kBytes, kWhere);
  ByteReader part = whole.part(2, 3, "the part");
  EXPECT_EQ(part.size(), 3);
  EXPECT_EQ(part.big<std::uint8_t>("a byte"), 3);
  expect_error<DataError>(
      [&] { part.take(3, "the rest"); },
      "f.bin: byte 3: the end comes before the rest (expected 3 bytes, found 2). Is the file "
      "complete?");
  EXPECT_THROW(whole.part(5, 2, "the part"), DataError);
  EXPECT_THROW(whole.part(UINT64_MAX, 2, "the part"), DataError);
}

TEST(Checked, ProductsAndSumsThatDoNotFitAreNoted) {
  std::uint64_t result = 0;
  EXPECT_TRUE(checked_multiply(1u << 31, 1u << 31, result));
  EXPECT_EQ(result, std::uint64_t{1} << 62);
  EXPECT_FALSE(checked_multiply(std::uint64_t{1} << 32, std::uint64_t{1} << 32, result));
  EXPECT_TRUE(checked_add(UINT64_MAX - 1, 1, result));
  EXPECT_FALSE(checked_add(UINT64_MAX, 1, result));
}

}  // namespace
}  // namespace regulus
