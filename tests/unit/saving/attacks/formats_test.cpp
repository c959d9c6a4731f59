// SPDX-License-Identifier: Apache-2.0
// Files that ask for memory that they do not fill, contradict themselves or name other files, of every
// format.
#include <algorithm>
#include <cstring>

#include "regulus/base/json.h"
#include "regulus/io/zip.h"
#include "support/idx.h"
#include "unit/saving/attacks/attack.h"

namespace regulus::testing {
namespace {

Attack text(const std::string& name, const std::string& says, const std::string& json) {
  return {name, [=] { return bytes_of(json); }, reading::json, says};
}

std::string repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

std::vector<Attack> json() {
  return {
      text("NestedLists", "nested", std::string(512'000, '[')),
      text("NestedObjects", "nested", repeated(R"({"a":)", 100'000)),
      text("NumberBeyondADouble", "too large", "[1e400]"),
      text("LongNumber", "", "[" + std::string(1'000'000, '9') + "e]"),
      text("NoNumber", "", "[NaN]"),
      text("Infinity", "", "[-Infinity]"),
      text("KeyTwice", "twice", R"({"class_name":"Dense","class_name":"Lambda"})"),
      text("KeyTwiceEscaped", "twice", R"({"module":1,"\u006dodule":2})"),
      text("LoneHighSurrogate", "", R"(["\ud800"])"),
      text("LoneLowSurrogate", "", R"(["\udc00\ud800"])"),
      text("NotUtf8", "", "[\"\xff\xfe\"]"),
      text("OverlongUtf8", "", "[\"\xc0\xaf\"]"),
      text("ControlCharacter", "", "[\"\x1b[2J\"]"),
      text("SecondDocument", "", "{} {}"),
      text("ManyValues", "too many", "[0" + repeated(",0", 1'100'000) + "]"),
      text("LargerThanTheLimit", "too large", std::string((std::size_t{96} << 20) + 1, ' ')),
  };
}

Attack tensors(const std::string& name, const std::string& says, const std::string& header,
               std::size_t data_bytes = 0) {
  return {name, [=] { return safetensors_of(header, data_bytes); }, reading::safetensors, says};
}

std::string entry(const std::string& shape, const std::string& offsets) {
  return R"("x":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

Bytes with_header_length(std::uint64_t length) {
  Bytes bytes = safetensors_of("{}");
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes;
}

std::vector<Attack> safetensors() {
  return {
      tensors("ProductWrapsTo4", "", "{" + entry("[4194305,4194305,211106198978564]", "[0,16]") + "}", 16),
      tensors("ProductWrapsTo0", "", "{" + entry("[4294967296,4294967296]", "[0,0]") + "}"),
      tensors("OffsetsBeyondTheFile", "",
              "{" + entry("[4611686018427387903]", "[0,18446744073709551612]") + "}"),
      tensors("OffsetsBackwards", "", "{" + entry("[1]", "[4,0]") + "}", 4),
      tensors("Overlap", "",
              "{" + entry("[2]", "[0,8]") + R"(,"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12),
      tensors("Hole", "", "{" + entry("[1]", "[4,8]") + "}", 8),
      tensors("BytesBehindTheData", "", "{" + entry("[1]", "[0,4]") + "}", 4096),
      tensors("NameTwice", "twice", "{" + entry("[1]", "[0,4]") + "," + entry("[1]", "[4,8]") + "}", 8),
      tensors("NegativeLength", "", "{" + entry("[-1,-1]", "[0,4]") + "}", 4),
      tensors("ManyAxes", "", "{" + entry("[1" + repeated(",1", 40) + "]", "[0,4]") + "}", 4),
      tensors("MetadataAsAPath", "", R"({"__metadata__":{"file":{"location":"/nowhere"}}})"),
      {"HeaderOf2To63", [] { return with_header_length(std::uint64_t{1} << 63); }, reading::safetensors},
      {"HeaderLongerThanTheFile", [] { return with_header_length(9'000'000); }, reading::safetensors},
      {"ZipToo",
       [] {
         Bytes bytes = safetensors_of("{}");
         const std::vector<io::ZipMember> members = {{"config.json", {}}};
         const Bytes zip = io::to_zip(members);
         bytes.insert(bytes.end(), zip.begin(), zip.end());
         return bytes;
       },
       reading::safetensors},
  };
}

Bytes idx_of(const std::vector<std::uint32_t>& dims, std::size_t values) {
  return idx_file(dims, Bytes(values));
}

std::vector<Attack> others() {
  return {
      {"IdxOfTheLongestAxes",
       [] {
         return idx_of({0xffffffff, 0xffffffff, 0xffffffff}, 8);
       },
       reading::idx},
      {"IdxProductWrapsTo0",
       [] {
         return idx_of({65536, 65536, 65536, 65536}, 0);
       },
       reading::idx},
      {"IdxOf255Axes",
       [] {
         return Bytes{0, 0, 8, 255};
       },
       reading::idx},
      {"GzipBomb", [] { return gzipped(Bytes(std::size_t{100} << 20)); }, reading::idx},
      {"GzipBombBehindASoundHeader",
       [] {
         Bytes content = idx_of({10}, 10);
         content.resize(std::size_t{100} << 20);
         return gzipped(content);
       },
       reading::idx},
      {"CVE_2022_37434_GzipExtraField",
       [] {
         Bytes file = {0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, 0xff, 0xff};
         file.resize(70'000, 0x41);
         return file;
       },
       reading::idx},
      {"CsvQuoteNeverClosed", [] { return bytes_of('"' + std::string(std::size_t{20} << 20, 'a')); },
       reading::csv, "quote"},
      {"CsvCarriageReturnAlone", [] { return bytes_of("a,b\r1,2\r"); }, reading::csv},
      {"CsvOtherNumberOfCells", [] { return bytes_of("1,2\n1,2,3\n"); }, reading::csv},
      {"CsvNul", [] { return bytes_of(std::string("1,2\n1,\0\n", 8)); }, reading::csv},
  };
}

std::vector<Attack> archives() {
  const auto traversal = [](const std::string& name) {
    // The name is put in where the writer would refuse it.
    const std::string harmless(name.size(), 'x');
    const std::vector<io::ZipMember> members = {{harmless, bytes_of("content")}};
    Bytes file = io::to_zip(members);
    for (auto at = file.begin();
         (at = std::search(at, file.end(), harmless.begin(), harmless.end())) != file.end();)
      at = std::copy(name.begin(), name.end(), at);
    return file;
  };
  return {
      {"CVE_2024_55459_MemberOfTheParentFolder", [=] { return traversal("../../.bashrc"); }, reading::zip},
      {"CVE_2025_12060_AbsoluteMember", [=] { return traversal("/etc/cron.d/x"); }, reading::zip},
      {"MemberBehindAFolder", [=] { return traversal("assets/../../x"); }, reading::zip},
      {"MemberOfADrive", [=] { return traversal("C:\\windows\\x"); }, reading::zip},
      {"NpzOfPickles",
       [] {
         const std::vector<io::ZipMember> members = {{"x.pkl", bytes_of("cos\nsystem\n(S'none'\ntR.")}};
         return io::to_zip(members);
       },
       reading::npz},
      {"CVE_2019_6446_NpyOfObjects",
       [] {
         std::string header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }";
         header.resize(117, ' ');
         return bytes_of(std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header +
                         "\ncos\nsystem\n(S'none'\ntR.");
       },
       reading::npy, "pickle"},
  };
}

class FormatAttacks : public ::testing::TestWithParam<Attack> {};
TEST_P(FormatAttacks, IsRefused) {
  expect_refused(GetParam());
}
INSTANTIATE_TEST_SUITE_P(Json, FormatAttacks, ::testing::ValuesIn(json()), attack_name);
INSTANTIATE_TEST_SUITE_P(Safetensors, FormatAttacks, ::testing::ValuesIn(safetensors()), attack_name);
INSTANTIATE_TEST_SUITE_P(Archives, FormatAttacks, ::testing::ValuesIn(archives()), attack_name);
INSTANTIATE_TEST_SUITE_P(Others, FormatAttacks, ::testing::ValuesIn(others()), attack_name);

bool is_attack(const std::string& list, const std::string&) {
  return list.ends_with("attacks");
}

TEST(GoldenAttacks, ZipArchivesThatReadersSeeDifferently) {
  expect_golden_refused("zip.json", reading::zip, is_attack);
}

TEST(GoldenAttacks, ArraysThatLieAboutThemselves) {
  expect_golden_refused("arrays.json", reading::npy,
                        [](const std::string& list, const std::string&) { return list == "attacks"; });
  expect_golden_refused("arrays.json", reading::npz,
                        [](const std::string& list, const std::string&) { return list == "npz_attacks"; });
}

// CVE-2026-1669 (links and data in other files), CVE-2026-0897 (shapes), CVE-2025-2308 and later (circles).
TEST(GoldenAttacks, Hdf5FilesThatPointElsewhere) {
  expect_golden_refused("hdf5.json", reading::hdf5, [](const std::string&, const std::string& name) {
    for (const char* kind :
         {"link",        "virtual", "circle",  "deep",      "external",  "wraps",    "beyond", "overlap",
          "more_than",   "same_",   "data_in", "negative",  "truncated", "checksum", "again",  "lzf",
          "scaleoffset", "no_end",  "missing", "committed", "two_names", "nine_axes"})
      if (name.find(kind) != name.npos) return true;
    return false;
  });
}

}  // namespace
}  // namespace regulus::testing
