// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace regulus::io {

/// What a file is, whatever its name says.
enum class FileKind : std::uint8_t {
  kOther,  ///< nothing below: text, or bytes that no table knows
  kIdx,
  kNpy,
  kZip,
  kGzip,
  kHdf5,
  kParquet,
  kArrow,
  kOrc,
  kAvro,
  kPickle,
  kMatlab,
  kSqlite,
  kExcel97,
  kPng,
  kJpeg,
  kGif,
  kBmp,
  kTiff,
  kWebp,
  kPdf,
  kUtf16,
  kUtf32,
  kJson,
  kHtml,
  kXml,
  kArff,
  kOnnx,
  kTflite,
  kBzip2,
  kXz,
  kZstd,
  kSevenZip,
  kRar,
  kTar,
  kSafetensors,
};

/// So many of a file's first bytes tell its kind.
inline constexpr std::size_t kFileKindBytes = 512;

/// The one table of what files begin with. `first`: the first bytes of a file, kFileKindBytes of them or all.
/// JSON is text whose first character is [ or {; ONNX has no signature: a guess at its first two fields.
FileKind file_kind(std::span<const std::uint8_t> first);

/// "a Parquet file"; "" for kOther.
const char* file_kind_name(FileKind kind);

/// How to make rows of such a file that regulus reads, a sentence; "" where it reads them or nobody could.
const char* rows_from(FileKind kind);

/// What a zip archive is, by its members: "an Excel file (.xlsx)", "a PyTorch file", "a Keras model", …, or
/// "a zip archive"; and what to do to get rows of it.
struct ZipContent {
  const char* name;
  std::string fix;
};
ZipContent zip_content(std::span<const std::string> members);

}  // namespace regulus::io
