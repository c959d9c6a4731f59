// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/file_kind.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace regulus::io {
namespace {

using namespace std::string_view_literals;

FileKind kind_of(std::string_view text) {
  return file_kind({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

struct KindCase {
  std::string_view first;
  FileKind kind;
};

// The signatures as their formats' own specifications give them.
TEST(FileKind, IsToldByTheFirstBytes) {
  for (const KindCase& c : {KindCase{"\x93NUMPY\1\0"sv, FileKind::kNpy},
                            KindCase{"PK\3\4\x14\0"sv, FileKind::kZip},
                            KindCase{"PK\5\6"sv, FileKind::kZip},
                            KindCase{"\x1f\x8b\10\0"sv, FileKind::kGzip},
                            KindCase{"\x89HDF\r\n\x1a\n"sv, FileKind::kHdf5},
                            KindCase{"PAR1\x15\4"sv, FileKind::kParquet},
                            KindCase{"ARROW1\0\0"sv, FileKind::kArrow},
                            KindCase{"\x80\4\x95\x10"sv, FileKind::kPickle},
                            KindCase{"MATLAB 5.0 MAT-file, Platform"sv, FileKind::kMatlab},
                            KindCase{"SQLite format 3\0"sv, FileKind::kSqlite},
                            KindCase{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, FileKind::kExcel97},
                            KindCase{"\x89PNG\r\n\x1a\n"sv, FileKind::kPng},
                            KindCase{"\xff\xd8\xff\xe0\0\x10JFIF"sv, FileKind::kJpeg},
                            KindCase{"GIF89a\1\0"sv, FileKind::kGif},
                            KindCase{"BM\x36\0\0\0\0\0\0\0\x36"sv, FileKind::kBmp},
                            KindCase{"RIFF\0\0\0\0WEBPVP8 "sv, FileKind::kWebp},
                            KindCase{"%PDF-1.7"sv, FileKind::kPdf},
                            KindCase{"\x1c\0\0\0TFL3"sv, FileKind::kTflite},
                            KindCase{"\10\10\x12\7pytorch"sv, FileKind::kOnnx},
                            KindCase{"BZh91AY&SY\x80"sv, FileKind::kBzip2},
                            KindCase{"\xfd\x37zXZ\0"sv, FileKind::kXz},
                            KindCase{"\x28\xb5\x2f\xfd"sv, FileKind::kZstd},
                            KindCase{"7z\xbc\xaf\x27\x1c"sv, FileKind::kSevenZip},
                            KindCase{"\x10\0\0\0\0\0\0\0{\"a\""sv, FileKind::kSafetensors},
                            KindCase{"\0\0\10\3\0\0\0\5"sv, FileKind::kIdx},
                            KindCase{"\0\0\15\1"sv, FileKind::kIdx},
                            KindCase{"\xff\xfe\x31\0"sv, FileKind::kUtf16},
                            KindCase{"\xfe\xff\0\x31"sv, FileKind::kUtf16},
                            KindCase{"1\0,\0002\0"sv, FileKind::kUtf16},
                            KindCase{"\0001\0,\0002"sv, FileKind::kUtf16},
                            KindCase{"\xff\xfe\0\0001\0\0\0"sv, FileKind::kUtf32},
                            KindCase{"[[1,2],[3,4]]", FileKind::kJson},
                            KindCase{"\xef\xbb\xbf {\"a\": 1}", FileKind::kJson},
                            KindCase{"\n<!DOCTYPE html>", FileKind::kHtml},
                            KindCase{"<HTML>", FileKind::kHtml},
                            KindCase{"<?xml version", FileKind::kXml},
                            KindCase{"@RELATION iris", FileKind::kArff}})
    EXPECT_EQ(kind_of(c.first), c.kind) << c.first;
  const std::string tar = "rows.csv" + std::string(249, '\0') + "ustar";
  EXPECT_EQ(kind_of(tar), FileKind::kTar);
}

TEST(FileKind, TextIsNothingOfThese) {
  for (const std::string_view text : {"", "1,2\n", "a,b\n1,2\n", "BM,height\n1,2\n", "ORCHID,x\n",
                                      "PAR1,PAR2\n1,2\n", "GIF8\n", "BZh,a\n", "\"[\",1", "# a\n", "-1 2",
                                      "\xef\xbb\xbf"
                                      "1,2"})
    EXPECT_EQ(kind_of(text), FileKind::kOther) << text;
}

TEST(FileKind, EveryKindHasANameAndWhatToDo) {
  for (int i = 1; i <= static_cast<int>(FileKind::kSafetensors); ++i) {
    const auto kind = static_cast<FileKind>(i);
    EXPECT_NE(std::string_view(file_kind_name(kind)), "") << i;
    const bool is_read = kind == FileKind::kIdx || kind == FileKind::kNpy;
    EXPECT_EQ(std::string_view(rows_from(kind)).empty(), is_read) << i;
  }
  EXPECT_EQ(std::string_view(file_kind_name(FileKind::kOther)), "");
}

TEST(FileKind, AZipArchiveIsToldByItsMembers) {
  const auto name = [](const std::vector<std::string>& members) {
    return std::string_view(zip_content(members).name);
  };
  EXPECT_EQ(name({"[Content_Types].xml", "xl/workbook.xml"}), "an Excel file (.xlsx)");
  EXPECT_EQ(name({"mimetype", "content.xml"}), "an OpenDocument file");
  EXPECT_EQ(name({"metadata.json", "config.json", "model.weights.h5"}), "a Keras model");
  EXPECT_EQ(name({"archive/data.pkl", "archive/data/0"}), "a PyTorch file");
  EXPECT_EQ(name({"rows.csv"}), "a zip archive");
  EXPECT_EQ(zip_content(std::vector<std::string>{"rows.csv"}).fix, "Unpack rows.csv and give that file.");
  EXPECT_EQ(name({"a.csv", "b.csv"}), "a zip archive");
}

}  // namespace
}  // namespace regulus::io
