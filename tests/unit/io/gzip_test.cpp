// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/gzip.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "support/expect.h"
#include "support/idx.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::counting;
using testing::expect_error;
using testing::gzipped;

// "hello\n" packed by gzip 1.12 (gzip -n), an outside witness.
const Bytes kHello = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd,
                      0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20, 0x30, 0x3a, 0x36, 0x06, 0x00, 0x00, 0x00};

Bytes read_all(GzipReader& reader, std::size_t piece) {
  Bytes out;
  Bytes buffer(piece);
  while (const std::size_t size = reader.read(buffer))
    out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
  return out;
}

TEST(Gzip, IsKnownByItsMagicNumber) {
  EXPECT_TRUE(is_gzip(kHello));
  EXPECT_FALSE(is_gzip(Bytes{0x1f}));
  EXPECT_FALSE(is_gzip(Bytes{}));
  EXPECT_FALSE(is_gzip(Bytes{0, 0, 8, 1}));
}

TEST(GzipReader, ReadsWhatGzipHasWritten) {
  GzipReader reader(kHello, "hello.gz");
  const Bytes text = read_all(reader, 100);
  EXPECT_EQ(std::string(text.begin(), text.end()), "hello\n");
  EXPECT_TRUE(reader.complete());
  EXPECT_TRUE(reader.rest().empty());
}

TEST(GzipReader, ReadsInPiecesOfAnySize) {
  const Bytes content = counting(5000, 251);
  const Bytes file = gzipped(content);
  for (const std::size_t piece : {1u, 7u, 4999u, 5000u, 6000u}) {
    GzipReader reader(file, "x.gz");
    EXPECT_EQ(read_all(reader, piece), content) << piece;
    EXPECT_TRUE(reader.complete());
  }
}

TEST(GzipReader, TakesAFileInPiecesOfAnySize) {
  const Bytes content = counting(5000, 251);
  const Bytes file = gzipped(content);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, file.size() - 1, file.size()}) {
    std::size_t at = 0;
    const auto next = [&] {
      const auto bytes = std::span(file).subspan(at, std::min(piece, file.size() - at));
      at += bytes.size();
      return bytes;
    };
    GzipReader reader(next, "x.gz");
    EXPECT_EQ(read_all(reader, 100), content) << piece;
    EXPECT_TRUE(reader.complete());
    EXPECT_TRUE(reader.rest().empty());
  }
}

TEST(GzipReader, StopsAtTheMembersEnd) {
  Bytes file = kHello;
  file.insert(file.end(), {1, 2, 3});
  GzipReader reader(file, "x.gz");
  EXPECT_EQ(read_all(reader, 100).size(), 6u);
  EXPECT_EQ(reader.rest().size(), 3u);
}

TEST(GzipReader, GivesWhatATruncatedFileHolds) {
  const Bytes content = counting(5000, 251);
  const Bytes file = gzipped(content);
  for (std::size_t size = 0; size < file.size(); ++size) {
    GzipReader reader({file.data(), size}, "x.gz");
    const Bytes part = read_all(reader, 512);
    EXPECT_FALSE(reader.complete()) << size;
    ASSERT_LE(part.size(), content.size());
    EXPECT_TRUE(std::equal(part.begin(), part.end(), content.begin())) << size;
  }
}

TEST(GzipReader, SaysWhereTheDataIsDamaged) {
  const auto damaged = [](std::size_t at) {
    Bytes file = kHello;
    file[at] ^= 0xff;
    GzipReader reader(file, "x.gz");
    read_all(reader, 100);
  };
  expect_error<DataError>(
      [&] { damaged(2); },
      "x.gz: the gzip data is damaged near byte 4 (unknown compression method). Fetch the file again.");
  expect_error<DataError>(
      [&] { damaged(18); },
      "x.gz: the gzip data is damaged near byte 22 (incorrect data check). Fetch the file again.");
  expect_error<DataError>(
      [&] { damaged(22); },
      "x.gz: the gzip data is damaged near byte 26 (incorrect length check). Fetch the file again.");
}

TEST(UnpackGzip, UnpacksASoundFileAtOnce) {
  Bytes text(6);
  EXPECT_TRUE(unpack_gzip(kHello, text));
  EXPECT_EQ(std::string(text.begin(), text.end()), "hello\n");
  const Bytes content = counting(5000, 251);
  Bytes out(content.size());
  EXPECT_TRUE(unpack_gzip(gzipped(content), out));
  EXPECT_EQ(out, content);
}

TEST(UnpackGzip, TakesNoOtherFile) {
  const Bytes content = counting(5000, 251);
  const Bytes file = gzipped(content);
  Bytes out(content.size());
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(unpack_gzip({file.data(), size}, out)) << size;
  for (const std::size_t size : {0u, 1u, 4999u, 5001u, 100'000u}) {
    Bytes other(size);
    EXPECT_FALSE(unpack_gzip(file, other)) << size;
  }
  for (const Bytes& more : {Bytes{0}, file}) {
    Bytes longer = file;
    longer.insert(longer.end(), more.begin(), more.end());
    EXPECT_FALSE(unpack_gzip(longer, out));
  }
  for (std::size_t at = file.size() - 8; at < file.size(); ++at) {  // checksum and length
    Bytes damaged = file;
    damaged[at] ^= 1;
    EXPECT_FALSE(unpack_gzip(damaged, out)) << at;
  }
}

// The header has a checksum of its own (FHCRC), 0 in place of what it should be.
TEST(UnpackGzip, LeavesAHeaderWithAChecksumToTheReader) {
  const Bytes file = {0x1f, 0x8b, 0x08, 0x02, 0, 0, 0, 0, 0, 3, 0, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Bytes out;
  EXPECT_FALSE(unpack_gzip(file, out));
  GzipReader reader(file, "x.gz");
  expect_error<DataError>(
      [&] { read_all(reader, 10); },
      "x.gz: the gzip data is damaged near byte 12 (header crc mismatch). Fetch the file again.");
}

TEST(GzipReader, NoStreamExpandsMoreThanTheStatedLimit) {
  const Bytes zeros(10'000'000);
  EXPECT_LE(zeros.size(), gzipped(zeros).size() * kMaxGzipExpansion);
  EXPECT_GE(zeros.size(),
            gzipped(zeros).size() * (kMaxGzipExpansion - 40));  // and the limit is no wild guess
}

}  // namespace
}  // namespace regulus
