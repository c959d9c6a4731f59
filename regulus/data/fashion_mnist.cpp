// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/fashion_mnist.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "regulus/base/error.h"
#include "regulus/base/file.h"
#include "regulus/base/sha256.h"
#include "regulus/data/download.h"
#include "regulus/data/fashion_mnist_files.h"
#include "regulus/runtime/environment.h"

namespace regulus::datasets::fashion_mnist {
namespace {

constexpr const char* kOfficialUrl = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 30;
constexpr const char* kFolder = "fashion-mnist";

DatasetInfo make_info(const std::string& source) {
  return {.name = "fashion_mnist", .source = source, .class_names = fashion_class_names()};
}

bool holds_all_files(const std::string& folder) {
  return std::all_of(kFashionMnistFiles.begin(), kFashionMnistFiles.end(),
                     [&](const OfficialFile& file) { return find_in_folder(folder, file.name).has_value(); });
}

NamedBytes read_from(const std::string& path) {
  return {path, read_file(path, kMaxFileBytes)};
}

// `mend` says how to name another folder.
TrainTest load_folder(const std::string& folder, const std::string& mend) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw IoError({.where = folder, .what = "no such folder", .fix = mend});
  for (const OfficialFile& file : kFashionMnistFiles)
    if (!find_in_folder(folder, file.name))
      throw IoError({.where = folder,
                     .what = "the folder lacks " + std::string(file.name) + ".gz (plain: without .gz)",
                     .fix = mend});
  return assemble([&](const OfficialFile& file) { return read_from(*find_in_folder(folder, file.name)); },
                  make_info(folder), Reading::kSideBySide);
}

std::optional<std::string> keras_cache() {
  const auto home = runtime::environment("HOME");
  if (!home) return std::nullopt;
  return *home + "/.keras/datasets/" + kFolder;
}

// By the XDG rules a relative path in XDG_CACHE_HOME counts as not set.
std::optional<std::string> own_cache() {
  const std::string below = std::string("/regulus/datasets/") + kFolder;
  const auto cache = runtime::environment("XDG_CACHE_HOME");
  if (cache && cache->starts_with('/')) return *cache + below;
  const auto home = runtime::environment("HOME");
  if (!home) return std::nullopt;
  return *home + "/.cache" + below;
}

void check_sha256(const std::string& name, const std::vector<std::uint8_t>& bytes,
                  const std::string& expected) {
  const std::string found = sha256_hex(bytes.data(), bytes.size());
  if (found == expected) return;
  throw IoError({.where = name,
                 .what = "the download has the wrong sha256",
                 .expected = expected,
                 .found = found,
                 .fix = "Nothing was stored. Try again, or set REGULUS_DATA to a folder."});
}

// Downloads what the cache lacks and keeps it there where that is possible.
class Downloader {
 public:
  explicit Downloader(const LoadOptions& options) : options_(options), cache_(own_cache()) {
    if (const auto named = runtime::environment("REGULUS_DATASETS_URL")) url_ = *named;
  }

  TrainTest load() {
    TrainTest out = assemble([this](const OfficialFile& file) { return read(file); }, make_info("download"),
                             Reading::kInOrder);
    if (note_.empty()) return out;
    DatasetInfo info = make_info("download");
    info.note = note_;
    return {out.train.with_info(info), out.test.with_info(info)};
  }

 private:
  NamedBytes read(const OfficialFile& file) {
    if (cache_)
      if (const auto path = find_in_folder(*cache_, file.name)) return read_from(*path);
    const std::string name = std::string(file.name) + ".gz";
    DownloadOptions download_options;
    if (options_.on_progress)
      download_options.on_progress = [&](std::int64_t received, std::int64_t total) {
        options_.on_progress(name, received, total);
      };
    NamedBytes out{name, download(url_, name, download_options)};
    check_sha256(name, out.bytes, file.sha256);
    keep(name, out.bytes);
    return out;
  }

  // A full or read-only disk is no reason to withhold the data.
  void keep(const std::string& name, const std::vector<std::uint8_t>& bytes) {
    if (!cache_) {
      note_ = "the download was not kept: neither HOME nor XDG_CACHE_HOME is set";
      return;
    }
    try {
      std::error_code ignored;  // write_file names the folder that is missing
      std::filesystem::create_directories(*cache_, ignored);
      write_file(*cache_ + "/" + name, bytes);
    } catch (const IoError& error) {
      note_ = std::string("the download was not kept: ") + error.what();
    }
  }

  const LoadOptions& options_;
  std::optional<std::string> cache_;
  std::string url_ = kOfficialUrl;
  std::string note_;
};

TrainTest embedded(const std::string& note) {
  TrainTest out = garments();
  DatasetInfo info = out.train.info();
  info.note = note;
  return {out.train.with_info(info), out.test.with_info(info)};
}

}  // namespace

TrainTest load_data(const LoadOptions& options) {
  if (!options.directory.empty())
    return load_folder(options.directory, "Give a folder with the four Fashion-MNIST files.");
  if (const auto named = runtime::environment("REGULUS_DATA"))
    return load_folder(*named,
                       "Set REGULUS_DATA to a folder with the four Fashion-MNIST files, or unset it.");
  for (const auto& cache : {keras_cache(), own_cache()})
    if (cache && holds_all_files(*cache)) return load_folder(*cache, "");
  std::string note = "downloads were not allowed";
  if (options.allow_download) {
    try {
      return Downloader(options).load();
    } catch (const UnreachableError& error) {
      if (!options.allow_embedded) throw;
      note = error.what();
    } catch (const RefusedError& error) {
      // The official address may be gone one day, or a proxy in its way; a mirror that was named is a
      // promise.
      if (!options.allow_embedded || runtime::environment("REGULUS_DATASETS_URL")) throw;
      note = error.what();
    }
  }
  if (!options.allow_embedded)
    throw IoError({.where = "fashion_mnist",
                   .what = "no folder holds the data, and downloads are not allowed",
                   .fix = "Set REGULUS_DATA to a folder with the four files."});
  return embedded(note);
}

}  // namespace regulus::datasets::fashion_mnist
