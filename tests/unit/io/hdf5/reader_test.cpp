// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5.h"
#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// A value or one DataError of one line: nothing else may come out, whatever the bytes.
void expect_value_or_error(const Bytes& bytes) {
  try {
    parse_hdf5(bytes, "m.h5");
  } catch (const DataError& error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with("m.h5: byte ")) << text;
    EXPECT_LE(text.size(), 300u) << text;
  }
}

// Where a file of the old style says that it ends.
constexpr std::size_t kEndAt = 40;

TEST(Hdf5Reader, EveryTruncationIsAnError) {
  for (const char* name : {"keras_weights", "few_latest", "strings"}) {
    const Bytes whole = golden_bytes(name);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      Bytes bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_THROW(parse_hdf5(bytes, "m.h5"), DataError) << name << " " << size;
      if (size < 96 || bytes[8] != 0) continue;
      // And once more by a file that says it were complete.
      for (std::size_t i = 0; i < 8; ++i) bytes[kEndAt + i] = static_cast<std::uint8_t>(size >> 8 * i);
      expect_value_or_error(bytes);
    }
  }
}

TEST(Hdf5Reader, EveryBitMayFlip) {
  for (const char* name : {"nothing", "number_attributes", "compact_latest", "compact"}) {
    Bytes bytes = golden_bytes(name);
    ASSERT_LT(bytes.size(), 8000u);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      expect_value_or_error(bytes);
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    }
  }
}

TEST(Hdf5Reader, LimitsAreKept) {
  const Bytes bytes = golden_bytes("30_datasets");
  EXPECT_NO_THROW(parse_hdf5(bytes, "m.h5", {.tensors = 30}));
  EXPECT_THROW(parse_hdf5(bytes, "m.h5", {.tensors = 29}), DataError);
  EXPECT_THROW(parse_hdf5(bytes, "m.h5", {.name_bytes = 1}), DataError);
  EXPECT_THROW(parse_hdf5(bytes, "m.h5", {.memory = 59}), DataError);
  EXPECT_NO_THROW(parse_hdf5(bytes, "m.h5", {.memory = 60}));
}

TEST(Hdf5Reader, ArraysAreViews) {
  const Bytes bytes = golden_bytes("keras_weights");
  const Hdf5Group root = parse_hdf5(bytes, "m.h5");
  const auto view = root.dataset("layers/dense/vars/0")->array.bytes;
  EXPECT_TRUE(view.data() > bytes.data() && view.data() + view.size() <= bytes.data() + bytes.size());
}

}  // namespace
}  // namespace regulus::io::hdf5
