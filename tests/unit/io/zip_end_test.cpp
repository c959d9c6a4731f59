// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/zip_end.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/expect.h"

namespace regulus::io {
namespace {

// An archive without members is its end record alone (APPNOTE 4.3.1): 22 bytes, then a comment.
std::vector<std::uint8_t> empty_archive(std::size_t comment) {
  std::vector<std::uint8_t> file(22 + comment, ' ');
  std::fill_n(file.begin(), 22, 0);
  std::copy_n("PK\5\6", 4, file.begin());
  file[20] = static_cast<std::uint8_t>(comment);
  file[21] = static_cast<std::uint8_t>(comment >> 8);
  return file;
}

TEST(ZipEnd, CommentsOfEveryLengthAreAllowed) {
  for (const std::size_t comment : {std::size_t{0}, std::size_t{1}, std::size_t{300}, std::size_t{65535}}) {
    const ZipPlace place = find_zip_directory(empty_archive(comment), "m.zip", {});
    EXPECT_EQ(place.begin, 0u);
    EXPECT_EQ(place.end, 0u);
    EXPECT_EQ(place.members, 0u);
  }
}

TEST(ZipEnd, ACommentMustEndTheFile) {
  for (const int difference : {-1, 1}) {
    auto file = empty_archive(300);
    file[20] = static_cast<std::uint8_t>(file[20] + difference);
    testing::expect_error<DataError>([&] { find_zip_directory(file, "m.zip", {}); },
                                     "m.zip: byte 20: the comment of the last zip end record does not end "
                                     "the file (expected 300 bytes, found " +
                                         std::to_string(300 + difference) + "). Is the file complete?");
  }
}

}  // namespace
}  // namespace regulus::io
