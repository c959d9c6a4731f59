// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/byte_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "regulus/base/error.h"
#include "support/expect.h"
#include "support/idx.h"
#include "support/temporary_folder.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::counting;
using testing::expect_error;
using testing::gzipped;

constexpr std::uint64_t kNoLimit = UINT64_MAX;

// A file of these bytes under a fixed name.
class File {
 public:
  explicit File(const Bytes& bytes) { testing::write_bytes(path(), bytes); }
  std::string path() const { return folder_ / "f"; }

 private:
  testing::TemporaryFolder folder_;
};

Bytes first(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

TEST(ByteSource, GivesTheContentPlainOrPackedInPiecesOfAnySize) {
  const Bytes content = counting(700'000, 251);
  for (const Bytes& file : {content, gzipped(content), gzipped(content, 0)})
    for (const std::size_t piece :
         {std::size_t{999}, std::size_t{300'000}, content.size(), content.size() + 1}) {
      const File stored(file);
      ByteSource source(stored.path());
      Bytes found;
      Bytes buffer(piece);
      std::size_t got = 0;
      do {
        got = source.read(buffer);
        found.insert(found.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
      } while (got == piece);
      EXPECT_EQ(found, content);
      EXPECT_EQ(source.offset(), content.size());
      EXPECT_TRUE(source.complete());
    }
}

TEST(ByteSource, ShortFilesAreRead) {
  for (const std::size_t size : {0u, 1u, 2u, 3u}) {
    const Bytes content = counting(size, 251);
    EXPECT_EQ(ByteSource(File(content).path()).read_rest(kNoLimit), content);
    const File packed(gzipped(content));
    EXPECT_EQ(ByteSource(packed.path()).read_rest(kNoLimit), content);
  }
}

TEST(ByteSource, PeekedBytesStay) {
  const Bytes content = counting(100, 251);
  for (const Bytes& bytes : {content, gzipped(content)}) {
    const File file(bytes);
    ByteSource source(file.path());
    EXPECT_EQ(source.peek(5).size(), 5u);
    EXPECT_EQ(source.peek(3)[2], 2);
    Bytes two(2);
    EXPECT_EQ(source.read(two), 2u);
    EXPECT_EQ(source.offset(), 2u);
    EXPECT_EQ(source.peek(1000).size(), 98u);
    EXPECT_EQ(source.peek(1)[0], 2);
    EXPECT_EQ(source.read_rest(kNoLimit), Bytes(content.begin() + 2, content.end()));
    EXPECT_TRUE(source.peek(1).empty());
  }
}

TEST(ByteSource, ReadsPipes) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const Bytes content = counting(500'000, 251);
  std::thread writer([&] { testing::write_bytes(path, gzipped(content, 0)); });
  EXPECT_EQ(ByteSource(path).read_rest(kNoLimit), content);
  writer.join();
}

TEST(ByteSource, SaysWhatIsWrongWithAFile) {
  const auto expect_refused = [](const Bytes& bytes, const std::string& problem,
                                 std::uint64_t limit = kNoLimit) {
    const File file(bytes);
    expect_error<DataError>([&] { ByteSource(file.path()).read_rest(limit); }, file.path() + ": " + problem);
  };
  const Bytes packed = gzipped(counting(100, 251));
  Bytes more = packed;
  more.push_back(0);
  expect_refused(more, "bytes follow the end of the gzip data. Fetch the file again.");
  Bytes twice = packed;
  twice.insert(twice.end(), packed.begin(), packed.end());
  expect_refused(twice, "a second gzip member follows the first. Pack the content into one member.");
  expect_refused(
      counting(101, 251),
      "the content is too large for this machine's memory (expected at most 100 bytes, found more).", 100);
  for (std::size_t size = 2; size < packed.size(); ++size)
    expect_refused(first(packed, size),
                   "the gzip data lacks its end (truncated download?). Fetch the file again.");

  const testing::TemporaryFolder folder;
  expect_error<IoError>([&] { ByteSource(folder / "none"); },
                        (folder / "none") + ": cannot be opened: No such file or directory.");
  expect_error<IoError>([&] { ByteSource(folder.path()); },
                        folder.path() + ": cannot be read: Is a directory.");
}

// Ten megabytes of zeros from ten kilobytes: the limit holds for the content.
TEST(ByteSource, ABombEndsAtTheLimit) {
  const File file(gzipped(Bytes(10'000'000)));
  EXPECT_THROW(ByteSource(file.path()).read_rest(1'000'000), DataError);
}

}  // namespace
}  // namespace regulus
