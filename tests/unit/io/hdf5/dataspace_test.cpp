// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/dataspace.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

std::vector<std::uint64_t> lengths_of(const Little& message, const Limits& limits = {}) {
  Opened file(message.bytes, limits);
  return read_dataspace(file.reader, file.limits).lengths;
}

// Specification IV.A.2.b: version, rank, flags, then five reserved bytes or a kind.
TEST(Hdf5Dataspace, BothVersions) {
  using Lengths = std::vector<std::uint64_t>;
  EXPECT_EQ(lengths_of(Little().u8(1).u8(0).pad(8)), Lengths());
  EXPECT_EQ(lengths_of(Little().u8(1).u8(2).pad(8).u64(3).u64(5)), (Lengths{3, 5}));
  EXPECT_EQ(lengths_of(Little().u8(1).u8(1).u8(1).pad(8).u64(3).u64(UINT64_MAX)), Lengths{3});
  EXPECT_EQ(lengths_of(Little().u8(2).u8(0).u8(0).u8(0)), Lengths());
  EXPECT_EQ(lengths_of(Little().u8(2).u8(1).u8(0).u8(1).u64(0)), Lengths{0});
  EXPECT_EQ(lengths_of(Little().u8(2).u8(0).u8(0).u8(2)), Lengths{0});
}

TEST(Hdf5Dataspace, SaysHowLongAxesMayGrow) {
  const auto most = [](const Little& message) {
    Opened file(message.bytes);
    return read_dataspace(file.reader, file.limits).most;
  };
  using Lengths = std::vector<std::uint64_t>;
  EXPECT_EQ(most(Little().u8(2).u8(1).u8(0).u8(1).u64(3)), Lengths{3});
  EXPECT_EQ(most(Little().u8(2).u8(1).u8(1).u8(1).u64(3).u64(UINT64_MAX)), Lengths{UINT64_MAX});
}

TEST(Hdf5Dataspace, EveryRule) {
  const auto refused = [](const Little& message, const std::string& problem) {
    expect_refused([&] { lengths_of(message, {.length = 10}); }, problem);
  };
  refused(Little().u8(3).u8(0).pad(8), "0: the dataspace's version is not read (expected 1 or 2, found 3).");
  refused(Little().u8(1).u8(9).pad(80), "1: the array has too many axes (expected at most 8, found 9).");
  refused(Little().u8(1).u8(1).u8(2).pad(16),
          "2: the dataspace's flags are not read (expected 0 or 1, found 2).");
  refused(Little().u8(2).u8(1).u8(0).u8(0).u64(1),
          "1: the dataspace's kind does not fit its rank (found kind 0, rank 1).");
  refused(Little().u8(2).u8(0).u8(0).u8(3),
          "1: the dataspace's kind does not fit its rank (found kind 3, rank 0).");
  refused(Little().u8(2).u8(1).u8(0).u8(1).u64(11),
          "4: an axis is too long (expected at most 10, found 11).");
  refused(Little().u8(2).u8(1).u8(1).u8(1).u64(3).u64(2), "12: an axis is longer than it may grow.");
  refused(Little().u8(2).u8(1).u8(0).u8(1).u32(1),
          "4: the end comes before a dataspace (expected 8 bytes, found 4). Is the file complete?");
}

TEST(Hdf5Dataspace, BytesAreProved) {
  Opened file({}, {.memory = 100});
  const auto bytes = [&](std::vector<std::uint64_t> lengths) {
    return proved_bytes(lengths, DType::kFloat32, file.limits, file.reader);
  };
  EXPECT_EQ(bytes({}), 4u);
  EXPECT_EQ(bytes({5, 5}), 100u);
  EXPECT_EQ(bytes({0, 1000}), 0u);
  expect_refused(
      [&] { bytes({26}); },
      "0: an array is too large for this machine's memory (expected at most 100 bytes, found 104).");
  const std::string product =
      "0: the product of an array's lengths is too large (expected below 2^63 bytes, found more).";
  const std::uint64_t two_to_31 = std::uint64_t{1} << 31;
  expect_refused([&] { bytes({two_to_31, two_to_31}); }, product);
  expect_refused([&] { bytes({two_to_31, two_to_31, 4}); }, product);
  expect_refused([&] { bytes({0, two_to_31, two_to_31, two_to_31}); }, product);
}

}  // namespace
}  // namespace regulus::io::hdf5
