// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/idx_header.h"

#include <algorithm>

#include "regulus/base/error.h"
#include "support/expect.h"
#include "support/idx.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::idx_file;
using testing::with;

IdxHeader read(const Bytes& file, std::optional<IdxKind> kind = std::nullopt) {
  std::size_t at = 0;
  return read_idx_header(
      [&](std::span<std::uint8_t> out) {
        const std::size_t count = std::min(out.size(), file.size() - at);
        std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
        at += count;
        return count;
      },
      kind, "f");
}

TEST(IdxHeader, SaysWhatAFilePromises) {
  const IdxHeader images = read(idx_file({60000, 28, 30}, {}));
  EXPECT_EQ(images.dims, (std::vector<std::int64_t>{60000, 28, 30}));
  EXPECT_EQ(images.bytes, 16u);
  EXPECT_EQ(images.num_items(), 60000u);
  EXPECT_EQ(images.item_bytes(), 840u);
  EXPECT_EQ(images.promise(), "60,000 rows of 28 x 30");
  EXPECT_EQ(read(idx_file({60000, 28, 30}, {}), IdxKind::kImages).promise(), "60,000 images of 28 x 30");
  EXPECT_EQ(read(idx_file({20}, {}), IdxKind::kLabels).promise(), "20 labels");
  EXPECT_EQ(read(idx_file({20}, {})).promise(), "20 values");
  const IdxHeader doubles = read(with(idx_file({2, 3}, {}), 2, 0x0e));
  EXPECT_EQ(doubles.dtype, io::DType::kFloat64);
  EXPECT_EQ(doubles.item_bytes(), 24u);
}

// The codes of the format's page and no other; nothing wraps.
TEST(IdxHeader, RefusesWhatIsNoIdx) {
  const auto expect_refused = [](const Bytes& file, const std::string& problem) {
    testing::expect_error<DataError>([&] { read(file); }, "f: " + problem);
  };
  const Bytes file = idx_file({3, 4}, {});
  expect_refused(
      with(file, 0, 1),
      "byte 0: this is not an IDX file (expected 00 00, found 01 00 08 02). Fetch the file again.");
  expect_refused(
      with(file, 2, 0x0a),
      "byte 2: the values have the wrong type (expected type 0x08, 0x09 or 0x0b to 0x0e, found unknown (type "
      "0x0a)).");
  expect_refused(with(file, 3, 0),
                 "byte 3: the array has the wrong number of axes (expected 1 to 8, found 0).");
  expect_refused(with(file, 3, 9),
                 "byte 3: the array has the wrong number of axes (expected 1 to 8, found 9).");
  expect_refused(with(file, 11, 0), "byte 8: header promises 3 rows of 0. Fetch the file again.");
  expect_refused(Bytes(file.begin(), file.begin() + 10),
                 "byte 10: the file ends within its header (truncated download?). Fetch the file again.");
  EXPECT_EQ(read(idx_file({1, 1u << 31, 1u << 31, 4}, {})).item_bytes(), UINT64_MAX);
}

}  // namespace
}  // namespace regulus
