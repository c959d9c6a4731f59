// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/array_rows.h"

#include <cmath>

#include "regulus/io/gzip.h"
#include "regulus/io/npy.h"
#include "regulus/io/npz.h"
#include "support/base64.h"
#include "support/golden.h"
#include "unit/data/row_files.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::expect_unreadable;
using testing::gzipped;
using testing::read_all;

std::vector<float> values_of(const Tensor& tensor) {
  return {tensor.values().begin(), tensor.values().end()};
}

// Whatever NumPy saves comes back in pieces of any size, plain and packed.
TEST(ArrayRows, StreamsWhatNumpyWrites) {
  const testing::RowFiles files;
  int read = 0;
  for (const char* key : {"cases", "idx"})
    for (const auto& c : testing::golden("arrays.json").at(key)) {
      const Tensor wanted = testing::tensor(c.at("values"));
      if (wanted.shape().empty() || wanted.size() == 0) continue;
      SCOPED_TRACE(c.at("name"));
      const Bytes file = testing::from_base64(c.at("file").get<std::string>());
      for (const Bytes& bytes : {file, is_gzip(file) ? file : gzipped(file)}) {
        const std::string path = files.file("f", bytes);
        for (const std::int64_t count : {1, 2, 100}) {
          const auto reader = open_rows(path);
          EXPECT_EQ(reader->row_shape(), wanted.shape().without_front());
          EXPECT_EQ(reader->num_rows(), wanted.shape()[0]);
          EXPECT_EQ(read_all(*reader, count).values, values_of(wanted));
          ++read;
        }
      }
    }
  EXPECT_GT(read, 100);
}

TEST(ArrayRows, StreamsArraysOfNpzFiles) {
  const testing::RowFiles files;
  for (const auto& c : testing::golden("arrays.json").at("npz"))
    for (const auto& array : c.at("arrays")) {
      const std::string path = files.file("f.npz", testing::from_base64(c.at("file").get<std::string>()));
      const auto reader = open_rows(path, {.key = array[0].get<std::string>()});
      EXPECT_EQ(read_all(*reader, 3).values, values_of(testing::tensor(array[1])));
    }
}

TEST(ArrayRows, BytesStayBytes) {
  const testing::RowFiles files;
  const std::string path = files.file("f", testing::idx_file({3, 2, 2}, testing::counting(12, 12)));
  const Dataset piece = open_rows(path)->next(2);
  ASSERT_NE(piece.view().bytes, nullptr);
  EXPECT_EQ(piece.view().bytes[7], 7);
}

TEST(ArrayRows, ChoosesAnArrayOfAnNpzFile) {
  const testing::RowFiles files;
  const auto one = io::to_array(Tensor({1, 1}, {1}));
  const auto two = io::to_array(Tensor({1, 1}, {2}));
  const auto first = [&](const io::NamedArrays& arrays, const std::string& key = "") {
    return open_rows(files.file("f.npz", io::to_npz(arrays)), {.key = key})->next(1).to_tensor().data()[0];
  };
  EXPECT_EQ(first({{"anything", one}}), 1);
  EXPECT_EQ(first({{"y", one}, {"x", two}}), 2);
  EXPECT_EQ(first({{"labels", one}, {"images", two}}), 2);
  EXPECT_EQ(first({{"x", one}, {"z", two}}, "z"), 2);
  const std::string path = files.file("g.npz", io::to_npz(io::NamedArrays{{"train", one}, {"test", two}}));
  expect_unreadable(path, "which array holds the rows? (expected one of train, test). Name it: --key.");
  expect_unreadable(path, "there is no array \"tran\". Did you mean \"train\"?", {.key = "tran"});
}

// A file that ends early names the row that is cut; nothing may follow the last.
TEST(ArrayRows, NamesTheRowThatIsCut) {
  const testing::RowFiles files;
  const Bytes idx = testing::idx_file({5, 2, 2}, testing::counting(20, 20));
  const auto cut = [](const Bytes& bytes, std::size_t size) {
    return Bytes(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(size));
  };
  expect_unreadable(
      files.file("f", cut(idx, 1)),
      "byte 35: the file ends within row 4 (truncated download?) (expected 5 rows, found 4). Fetch the file "
      "again.");
  expect_unreadable(
      files.file("f", gzipped(cut(idx, 13))),
      "byte 23: the file ends within row 1 (truncated download?) (expected 5 rows, found 1). Fetch the file "
      "again.");
  Bytes more = idx;
  more.push_back(0);
  for (const Bytes& bytes : {more, gzipped(more)})
    expect_unreadable(files.file("f", bytes),
                      "byte 36: more bytes follow the last row. Fetch the file again.");
  const Bytes packed = gzipped(idx);
  expect_unreadable(
      files.file("f", cut(packed, 1)),
      "the gzip data lacks its end behind the last row (truncated download?). Fetch the file again.");
  const Bytes npy = io::to_npy(io::to_array(Tensor({3, 2}, {1, 2, 3, 4, 5, 6})));
  for (const Bytes& whole :
       {idx, npy, gzipped(npy), io::to_npz(io::NamedArrays{{"x", io::to_array(Tensor({2}, {1, 2}))}})})
    for (std::size_t size = 1; size + 4 <= whole.size(); ++size) {  // fewer bytes may be a CSV file
      const std::string path = files.file("f", cut(whole, size));
      EXPECT_THROW(read_all(*open_rows(path), 2), DataError) << size;
    }
}

TEST(ArrayRows, RefusesWhatCannotBeRows) {
  const testing::RowFiles files;
  const auto npy = [&](const Tensor& tensor) {
    return files.file("f.npy", io::to_npy(io::to_array(tensor)));
  };
  expect_unreadable(npy(Tensor(Shape{}, {1})),
                    "the array has no axis of rows (expected 1 axis or more, found none).");
  expect_unreadable(npy(Tensor(Shape{3, 0})), "a row holds no values (found (3, 0)).");
  expect_unreadable(
      npy(Tensor({3, 2}, {1, 2, 3, 4, 5, NAN})),
      "row 2, value 1 is not finite as float32 (found nan). Give --missing drop to leave such rows "
      "out, or --missing NUMBER to fill in.");
  expect_unreadable(npy(Tensor({3, 2}, {1, 2, INFINITY, 4, 5, 6})),
                    "row 1, value 0 is not finite as float32 (found inf).");
  expect_unreadable(npy(Tensor(Shape{3, 2})),
                    "a row is too large for this machine's memory (expected at most 15 bytes, found 8).", {},
                    {.memory = 15});
}

// A header may promise rows by the terabyte: memory is taken as the bytes come.
TEST(ArrayRows, MemoryLimitsAPieceNotTheFile) {
  const testing::RowFiles files;
  const std::string path = files.file("f", testing::idx_file({2'000'000'000, 1000}, Bytes(2500)));
  const auto reader = open_rows(path);
  EXPECT_EQ(reader->num_rows(), 2'000'000'000);
  EXPECT_EQ(reader->next(2).num_rows(), 2);
  testing::expect_error<DataError>(
      [&] { reader->next(1'000'000'000); },
      path +
          ": byte 2,512: the file ends within row 2 (truncated download?) (expected "
          "2,000,000,000 rows, found 2). Fetch the file again.");
  const auto narrow = open_rows(path, {}, {.memory = 1999});
  EXPECT_EQ(narrow->next(2).num_rows(), 1);
}

TEST(ArrayRows, NanMayBeLeftOutOrFilledIn) {
  const testing::RowFiles files;
  const Tensor values({4, 2}, {NAN, 1, 2, 3, 4, NAN, 5, 6});
  for (const Bytes& bytes :
       {io::to_npy(io::to_array(values)), io::to_npz(io::NamedArrays{{"x", io::to_array(values)}})})
    for (const std::int64_t count : {1, 2, 3, 9}) {
      const std::string path = files.file("f", bytes);
      const auto dropping = open_rows(path, {.table = {.missing = Missing::kDrop}});
      EXPECT_FALSE(dropping->num_rows());
      EXPECT_EQ(read_all(*dropping, count).values, (std::vector<float>{2, 3, 5, 6}));
      EXPECT_EQ(dropping->take_notes(),
                (std::vector<std::string>{"2 rows with NaN were left out; the others are numbered without"}));
      const auto filling = open_rows(path, {.table = {.missing = Missing::kFill, .fill = -7}});
      EXPECT_EQ(read_all(*filling, count).values, (std::vector<float>{-7, 1, 2, 3, 4, -7, 5, 6}));
      EXPECT_EQ(filling->take_notes(), (std::vector<std::string>{"2 NaNs are filled in"}));
    }
  // Infinity is no value that is missing.
  const std::string path = files.file("f.npy", io::to_npy(io::to_array(Tensor({1, 1}, {INFINITY}))));
  expect_unreadable(path, "row 0, value 0 is not finite as float32 (found inf).",
                    {.table = {.missing = Missing::kDrop}});
  const std::string nothing = files.file("f.npy", io::to_npy(io::to_array(Tensor({1, 1}, {NAN}))));
  expect_unreadable(nothing, "every row lacks a value: no row is left.",
                    {.table = {.missing = Missing::kDrop}});
}

TEST(ArrayRows, NoRowsAreAnError) {
  const testing::RowFiles files;
  const std::string path = files.file("f.npy", io::to_npy(io::to_array(Tensor(Shape{0, 3}))));
  EXPECT_EQ(open_rows(path)->num_rows(), 0);
  expect_unreadable(path, "the file holds no rows.");
}

}  // namespace
}  // namespace regulus
