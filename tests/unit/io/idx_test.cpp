// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/idx.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "support/base64.h"
#include "support/golden.h"
#include "support/idx.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::counting;
using testing::expect_error;
using testing::gzipped;
using testing::idx_file;
using testing::with;

const Bytes kLabels = idx_file({20}, counting(20, 10));
const Bytes kImages = idx_file({3, 4, 5}, counting(60, 60));

Bytes followed_by(Bytes bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
  return bytes;
}

Bytes first(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

// The message, or "" if the file is accepted. Whatever the file, an error is one short line.
std::string message(const Bytes& file, IdxKind kind) {
  try {
    parse_idx(file, kind, "f");
    return "";
  } catch (const DataError& error) {
    const std::string text = error.what();
    EXPECT_LE(text.size(), 300u);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_EQ(text.rfind("f: ", 0), 0u) << text;
    return text;
  }
}

TEST(Idx, ReadsLabelsAndImagesPlainAndPacked) {
  for (const Bytes& file : {kLabels, gzipped(kLabels), gzipped(kLabels, 0)}) {
    const IdxArray labels = parse_idx(file, IdxKind::kLabels, "f");
    EXPECT_EQ(labels.dims, (std::vector<std::int64_t>{20}));
    EXPECT_EQ(labels.values, counting(20, 10));
  }
  for (const Bytes& file : {kImages, gzipped(kImages)}) {
    const IdxArray images = parse_idx(file, IdxKind::kImages, "f");
    EXPECT_EQ(images.dims, (std::vector<std::int64_t>{3, 4, 5}));
    EXPECT_EQ(images.values, counting(60, 60));
  }
}

TEST(Idx, SaysWhatIsTruncated) {
  const Bytes file = idx_file({60000}, counting(60000, 10));
  const std::string name = "train-labels-idx1-ubyte";
  const std::string text =
      ": byte 4: header promises 60,000 labels, the file holds 59,999 (truncated download?). Fetch the file "
      "again.";
  expect_error<DataError>([&] { parse_idx(first(file, file.size() - 1), IdxKind::kLabels, name); },
                          name + text);
  EXPECT_EQ(message(first(kImages, kImages.size() - 1), IdxKind::kImages),
            "f: byte 4: header promises 3 images of 4 x 5, the file holds 2 (truncated download?). Fetch the "
            "file again.");
  // A file that was packed whole but says too much is no truncated download.
  EXPECT_EQ(message(gzipped(first(kLabels, kLabels.size() - 1)), IdxKind::kLabels),
            "f: byte 4: header promises 20 labels, the file holds 19. Fetch the file again.");
  // Stored, not compressed: a cut of nine bytes takes the trailer and one label.
  const Bytes packed = gzipped(kLabels, 0);
  EXPECT_EQ(
      message(first(packed, packed.size() - 9), IdxKind::kLabels),
      "f: byte 4: header promises 20 labels, the file holds 19 (truncated download?). Fetch the file again.");
  EXPECT_EQ(message(first(packed, packed.size() - 1), IdxKind::kLabels),
            "f: the gzip data lacks its end (truncated download?). Fetch the file again.");
  EXPECT_EQ(message({}, IdxKind::kLabels), "f: the file is empty. Fetch the file again.");
  EXPECT_EQ(message(first(kLabels, 6), IdxKind::kLabels),
            "f: byte 6: the file ends within its header (truncated download?). Fetch the file again.");
}

TEST(Idx, RefusesEveryTruncation) {
  for (const auto& [file, kind] : {std::pair{kLabels, IdxKind::kLabels}, {kImages, IdxKind::kImages}})
    for (const Bytes& form : {file, gzipped(file), gzipped(file, 0)})
      for (std::size_t size = 0; size < form.size(); ++size)
        EXPECT_NE(message(first(form, size), kind), "") << size;
}

TEST(Idx, RefusesWhatIsNotIdx) {
  EXPECT_EQ(
      message({'<', '!', 'D', 'O', 'C'}, IdxKind::kImages),
      "f: byte 0: this is not an IDX file (expected 00 00 08 03, found 3c 21 44 4f). Fetch the file again.");
  EXPECT_EQ(
      message(with(kLabels, 1, 1), IdxKind::kLabels),
      "f: byte 0: this is not an IDX file (expected 00 00 08 01, found 00 01 08 01). Fetch the file again.");
  EXPECT_NE(message(gzipped({'h', 'e', 'l', 'l', 'o'}), IdxKind::kLabels), "");
}

TEST(Idx, NamesTheOtherTypes) {
  const std::pair<int, const char*> types[] = {{0x09, "int8"},    {0x0b, "int16"},   {0x0c, "int32"},
                                               {0x0d, "float32"}, {0x0e, "float64"}, {0x0a, "unknown"}};
  constexpr char kDigits[] = "0123456789abcdef";
  for (const auto& [code, name] : types) {
    const std::string text =
        std::string(
            "f: byte 2: the values have the wrong type (expected unsigned bytes (type 0x08), found ") +
        name + " (type 0x0" + kDigits[code] + ")).";
    EXPECT_EQ(message(with(kLabels, 2, static_cast<std::uint8_t>(code)), IdxKind::kLabels), text);
  }
  for (int code = 0; code < 256; ++code)
    if (code != 8) {
      EXPECT_NE(message(with(kLabels, 2, static_cast<std::uint8_t>(code)), IdxKind::kLabels), "") << code;
    }
}

TEST(Idx, RefusesAnotherNumberOfAxes) {
  EXPECT_EQ(message(kLabels, IdxKind::kImages),
            "f: byte 3: the array has the wrong number of axes (expected 3 for images, found 1). Are the "
            "images and the labels exchanged?");
  EXPECT_EQ(message(kImages, IdxKind::kLabels),
            "f: byte 3: the array has the wrong number of axes (expected 1 for labels, found 3). Are the "
            "images and the labels exchanged?");
  for (int axes = 0; axes < 256; ++axes)
    if (axes != 3) {
      EXPECT_NE(message(with(kImages, 3, static_cast<std::uint8_t>(axes)), IdxKind::kImages), "") << axes;
    }
}

TEST(Idx, RefusesWhatFollows) {
  EXPECT_EQ(message(followed_by(kLabels, {0}), IdxKind::kLabels),
            "f: byte 28: 1 byte follows the 20 labels that the header promises. Fetch the file again.");
  EXPECT_EQ(
      message(followed_by(kImages, Bytes(1234)), IdxKind::kImages),
      "f: byte 76: 1,234 bytes follow the 3 images of 4 x 5 that the header promises. Fetch the file again.");
  EXPECT_EQ(message(gzipped(followed_by(kLabels, {0})), IdxKind::kLabels),
            "f: byte 28: more bytes follow the 20 labels that the header promises. Fetch the file again.");
  EXPECT_EQ(message(followed_by(gzipped(kLabels), {0, 0}), IdxKind::kLabels),
            "f: 2 bytes follow the end of the gzip data. Fetch the file again.");
  EXPECT_EQ(message(followed_by(gzipped(kLabels), gzipped(kLabels)), IdxKind::kLabels),
            "f: a second gzip member follows the first. Pack the content into one member.");
}

TEST(Idx, RefusesAbsurdSizesBeforeItAllocates) {
  constexpr std::uint32_t kMost = 0xffffffff;
  EXPECT_EQ(message(idx_file({kMost}, {1, 2, 3}), IdxKind::kLabels),
            "f: byte 4: header promises 4,294,967,295 labels, the file holds 3 (truncated download?). Fetch "
            "the file again.");
  const Bytes packed = gzipped(idx_file({kMost}, {1, 2, 3}));
  EXPECT_EQ(message(packed, IdxKind::kLabels),
            "f: byte 4: header promises 4,294,967,295 labels, more than a gzip file of " +
                std::to_string(packed.size()) + " bytes can hold. Fetch the file again.");
  EXPECT_EQ(message(idx_file({kMost, kMost, kMost}, Bytes(100)), IdxKind::kImages),
            "f: byte 4: header promises 4,294,967,295 images of 4294967295 x 4294967295, the file holds 0 "
            "(truncated download?). Fetch the file again.");
  // Products that are 0 or small modulo 2^32 or 2^64.
  for (const auto& dims : {std::vector<std::uint32_t>{0x10000, 0x10000, 1},
                           {0x80000000, 0x80000000, 4},
                           {1, 0x10000, 0x10000},
                           {kMost, 1, kMost},
                           {3, 0x40000000, 0x40000000}}) {
    EXPECT_NE(message(idx_file(dims, Bytes(100)), IdxKind::kImages), "");
    EXPECT_NE(message(gzipped(idx_file(dims, Bytes(100))), IdxKind::kImages), "");
  }
}

TEST(Idx, RefusesZeroSizes) {
  EXPECT_EQ(message(idx_file({0}, {}), IdxKind::kLabels),
            "f: byte 4: header promises 0 labels. Fetch the file again.");
  EXPECT_EQ(message(idx_file({7, 0, 28}, {}), IdxKind::kImages),
            "f: byte 8: header promises 7 images of 0 x 28. Fetch the file again.");
  EXPECT_EQ(message(idx_file({7, 28, 0}, {}), IdxKind::kImages),
            "f: byte 12: header promises 7 images of 28 x 0. Fetch the file again.");
}

TEST(Idx, EveryChangedByteOfTheHeaderIsSeen) {
  for (std::size_t at = 0; at < 16; ++at)
    for (int bit = 0; bit < 8; ++bit) {
      const auto flipped = static_cast<std::uint8_t>(kImages[at] ^ (1 << bit));
      EXPECT_NE(message(with(kImages, at, flipped), IdxKind::kImages), "") << at << " " << bit;
    }
}

TEST(Idx, EveryChangedByteOfAPackedFileIsSeenOrHarmless) {
  // Harmless: time stamp, flags and system in gzip's own header.
  for (const Bytes& file : {gzipped(kLabels), gzipped(kLabels, 0)})
    for (std::size_t at = 0; at < file.size(); ++at)
      for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        const Bytes changed = with(file, at, static_cast<std::uint8_t>(file[at] ^ change));
        if (message(changed, IdxKind::kLabels).empty()) {
          EXPECT_EQ(parse_idx(changed, IdxKind::kLabels, "f").values, counting(20, 10))
              << at << " " << change;
        }
      }
}

TEST(IdxArray, ReadsEveryTypePlainAndPacked) {
  for (const auto& c : testing::golden("arrays.json").at("idx")) {
    const auto name = c.at("name").get<std::string>();
    SCOPED_TRACE(name);
    const io::Array array = parse_idx_array(testing::from_base64(c.at("file").get<std::string>()), name);
    EXPECT_EQ(io::name(array.dtype), c.at("dtype").get<std::string>());
    testing::expect_close(io::to_tensor(array), testing::tensor(c.at("values")), 0, 0, name);
  }
}

TEST(IdxArray, RefusesFilesThatLie) {
  const auto expect_refused = [](const Bytes& file, const std::string& problem, const Limits& limits = {}) {
    expect_error<DataError>([&] { parse_idx_array(file, "f", limits); }, "f: " + problem);
  };
  expect_refused(first(kImages, kImages.size() - 1),
                 "byte 4: header promises 3 rows of 4 x 5, the file holds 2 (truncated download?). Fetch the "
                 "file again.");
  expect_refused(followed_by(kLabels, {0}),
                 "byte 28: 1 byte follows the 20 values that the header promises. Fetch the file again.");
  // Products beyond 2^64, of which the second wraps to 0.
  const std::uint32_t most = 0xffffffff;
  expect_refused(
      idx_file({1, most, most, most, most, most, most, most}, Bytes(4)),
      "byte 4: header promises 1 rows of 4294967295 x 4294967295 x 4294967295 x 4294967295 x 4294967295 x "
      "4294967295 x 4294967295, the file holds 0 (truncated download?). Fetch the file again.");
  expect_refused(idx_file({4, 1u << 31, 1u << 31, 4}, Bytes(4)),
                 "byte 4: header promises 4 rows of 2147483648 x 2147483648 x 4, the file holds 0 (truncated "
                 "download?). "
                 "Fetch the file again.");
  expect_refused(kImages, "byte 4: the array: it has too many axes (expected at most 2, found 3).",
                 {.rank = 2});
  expect_refused(kImages, "byte 4: the array: an axis is too long (expected at most 4, found 5).",
                 {.length = 4});
  expect_refused(
      gzipped(kImages),
      "byte 4: the array: it is too large for this machine's memory (expected at most 59 bytes, found 60).",
      {.memory = 59});
  for (std::size_t size = 0; size < kImages.size(); ++size)
    EXPECT_THROW(parse_idx_array(first(kImages, size), "f"), DataError) << size;
}

}  // namespace
}  // namespace regulus
