// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/fashion_mnist_files.h"

#include <filesystem>
#include <system_error>

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/data/idx.h"

namespace regulus::datasets {
namespace {

constexpr std::int64_t kSide = 28;
constexpr int kClasses = 10;

IdxArray read_images(const NamedBytes& file) {
  IdxArray images = parse_idx(file.bytes, IdxKind::kImages, file.where);
  if (images.dims[1] != kSide || images.dims[2] != kSide)
    throw DataError({.where = file.where,
                     .what = "byte 8: the images have the wrong size",
                     .expected = "28 x 28",
                     .found = std::to_string(images.dims[1]) + " x " + std::to_string(images.dims[2]),
                     .fix = ""});
  return images;
}

std::vector<std::int32_t> read_labels(const NamedBytes& file, std::int64_t num_images) {
  const IdxArray labels = parse_idx(file.bytes, IdxKind::kLabels, file.where);
  if (labels.dims[0] != num_images)
    throw DataError({.where = file.where,
                     .what = "byte 4: there must be one label for each image",
                     .expected = with_commas(num_images),
                     .found = with_commas(labels.dims[0]),
                     .fix = "Fetch both files again."});
  for (std::size_t i = 0; i < labels.values.size(); ++i)
    if (labels.values[i] >= kClasses)
      throw DataError(
          {.where = file.where,
           .what = "byte " + with_commas(static_cast<long long>(i) + 8) + ": a label is out of range",
           .expected = "0 to 9",
           .found = std::to_string(labels.values[i]),
           .fix = "Fetch the file again."});
  return {labels.values.begin(), labels.values.end()};
}

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

}  // namespace

const std::vector<std::string>& fashion_class_names() {
  static const std::vector<std::string> names = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                                 "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  return names;
}

std::optional<std::string> find_in_folder(const std::string& folder, const char* name) {
  for (const char* ending : {".gz", ""})
    if (std::string path = folder + "/" + name + ending; is_file(path)) return path;
  return std::nullopt;
}

TrainTest assemble(const std::function<NamedBytes(const OfficialFile&)>& read, const DatasetInfo& info) {
  const auto part = [&](const OfficialFile& images_file, const OfficialFile& labels_file) {
    IdxArray images = read_images(read(images_file));
    std::vector<std::int32_t> labels = read_labels(read(labels_file), images.dims[0]);
    return Dataset::from_bytes({kSide, kSide}, std::move(images.values), std::move(labels), info);
  };
  Dataset train = part(kFashionMnistFiles[0], kFashionMnistFiles[1]);
  return {std::move(train), part(kFashionMnistFiles[2], kFashionMnistFiles[3])};
}

}  // namespace regulus::datasets
