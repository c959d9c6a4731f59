// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/file_kind.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace regulus::io {
namespace {

using namespace std::string_view_literals;

struct Signature {
  FileKind kind;
  std::size_t offset;
  std::string_view bytes;
};

// The first that fits counts.
constexpr std::array kSignatures = {
    Signature{FileKind::kNpy, 0, "\x93NUMPY"sv},
    Signature{FileKind::kZip, 0, "PK\3\4"sv},
    Signature{FileKind::kZip, 0, "PK\5\6"sv},
    Signature{FileKind::kZip, 0, "PK\7\10"sv},
    Signature{FileKind::kGzip, 0, "\x1f\x8b"sv},
    Signature{FileKind::kHdf5, 0, "\x89HDF\r\n\x1a\n"sv},
    Signature{FileKind::kParquet, 0, "PAR1"sv},
    Signature{FileKind::kArrow, 0, "ARROW1"sv},
    Signature{FileKind::kArrow, 0, "FEA1"sv},
    Signature{FileKind::kOrc, 0, "ORC"sv},
    Signature{FileKind::kAvro, 0, "Obj\1"sv},
    Signature{FileKind::kMatlab, 0, "MATLAB 5.0"sv},
    Signature{FileKind::kSqlite, 0, "SQLite format 3\0"sv},
    Signature{FileKind::kExcel97, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv},
    Signature{FileKind::kPng, 0, "\x89PNG\r\n\x1a\n"sv},
    Signature{FileKind::kJpeg, 0, "\xff\xd8\xff"sv},
    Signature{FileKind::kGif, 0, "GIF8"sv},
    Signature{FileKind::kTiff, 0, "II*\0"sv},
    Signature{FileKind::kTiff, 0, "MM\0*"sv},
    Signature{FileKind::kWebp, 8, "WEBP"sv},
    Signature{FileKind::kPdf, 0, "%PDF-"sv},
    Signature{FileKind::kTflite, 4, "TFL3"sv},
    Signature{FileKind::kUtf32, 0, "\xff\xfe\0\0"sv},
    Signature{FileKind::kUtf32, 0, "\0\0\xfe\xff"sv},
    Signature{FileKind::kUtf16, 0, "\xff\xfe"sv},
    Signature{FileKind::kUtf16, 0, "\xfe\xff"sv},
    Signature{FileKind::kBzip2, 0, "BZh"sv},
    Signature{FileKind::kXz, 0,
              "\xfd"
              "7zXZ\0"sv},
    Signature{FileKind::kZstd, 0, "\x28\xb5\x2f\xfd"sv},
    Signature{FileKind::kSevenZip, 0, "7z\xbc\xaf\x27\x1c"sv},
    Signature{FileKind::kRar, 0, "Rar!\x1a\7"sv},
    Signature{FileKind::kTar, 257, "ustar"sv},
    Signature{FileKind::kPickle, 0, "\x80\2"sv},
    Signature{FileKind::kPickle, 0, "\x80\3"sv},
    Signature{FileKind::kPickle, 0, "\x80\4"sv},
    Signature{FileKind::kPickle, 0, "\x80\5"sv},
};

struct About {
  FileKind kind;
  const char* name;
  const char* fix;
};

constexpr const char* kUnpack = "Unpack it first.";
constexpr const char* kImages = "Save the images as one array of all rows: NPY, as numpy.save writes it.";
constexpr const char* kModel = "This is a model: give the file of rows.";

constexpr std::array kAbout = {
    About{FileKind::kIdx, "an IDX file", ""},
    About{FileKind::kNpy, "an NPY file", ""},
    About{FileKind::kZip, "a zip archive", kUnpack},
    About{FileKind::kGzip, "a gzip file", kUnpack},
    About{FileKind::kHdf5, "an HDF5 file",
          "Save the array as NPY: numpy.save(\"rows.npy\", file[\"NAME\"][:]) with h5py."},
    About{FileKind::kParquet, "a Parquet file",
          "Save it as CSV: pandas.read_parquet(FILE).to_csv(\"rows.csv\", index=False)."},
    About{FileKind::kArrow, "an Arrow (Feather) file",
          "Save it as CSV: pandas.read_feather(FILE).to_csv(\"rows.csv\", index=False)."},
    About{FileKind::kOrc, "an ORC file",
          "Save it as CSV: pandas.read_orc(FILE).to_csv(\"rows.csv\", index=False)."},
    About{FileKind::kAvro, "an Avro file", "Save it as CSV."},
    About{FileKind::kPickle, "a Python pickle, which is never loaded: it can hold code",
          "Save the rows as CSV (to_csv) or NPY (numpy.save)."},
    About{FileKind::kMatlab, "a MATLAB file",
          "Save the array as NPY: numpy.save(\"rows.npy\", scipy.io.loadmat(FILE)[\"NAME\"])."},
    About{FileKind::kSqlite, "an SQLite database", "Save the table as CSV."},
    About{FileKind::kExcel97, "an Excel file (.xls)", "Save the sheet as CSV."},
    About{FileKind::kPng, "a PNG image", kImages},
    About{FileKind::kJpeg, "a JPEG image", kImages},
    About{FileKind::kGif, "a GIF image", kImages},
    About{FileKind::kBmp, "a BMP image", kImages},
    About{FileKind::kTiff, "a TIFF image", kImages},
    About{FileKind::kWebp, "a WebP image", kImages},
    About{FileKind::kPdf, "a PDF file", "Save the table as CSV."},
    About{FileKind::kUtf16, "UTF-16 text", "Save the file as UTF-8: iconv -f UTF-16 -t UTF-8."},
    About{FileKind::kUtf32, "UTF-32 text", "Save the file as UTF-8: iconv -f UTF-32 -t UTF-8."},
    About{FileKind::kJson, "JSON, not a table", "Save the rows as CSV, one row a line, or as NPY."},
    About{FileKind::kHtml, "a web page (HTML)", "Fetch the file itself, not the page that shows it."},
    About{FileKind::kXml, "an XML file", "Save the table as CSV."},
    About{FileKind::kArff, "an ARFF file", "Save the lines behind @data as CSV."},
    About{FileKind::kOnnx, "an ONNX model", kModel},
    About{FileKind::kTflite, "a TFLite model", kModel},
    About{FileKind::kBzip2, "a bzip2 file", kUnpack},
    About{FileKind::kXz, "an xz file", kUnpack},
    About{FileKind::kZstd, "a Zstandard file", kUnpack},
    About{FileKind::kSevenZip, "a 7z archive", kUnpack},
    About{FileKind::kRar, "a RAR archive", kUnpack},
    About{FileKind::kTar, "a tar archive", kUnpack},
    About{FileKind::kSafetensors, "a safetensors file", "Save the array as NPY: numpy.save."},
};

const About* about(FileKind kind) {
  const auto* found =
      std::find_if(kAbout.begin(), kAbout.end(), [&](const About& a) { return a.kind == kind; });
  return found == kAbout.end() ? nullptr : found;
}

// The words with which these begin may begin a text too.
bool may_be_text(FileKind kind) {
  return kind == FileKind::kParquet || kind == FileKind::kArrow || kind == FileKind::kOrc ||
         kind == FileKind::kGif || kind == FileKind::kBzip2;
}

bool is_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c < 9 || (c > 13 && c < ' '); });
}

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char w, char t) {
           return w == (t >= 'A' && t <= 'Z' ? static_cast<char>(t - 'A' + 'a') : t);
         });
}

// UTF-16 without a byte order mark: every other byte of plain text is zero.
bool is_utf16(std::string_view text) {
  if (text.size() < 4) return false;
  const auto plain = [](char c) { return (c >= ' ' && c < 127) || c == '\t' || c == '\r' || c == '\n'; };
  for (const std::size_t zero : {0, 1}) {
    bool fits = true;
    for (std::size_t at = 0; fits && at < std::min<std::size_t>(text.size(), 16); ++at)
      fits = at % 2 == zero ? text[at] == '\0' : plain(text[at]);
    if (fits) return true;
  }
  return false;
}

// ModelProto: ir_version, a small number, and producer_name or graph.
bool is_onnx(std::string_view text) {
  return text.size() > 3 && text[0] == 8 && text[1] > 0 && text[1] < 32 &&
         (text[2] == 0x12 || text[2] == 0x3a);
}

// The length of a header, and the header: JSON.
bool is_safetensors(std::string_view text) {
  return text.size() > 9 && text.substr(4, 4) == "\0\0\0\0"sv && text[8] == '{' &&
         (text[9] == '"' || text[9] == '}');
}

FileKind text_kind(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return FileKind::kOther;
  text.remove_prefix(begin);
  if (text[0] == '{' || text[0] == '[') return FileKind::kJson;
  if (begins_with(text, "<!doctype html") || begins_with(text, "<html")) return FileKind::kHtml;
  if (begins_with(text, "<?xml")) return FileKind::kXml;
  if (begins_with(text, "@relation")) return FileKind::kArff;
  return FileKind::kOther;
}

}  // namespace

FileKind file_kind(std::span<const std::uint8_t> first) {
  const std::string_view text(reinterpret_cast<const char*>(first.data()), first.size());
  for (const Signature& s : kSignatures)
    if (text.size() >= s.offset && text.substr(s.offset).starts_with(s.bytes) &&
        !(may_be_text(s.kind) && is_text(text)))
      return s.kind;
  // "BM" may begin a text: the reserved bytes behind the size are zero.
  if (text.starts_with("BM") && text.size() >= 10 && text.substr(6, 4) == "\0\0\0\0"sv) return FileKind::kBmp;
  if (is_utf16(text)) return FileKind::kUtf16;
  if (text.size() > 1 && text[0] == '\0' && text[1] == '\0') return FileKind::kIdx;
  if (is_onnx(text)) return FileKind::kOnnx;
  if (is_safetensors(text)) return FileKind::kSafetensors;
  return text_kind(text);
}

const char* file_kind_name(FileKind kind) {
  const About* found = about(kind);
  return found == nullptr ? "" : found->name;
}

const char* rows_from(FileKind kind) {
  const About* found = about(kind);
  return found == nullptr ? "" : found->fix;
}

ZipContent zip_content(std::span<const std::string> members) {
  const auto has = [&](std::string_view part) {
    return std::any_of(members.begin(), members.end(),
                       [&](const std::string& name) { return name.find(part) != name.npos; });
  };
  if (has("xl/workbook")) return {"an Excel file (.xlsx)", "Save the sheet as CSV."};
  if (has("content.xml")) return {"an OpenDocument file", "Save the sheet as CSV."};
  if (has("word/document")) return {"a Word file", "Save the table as CSV."};
  if (has("config.json") || has("model.weights.h5")) return {"a Keras model", "Give the file of rows."};
  if (has("data.pkl"))
    return {"a PyTorch file", "Save the rows as NPY: numpy.save(\"rows.npy\", tensor.numpy())."};
  if (members.size() == 1) return {"a zip archive", "Unpack " + members[0] + " and give that file."};
  return {"a zip archive", "Unpack it and give the file of rows."};
}

}  // namespace regulus::io
