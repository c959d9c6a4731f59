// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/filters.h"

#include <zlib.h>

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

std::vector<Filter> filters_of(const Little& message) {
  Opened file(message.bytes);
  return read_filters(file.reader);
}

Bytes zlib_of(const Bytes& content) {
  uLongf size = compressBound(content.size());
  Bytes out(size);
  compress2(out.data(), &size, content.data(), content.size(), 6);
  out.resize(size);
  return out;
}

Bytes unfiltered(const Bytes& stored, const std::vector<Filter>& filters, std::uint64_t size,
                 std::uint32_t skipped = 0) {
  Opened file(stored);
  Unfilter unfilter(filters, size);
  unfilter.require_possible(file.reader, skipped);
  const auto bytes = unfilter(file.reader, skipped);
  return {bytes.begin(), bytes.end()};
}

constexpr Filter kDeflated = {FilterKind::kDeflate};
constexpr Filter kSummed = {FilterKind::kFletcher32};
constexpr Filter kShuffled = {FilterKind::kShuffle, 2};

// Specification IV.A.2.l: version 1 pads names and odd numbers of values, 2 leaves known names out.
TEST(Hdf5Filters, BothVersions) {
  Little one = Little().u8(1).u8(2).u16(0).u32(0);
  one.u16(2).u16(8).u16(1).u16(1).text(std::string("shuffle\0", 8)).u32(4).u32(0);
  one.u16(1).u16(8).u16(1).u16(1).text(std::string("deflate\0", 8)).u32(9).u32(0);
  Little two = Little().u8(2).u8(2).u16(2).u16(1).u16(1).u32(4).u16(3).u16(0).u16(0);
  const auto first = filters_of(one), second = filters_of(two);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].kind, FilterKind::kShuffle);
  EXPECT_EQ(first[0].item_bytes, 4u);
  EXPECT_EQ(first[1].kind, FilterKind::kDeflate);
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[1].kind, FilterKind::kFletcher32);
}

TEST(Hdf5Filters, WhatIsNotRead) {
  const auto refused = [](const Little& message, const std::string& problem) {
    expect_refused([&] { filters_of(message); }, problem);
  };
  const std::string fix = "). Save the arrays without compression, or with gzip.";
  const std::string known =
      ": data with this filter are not read (expected gzip, shuffle or fletcher32, found ";
  refused(Little().u8(3), "0: the version of a list of filters is not read (expected 1 or 2, found 3).");
  refused(Little().u8(2).u8(33), "1: there are too many filters (expected at most 32, found 33).");
  refused(Little().u8(2).u8(1).u16(4).u16(0).u16(0), "2" + known + "szip" + fix);
  refused(Little().u8(2).u8(1).u16(32015).u16(4).u16(0).u16(0).text("zstd"), "2" + known + "zstd" + fix);
  refused(Little().u8(2).u8(1).u16(777).u16(0).u16(0).u16(0), "2" + known + "filter 777" + fix);
  refused(Little().u8(2).u8(1).u16(2).u16(0).u16(1).u32(0), "2: elements of no bytes are shuffled.");
  refused(Little().u8(2).u8(2).u16(1).u16(0).u16(0).u16(1).u16(0).u16(0),
          "8: data that are packed twice are not read.");
}

TEST(Hdf5Filters, AreTakenOff) {
  const Bytes content = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(unfiltered(zlib_of(content), {kDeflated}, 6), content);
  EXPECT_EQ(unfiltered({1, 3, 5, 2, 4, 6}, {kShuffled}, 6), content);
  EXPECT_EQ(unfiltered(zlib_of({1, 3, 5, 2, 4, 6}), {kShuffled, kDeflated}, 6), content);
  EXPECT_EQ(unfiltered({1, 3, 2, 4, 5}, {kShuffled}, 5), (Bytes{1, 2, 3, 4, 5}));  // a byte is left over
  // The words 0102, 0304, 0506 sum up to 090c, their sums to 0102 + 0406 + 090c = 0e14.
  const Bytes summed = {1, 2, 3, 4, 5, 6, 0x0c, 0x09, 0x14, 0x0e};
  EXPECT_EQ(unfiltered(summed, {kSummed}, 6), content);
  EXPECT_EQ(unfiltered(zlib_of(summed), {kSummed, kDeflated}, 6), content);
  EXPECT_EQ(unfiltered(content, {kShuffled, kSummed, kDeflated}, 6, 7), content);
}

TEST(Hdf5Filters, SumsOfManyBytesAreFolded) {
  EXPECT_EQ(fletcher32({}), 0u);
  EXPECT_EQ(fletcher32(Bytes{1}), 0x01000100u);
  // Ones' complement: words of all ones sum up to all ones.
  EXPECT_EQ(fletcher32(Bytes(2000, 0xff)), 0xffffffffu);
}

TEST(Hdf5Filters, DamageIsNoticed) {
  expect_refused(
      [] {
        unfiltered({1, 2, 3, 5, 5, 6, 0x0c, 0x09, 0x14, 0x0e}, {kSummed}, 6);
      },
      "0: a chunk of an array is damaged: its checksum differs.");
  Bytes packed = zlib_of({1, 2, 3, 4, 5, 6});
  const std::string damaged =
      "0: a chunk of an array is damaged, or of another size than it should be (expected 6 bytes of gzip's "
      "deflate).";
  expect_refused([&] { unfiltered(zlib_of({1, 2, 3, 4, 5}), {kDeflated}, 6); }, damaged);
  packed.back() ^= 1;
  expect_refused([&] { unfiltered(packed, {kDeflated}, 6); }, damaged);
  expect_refused(
      [] {
        unfiltered({1, 2}, {}, 3);
      },
      "0: a chunk of an array has another size (expected 3 bytes, found 2).");
  expect_refused(
      [] {
        unfiltered({1, 2}, {kSummed}, 3);
      },
      "0: a chunk of an array has another size (expected 7 bytes, found 2).");
}

// 1,032 bytes for each packed one and a symbol of 258 are what deflate can do.
TEST(Hdf5Filters, NothingIsUnpackedForAPromise) {
  Opened file(Bytes(10));
  const std::vector<Filter> filters = {kDeflated};
  EXPECT_NO_THROW(Unfilter(filters, 10 * 1032 + 258).require_possible(file.reader, 0));
  expect_refused([&] { Unfilter(filters, 11 * 1032 + 258).require_possible(file.reader, 0); },
                 "0: no packed bytes unpack to so many (a bomb?) (expected at most 10,578, found 11,610).");
}

}  // namespace
}  // namespace regulus::io::hdf5
