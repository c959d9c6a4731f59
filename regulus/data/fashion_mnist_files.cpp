// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/fashion_mnist_files.h"

#include <atomic>
#include <exception>
#include <filesystem>
#include <system_error>

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/data/labels_beside.h"
#include "regulus/io/idx.h"
#include "regulus/runtime/team.h"

namespace regulus::datasets {
namespace {

constexpr std::int64_t kSide = 28;
constexpr int kClasses = 10;

// One of the four files, unpacked, or why it could not be.
struct File {
  std::string where;
  IdxArray array;
  std::exception_ptr error;
};
using Files = std::array<File, kFashionMnistFiles.size()>;

constexpr bool holds_images(std::size_t file) {
  return file % 2 == 0;
}

Files read_all(const std::function<NamedBytes(const OfficialFile&)>& read, Reading reading) {
  Files files;
  const auto read_one = [&](std::size_t i) {
    try {
      const NamedBytes packed = read(kFashionMnistFiles[i]);
      files[i].where = packed.where;
      files[i].array =
          parse_idx(packed.bytes, holds_images(i) ? IdxKind::kImages : IdxKind::kLabels, packed.where);
    } catch (...) {
      files[i].error = std::current_exception();
    }
  };
  if (reading == Reading::kInOrder) {
    for (std::size_t i = 0; i < files.size() && (i == 0 || !files[i - 1].error); ++i) read_one(i);
    return files;
  }
  static constexpr std::array<std::size_t, kFashionMnistFiles.size()> kLargestFirst = {0, 2, 1, 3};
  std::atomic<std::size_t> next = 0;
  runtime::team()->run([&](int, int) {
    for (std::size_t i = next++; i < files.size(); i = next++) read_one(kLargestFirst[i]);
  });
  return files;
}

IdxArray images_of(File& file) {
  if (file.error) std::rethrow_exception(file.error);
  IdxArray& images = file.array;
  if (images.dims[1] != kSide || images.dims[2] != kSide)
    throw DataError({.where = file.where,
                     .what = "byte 8: the images have the wrong size",
                     .expected = "28 x 28",
                     .found = std::to_string(images.dims[1]) + " x " + std::to_string(images.dims[2])});
  return std::move(images);
}

std::vector<std::int32_t> labels_of(const File& file, std::int64_t num_images) {
  if (file.error) std::rethrow_exception(file.error);
  const IdxArray& labels = file.array;
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
  for (const std::string& known : idx_file_names(name))
    if (std::string path = folder + "/" + known; is_file(path)) return path;
  return std::nullopt;
}

TrainTest assemble(const std::function<NamedBytes(const OfficialFile&)>& read, const DatasetInfo& info,
                   Reading reading) {
  Files files = read_all(read, reading);
  const auto part = [&](File& images_file, const File& labels_file) {
    IdxArray images = images_of(images_file);
    std::vector<std::int32_t> labels = labels_of(labels_file, images.dims[0]);
    return Dataset::from_bytes({kSide, kSide}, std::move(images.values), std::move(labels), info);
  };
  Dataset train = part(files[0], files[1]);
  return {std::move(train), part(files[2], files[3])};
}

}  // namespace regulus::datasets
