// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/zip_directory.h"

#include <map>

#include "regulus/io/zip.h"
#include "support/base64.h"
#include "support/golden.h"

namespace regulus::io {
namespace {

using testing::expect_error;

// Archives whose headers lie are refused when they are opened, wrong content when it is read.
TEST(ZipDirectory, RefusesArchivesThatLie) {
  const std::map<std::string, std::string> problems = {
      {"empty file", "byte 0: no zip end record ends the file. Is it a zip file, and complete?"},
      {"no zip", "byte 0: no zip end record ends the file. Is it a zip file, and complete?"},
      {"bytes after the end",
       "byte 101: the comment of the last zip end record does not end the file (expected 1 bytes, found 0). "
       "Is the file complete?"},
      {"bytes before the first member",
       "byte 94: the zip directory does not lie before its end record (expected 47 bytes up to byte 82, "
       "found a begin at byte 34)."},
      {"comment longer than the file",
       "byte 101: the comment of the last zip end record does not end the file (expected 0 bytes, found 5). "
       "Is the file complete?"},
      {"two end records",
       "byte 81: there are two zip end records (expected one, found another at byte 103)."},
      {"end record in the comment",
       "byte 123: the comment of the last zip end record does not end the file (expected 1 bytes, found 0). "
       "Is the file complete?"},
      {"end record cut at the end",
       "byte 103: the last zip end record is cut (expected 22 bytes, found 21). Is the file complete?"},
      {"newer version",
       "byte 40: member \"a\": it needs a newer version of the format (expected at most 63, found 64)."},
      {"two disks", "byte 85: a zip archive of several disks cannot be read."},
      {"counts differ", "byte 89: the member counts of the end record differ (expected 1, found 2)."},
      {"more members than the directory holds",
       "byte 91: the zip directory cannot hold its members (expected at most 1, found 2)."},
      {"fewer members than the directory holds",
       "byte 34: the zip directory is longer than its members (found 47 more bytes)."},
      {"directory outside",
       "byte 93: the zip directory does not lie before its end record (expected 47 bytes up to byte 81, "
       "found a begin at byte 4,294,967,040)."},
      {"directory too small",
       "byte 93: the zip directory does not lie before its end record (expected 46 bytes up to byte 81, "
       "found a begin at byte 34)."},
      {"zip64 count lies", "byte 157: a zip64 record is malformed: members (expected 2, found 1)."},
      {"zip64 count is 2^63",
       "byte 167: the zip archive has too many members (expected at most 10,000, found "
       "9,223,372,036,854,775,807)."},
      {"zip64 offset wraps",
       "byte 169: the zip directory does not lie before its end record (expected 47 bytes up to byte 81, "
       "found a begin at byte 9,223,372,036,854,775,807)."},
      {"zip64 locator points elsewhere",
       "byte 153: a zip64 record is malformed: offset in the locator (expected 81, found 0)."},
      {"zip64 locator alone", "byte 25: there is a zip64 locator without its record."},
      {"zip64 size beyond the file",
       "byte 58: member \"a\": its sizes differ though it is stored (expected 3, found "
       "9,223,372,036,854,775,807)."},
      {"zip64 field replaces nothing", "byte 85: member \"a\": its zip64 field replaces no number."},
      {"zip64 field twice", "byte 89: member \"a\": it has two zip64 fields."},
      {"zip64 field of the local header lies",
       "byte 18: member \"a\": its local header has another packed size (expected 3, found 4)."},
      {"extra field beyond its place",
       "byte 89: the end comes before an extra field (expected 5 bytes, found 0). Is the file complete?"},
      {"two members of one name", "byte 0: member \"a\": two members have this name."},
      {"parent folder",
       "byte 83: the name of member 0 has a part that is empty, \".\" or \"..\" (found ../x)."},
      {"parent folder inside",
       "byte 88: the name of member 0 has a part that is empty, \".\" or \"..\" (found a/../../x)."},
      {"absolute", "byte 90: the name of member 0 is absolute (found /etc/passwd)."},
      {"drive", "byte 82: the name of member 0 is absolute (found C:x)."},
      {"backslash", "byte 83: the name of member 0 holds a backslash (found ..\\x)."},
      {"empty part", "byte 83: the name of member 0 has a part that is empty, \".\" or \"..\" (found a//b)."},
      {"dot", "byte 82: the name of member 0 has a part that is empty, \".\" or \"..\" (found ./a)."},
      {"empty name", "byte 79: the name of member 0 is empty."},
      {"null in name", "byte 82: the name of member 0 holds a control character (found a\\x00b)."},
      {"name not UTF-8", "byte 80: the name of member 0 is not UTF-8 (found \\xff)."},
      {"name beyond ASCII without its flag",
       "byte 43: member \"é\": its name beyond ASCII is not marked as UTF-8."},
      {"long name",
       "byte 1,104: the name of member 0 is too long (found "
       "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
       "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
       "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...)."},
      {"folder with bytes", "byte 59: member \"a/\": a folder holds bytes (expected 0, found 3)."},
      {"encrypted", "byte 42: member \"a\": it is encrypted."},
      {"strong encryption", "byte 42: member \"a\": it has flags that cannot be read (found 64)."},
      {"bzip2",
       "byte 44: member \"a\": its method cannot be read (expected 0 (stored) or 8 (deflated), found 12)."},
      {"other disk", "byte 68: member \"a\": it lies on another disk."},
      {"local header elsewhere", "byte 4: member \"a\": no local header begins here."},
      {"local header behind the members",
       "byte 34: member \"a\": its header lies behind the members (expected a byte up to 34, found "
       "16,777,215)."},
      {"other name in the local header", "byte 30: member \"a\": its local header has another name."},
      {"other method in the local header",
       "byte 8: member \"a\": its local header has another method (expected 0, found 8)."},
      {"other flags in the local header",
       "byte 6: member \"a\": its local header has another set of flags (expected 0, found 8)."},
      {"other checksum in the local header",
       "byte 14: member \"a\": its local header has another checksum (expected 891,568,578, found 1)."},
      {"other size in the local header",
       "byte 22: member \"a\": its local header has another size (expected 3, found 4)."},
      {"other packed size in the local header",
       "byte 18: member \"a\": its local header has another packed size (expected 3, found 4)."},
      {"stored sizes differ",
       "byte 58: member \"a\": its sizes differ though it is stored (expected 3, found 4)."},
      {"packed beyond the directory",
       "byte 31: the end comes before the bytes of member \"a\" (expected 50 bytes, found 3). Is the file "
       "complete?"},
      {"packed beyond the file",
       "byte 54: member \"a\": it is larger than the file (expected at most 103 bytes, found 5,000)."},
      {"wrong checksum", "byte 31: member \"a\": it cannot be unpacked: CRC error. Fetch the file again."},
      {"bomb",
       "byte 82: member \"a\": no deflated bytes unpack to so many (a zip bomb?) (expected at most 28,122, "
       "found 28,123)."},
      {"deflated too short",
       "byte 31: member \"a\": it cannot be unpacked: its content is too short. Fetch the file again."},
      {"deflated too long",
       "byte 31: member \"a\": it cannot be unpacked: its content is too long. Fetch the file again."},
      {"no deflate",
       "byte 31: member \"a\": it cannot be unpacked: Zlib error: data error. Fetch the file again."},
      {"members overlap",
       "byte 31: member \"a\": it overlaps the member before it (expected a begin at byte 65, found 31)."},
      {"hidden between members", "byte 34: 6 bytes belong to no member of the zip archive."},
      {"hidden before the directory", "byte 34: 6 bytes belong to no member of the zip archive."},
      {"descriptor missing",
       "byte 34: member \"a\": its data descriptor is missing or malformed (expected 12, 16, 20 or 24 bytes, "
       "found 0)."},
      {"descriptor lies", "byte 34: member \"a\": its data descriptor contradicts the directory."},
      {"other Unicode name", "byte 0: member \"a\": libzip sees another member here."},
  };
  const std::string where = "m.keras";
  for (const auto& attack : testing::golden("zip.json").at("attacks")) {
    const auto name = attack.at("name").get<std::string>();
    SCOPED_TRACE(name);
    const auto file = testing::from_base64(attack.at("file").get<std::string>());
    ASSERT_TRUE(problems.contains(name));
    expect_error<DataError>(
        [&] {
          const ZipArchive archive(file, where);
          for (const std::string& member : archive.names()) archive.read(member);
        },
        where + ": " + problems.at(name));
  }
}

TEST(ZipDirectory, NamesWithoutProblems) {
  for (const char* name : {"a", "a/b", "a/", ".hidden", "a..b", "...", "é", "a b"})
    EXPECT_EQ(zip_name_problem(name, 100), nullptr) << name;
}

}  // namespace
}  // namespace regulus::io
