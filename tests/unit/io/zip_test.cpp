// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/zip.h"

#include <algorithm>

#include "support/base64.h"
#include "support/golden.h"

namespace regulus::io {
namespace {

using testing::expect_error;
using testing::from_base64;
using testing::golden;
using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// The version needed in each header, and in central ones what made the archive and the attributes, cleared.
Bytes without_maker(Bytes file, std::size_t members) {
  const auto number = [&](std::size_t at) { return static_cast<std::size_t>(file[at] | file[at + 1] << 8); };
  const auto clear = [&](std::size_t at, std::size_t count) {
    std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at), count, 0);
  };
  std::size_t central = members == 0 ? 0 : number(file.size() - 6);
  for (std::size_t i = 0; i < members; ++i) {
    clear(number(central + 42) + 4, 2);
    clear(central + 4, 4);
    clear(central + 36, 6);
    central += 46 + number(central + 28) + number(central + 30) + number(central + 32);
  }
  return file;
}

TEST(Zip, ReadsWhatPythonWrites) {
  for (const auto& c : golden("zip.json").at("cases")) {
    const auto name = c.at("name").get<std::string>();
    SCOPED_TRACE(name);
    const Bytes file = from_base64(c.at("file").get<std::string>());
    EXPECT_TRUE(is_zip(file));
    const ZipArchive archive(file, name);
    ASSERT_EQ(archive.names().size(), c.at("members").size());
    for (std::size_t i = 0; i < archive.names().size(); ++i) {
      const auto& member = c.at("members")[i];
      const auto wanted = from_base64(member[1].get<std::string>());
      EXPECT_EQ(archive.names()[i], member[0].get<std::string>());
      EXPECT_TRUE(archive.contains(archive.names()[i]));
      EXPECT_EQ(archive.size(archive.names()[i]), wanted.size());
      EXPECT_EQ(archive.read(archive.names()[i]), wanted);
    }
  }
}

TEST(Zip, LimitsHold) {
  const Bytes file = to_zip(std::vector<ZipMember>{{"a", Bytes(10)}, {"b", Bytes(10)}});
  const std::string where = "m.zip";
  expect_error<DataError>(
      [&] { ZipArchive(file, where, {.members = 1}); },
      "m.zip: byte 186: the zip archive has too many members (expected at most 1, found 2).");
  expect_error<DataError>([&] { ZipArchive(file, where, {.memory = 19}); },
                          "m.zip: byte 176: the members unpacked are too large for this machine's memory "
                          "(expected at most 19 bytes, found 20).");
  EXPECT_EQ(ZipArchive(file, where, {.members = 2, .memory = 20}).names().size(), 2u);
}

TEST(Zip, SaysWhichMemberIsMissing) {
  const Bytes file = to_zip(std::vector<ZipMember>{{"a", {}}});
  const std::string where = "m.zip";
  const ZipArchive archive(file, where);
  EXPECT_FALSE(archive.contains("b"));
  expect_error<DataError>([&] { archive.read("b"); }, "m.zip: byte 0: the zip archive has no member \"b\".");
}

// Byte for byte what Python's zipfile writes for the same members, but for who made it: "keras" has no flags,
// no extra fields and the first date there is.
TEST(Zip, WritesWhatPythonWrites) {
  for (const auto& c : golden("zip.json").at("cases")) {
    const auto name = c.at("name").get<std::string>();
    if (name != "keras" && name != "names" && name != "nothing") continue;
    SCOPED_TRACE(name);
    std::vector<ZipMember> members;
    for (const auto& member : c.at("members"))
      members.push_back({member[0].get<std::string>(), from_base64(member[1].get<std::string>())});
    const Bytes found = to_zip(members);
    const Bytes wanted = from_base64(c.at("file").get<std::string>());
    EXPECT_EQ(found, to_zip(members));
    // What made it, the version needed and the file attributes are each packer's own.
    EXPECT_EQ(without_maker(found, members.size()), without_maker(wanted, members.size()));
  }
}

TEST(Zip, RefusesToWriteWhatItWouldNotRead) {
  const auto write = [](std::vector<ZipMember> members) { return [=] { to_zip(members); }; };
  expect_error<ConfigError>(write({{"a", {}}, {"a", {}}}), "zip: two members have one name (found a).");
  expect_error<ConfigError>(write({{"../a", {}}}),
                            "zip: a member's name has a part that is empty, \".\" or \"..\" (found ../a).");
}

TEST(Zip, IsToldByItsFirstBytes) {
  EXPECT_TRUE(is_zip(bytes_of("PK\3\4")));
  EXPECT_TRUE(is_zip(bytes_of("PK\5\6")));
  EXPECT_FALSE(is_zip(bytes_of("PK\3")));
  EXPECT_FALSE(is_zip(bytes_of("PK\1\2")));
}

}  // namespace
}  // namespace regulus::io
