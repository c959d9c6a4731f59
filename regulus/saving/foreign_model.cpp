// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/foreign_model.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "regulus/base/data_error.h"
#include "regulus/io/file_kind.h"

namespace regulus {
namespace {

using io::FileKind;

constexpr const char* kFromKeras = "Use the Keras model that it was made from, a .keras or .h5 file.";
constexpr const char* kFromTorch =
    "Rebuild the network in Keras, give it these weights and save it under a name that ends in .keras.";
constexpr const char* kFromTensorFlow =
    "Load it with Keras 2 (tf_keras.models.load_model) and save it under a name that ends in .keras or .h5.";
constexpr const char* kUnpack = "Unpack it first.";

// How to get a model that regulus reads.
const char* model_from(FileKind kind) {
  switch (kind) {
    case FileKind::kOnnx:
    case FileKind::kTflite:
      return kFromKeras;
    case FileKind::kPickle:
      return "Load it where it was made and save the Keras model in it: model.save(\"model.keras\").";
    case FileKind::kJson:
      return "It may be a model's config, which has no weights: save the model itself, "
             "model.save(\"model.keras\").";
    case FileKind::kGzip:
    case FileKind::kBzip2:
    case FileKind::kXz:
    case FileKind::kZstd:
    case FileKind::kSevenZip:
    case FileKind::kRar:
    case FileKind::kTar:
      return kUnpack;
    case FileKind::kHtml:
      return "Fetch the file itself, not the page that shows it.";
    default:
      return "Models are .keras, .h5 and .safetensors files.";
  }
}

[[noreturn]] void refuse(const std::string& where, const std::string& name, const std::string& fix) {
  throw_data(where, "this is " + name + ", not a model that regulus reads", "", "", fix);
}

}  // namespace

void require_model_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code none;
  if (!fs::is_directory(path, none)) {
    if (path.ends_with(".pb")) refuse(path, "a graph of TensorFlow's", kFromTensorFlow);
    return;
  }
  for (const char* name : {"saved_model.pb", "keras_metadata.pb"})
    if (fs::exists(fs::path(path) / name, none))
      refuse(path, "a SavedModel folder of TensorFlow's", kFromTensorFlow);
  if (fs::exists(fs::path(path) / "config.json", none))
    refuse(path, "a folder, perhaps an unpacked .keras file", "Give the .keras file itself.");
  refuse(path, "a folder", "Give a file.");
}

void require_no_foreign_model(std::span<const std::uint8_t> bytes, const std::string& where) {
  // A safetensors file begins with any length, then JSON.
  if (bytes.size() > 8 && bytes[8] == '{') return;
  const FileKind kind = io::file_kind(bytes.first(std::min(bytes.size(), io::kFileKindBytes)));
  if (kind == FileKind::kOther || kind == FileKind::kSafetensors) return;
  refuse(where, kind == FileKind::kJson ? "JSON" : io::file_kind_name(kind), model_from(kind));
}

void refuse_archive(const std::vector<std::string>& members, const std::string& where) {
  const std::string name = io::zip_content(members).name;
  if (name == "a PyTorch file") refuse(where, name, kFromTorch);
  if (name == "a zip archive" || name == "a Keras model")
    throw_data(where, "not a Keras model: config.json is missing from the archive");
  refuse(where, name, "Models are .keras, .h5 and .safetensors files.");
}

}  // namespace regulus
