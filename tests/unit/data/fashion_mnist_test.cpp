// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/fashion_mnist.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>

#include "regulus/base/file.h"
#include "regulus/base/sha256.h"
#include "regulus/data/fashion_mnist_files.h"
#include "support/environment.h"
#include "support/expect.h"
#include "support/http_server.h"
#include "support/idx.h"
#include "support/temporary_folder.h"

namespace regulus::datasets {
namespace {

using testing::Bytes;
using testing::counting;
using testing::EnvironmentVariable;
using testing::expect_error;
using testing::gzipped;
using testing::http_answer;
using testing::HttpServer;
using testing::idx_file;
using testing::TemporaryFolder;
using testing::write_bytes;

// Starts without any data in reach: no REGULUS_DATA, an empty home, an address where nobody answers.
class FashionMnist : public ::testing::Test {
 protected:
  // A complete folder; its first training label is `mark`.
  void fill(const std::string& folder, std::uint8_t mark, bool packed = true) {
    std::filesystem::create_directories(folder);
    const auto put = [&](const char* name, const Bytes& file) {
      write_bytes(folder + "/" + name + (packed ? ".gz" : ""), packed ? gzipped(file, 1) : file);
    };
    put("train-images-idx3-ubyte", idx_file({2, 28, 28}, counting(2 * 784, 251)));
    put("train-labels-idx1-ubyte", idx_file({2}, {mark, 0}));
    put("t10k-images-idx3-ubyte", idx_file({1, 28, 28}, counting(784, 13)));
    put("t10k-labels-idx1-ubyte", idx_file({1}, {mark}));
  }

  std::string keras_cache() const { return home_ / ".keras/datasets/fashion-mnist"; }
  std::string own_cache() const { return home_ / ".cache/regulus/datasets/fashion-mnist"; }

  static void expect_source(const TrainTest& data, const std::string& source, int mark) {
    EXPECT_EQ(data.train.info().source, source);
    EXPECT_EQ(data.test.info().source, source);
    EXPECT_EQ(data.train.info().name, "fashion_mnist");
    EXPECT_EQ(data.train.labels()[0], mark);
  }

  // Real files for the tests of whole downloads, which the recorded hashes let pass.
  static std::string real_folder() {
    const char* folder = std::getenv("REGULUS_DATA");
    return folder ? folder : "";
  }

  const std::string real_data_ = real_folder();
  const TemporaryFolder home_;
  EnvironmentVariable home_variable_{"HOME", home_.path()};
  EnvironmentVariable cache_variable_{"XDG_CACHE_HOME", std::nullopt};
  EnvironmentVariable data_variable_{"REGULUS_DATA", std::nullopt};
  EnvironmentVariable url_variable_{"REGULUS_DATASETS_URL", "http://127.0.0.1:1/"};
  EnvironmentVariable no_proxy_{"no_proxy", "127.0.0.1"};
  // The embedded default would only slow these tests down.
  const LoadOptions folders_only_{.allow_download = false, .allow_embedded = false};
};

TEST_F(FashionMnist, TheOrderOfTheSearch) {
  fill(own_cache(), 1);
  expect_source(fashion_mnist::load_data(), own_cache(), 1);
  fill(keras_cache(), 2);
  expect_source(fashion_mnist::load_data(), keras_cache(), 2);
  const TemporaryFolder named;
  fill(named.path(), 3, /*packed=*/false);
  data_variable_.assign(named.path());
  expect_source(fashion_mnist::load_data(), named.path(), 3);
  const TemporaryFolder option;
  fill(option.path(), 4);
  expect_source(fashion_mnist::load_data({.directory = option.path()}), option.path(), 4);
}

TEST_F(FashionMnist, TheCacheFollowsXdgCacheHome) {
  const TemporaryFolder cache;
  fill(cache / "regulus/datasets/fashion-mnist", 5);
  cache_variable_.assign(cache.path());
  expect_source(fashion_mnist::load_data(folders_only_), cache / "regulus/datasets/fashion-mnist", 5);
  cache_variable_.assign("relative");  // the XDG rules: as if it were not set
  fill(own_cache(), 6);
  expect_source(fashion_mnist::load_data(folders_only_), own_cache(), 6);
}

TEST_F(FashionMnist, ANamedFolderThatLacksTheFilesIsAnError) {
  fill(keras_cache(), 1);
  const TemporaryFolder named;
  data_variable_.assign(named / "none");
  expect_error<IoError>(
      [] { fashion_mnist::load_data(); },
      (named / "none") +
          ": no such folder. Set REGULUS_DATA to a folder with the four Fashion-MNIST files, or unset it.");
  fill(named.path(), 1);
  std::filesystem::remove(named / "t10k-labels-idx1-ubyte.gz");
  expect_error<IoError>([&] { fashion_mnist::load_data({.directory = named.path()}); },
                        named.path() +
                            ": the folder lacks t10k-labels-idx1-ubyte.gz (plain: without .gz). Give a "
                            "folder with the four Fashion-MNIST files.");
}

TEST_F(FashionMnist, AnIncompleteCacheIsPassedOver) {
  fill(keras_cache(), 1);
  std::filesystem::remove(keras_cache() + "/t10k-labels-idx1-ubyte.gz");
  fill(own_cache(), 2);
  expect_source(fashion_mnist::load_data(folders_only_), own_cache(), 2);
}

TEST_F(FashionMnist, AMalformedFileIsAnErrorWhereverItLies) {
  fill(keras_cache(), 1);
  const std::string path = keras_cache() + "/train-labels-idx1-ubyte.gz";
  write_bytes(path, gzipped(idx_file({2}, {1})));
  expect_error<DataError>(
      [] { fashion_mnist::load_data(); },
      path + ": byte 4: header promises 2 labels, the file holds 1. Fetch the file again.");
}

TEST_F(FashionMnist, WithoutAHomeThereAreNoCaches) {
  const std::array<std::optional<std::string>, 2> homes = {std::nullopt, ""};
  for (const auto& home : homes) {
    home_variable_.assign(home);
    expect_error<IoError>(
        [&] { fashion_mnist::load_data(folders_only_); },
        "fashion_mnist: no folder holds the data, and downloads are not allowed. Set REGULUS_DATA "
        "to a folder with the four files.");
  }
}

TEST_F(FashionMnist, WithoutANetworkTheEmbeddedDefaultIsUsedAndSaysWhy) {
  const TrainTest data = fashion_mnist::load_data();
  EXPECT_EQ(data.train.info().name, "garments");
  EXPECT_EQ(data.train.info().source, "embedded");
  EXPECT_EQ(data.train.num_rows(), 60000);
  EXPECT_EQ(data.test.num_rows(), 10000);
  EXPECT_NE(data.train.info().note.find("http://127.0.0.1:1/train-images-idx3-ubyte.gz: no answer"),
            std::string::npos)
      << data.train.info().note;
  EXPECT_EQ(data.test.info().note, data.train.info().note);
  EXPECT_THROW(fashion_mnist::load_data({.allow_embedded = false}), IoError);
  EXPECT_TRUE(home_.names().empty());
}

TEST_F(FashionMnist, WrongBytesAreAnErrorAndNeverStored) {
  const std::string body = "<html>Please log in</html>";
  const HttpServer server([&](const std::string&) { return http_answer("200 OK", body); });
  url_variable_.assign(server.url());
  expect_error<IoError>([] { fashion_mnist::load_data(); },
                        "train-images-idx3-ubyte.gz: the download has the wrong sha256 (expected " +
                            std::string(kFashionMnistFiles[0].sha256) + ", found " +
                            sha256_hex(body.data(), body.size()) +
                            "). Nothing was stored. Try again, or set REGULUS_DATA to a folder.");
  EXPECT_TRUE(home_.names().empty());
}

TEST_F(FashionMnist, AMirrorThatWasNamedMustHaveTheFiles) {
  const HttpServer server([](const std::string&) { return http_answer("404 Not Found", ""); });
  url_variable_.assign(server.url());
  expect_error<IoError>([] { fashion_mnist::load_data(); },
                        server.url() + "train-images-idx3-ubyte.gz: the server answers 404.");
  url_variable_.assign("file://" + home_.path());
  EXPECT_THROW(fashion_mnist::load_data(), IoError);
}

TEST_F(FashionMnist, ACutConnectionIsAnError) {
  const HttpServer server(
      [](const std::string&) { return http_answer("200 OK", std::string(1000, 'x')).substr(0, 300); });
  url_variable_.assign(server.url());
  EXPECT_THROW(fashion_mnist::load_data(), IoError);
  EXPECT_TRUE(home_.names().empty());
}

TEST_F(FashionMnist, DownloadsOnceAndKeepsTheFiles) {
  if (real_data_.empty()) GTEST_SKIP() << "set REGULUS_DATA to a folder with the packed Fashion-MNIST files";
  std::atomic<int> requests = 0;
  const HttpServer server([&](const std::string& path) {
    ++requests;
    const auto bytes = read_file(real_data_ + path);
    return http_answer("200 OK", std::string(bytes.begin(), bytes.end()));
  });
  url_variable_.assign(server.url());
  std::vector<std::string> seen;
  LoadOptions options;
  options.on_progress = [&](const std::string& file, std::int64_t received, std::int64_t total) {
    if (seen.empty() || seen.back() != file) seen.push_back(file);
    EXPECT_LE(received, total);
  };
  const TrainTest first = fashion_mnist::load_data(options);
  EXPECT_EQ(first.train.info().source, "download");
  EXPECT_EQ(first.train.info().note, "");
  EXPECT_EQ(first.train.num_rows(), 60000);
  EXPECT_EQ(seen, (std::vector<std::string>{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                                            "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}));
  EXPECT_EQ(fashion_mnist::load_data(options).train.info().source, own_cache());
  EXPECT_EQ(requests, 4);
  // Only what is missing is fetched again.
  std::filesystem::remove(own_cache() + "/t10k-labels-idx1-ubyte.gz");
  EXPECT_EQ(fashion_mnist::load_data(options).train.info().source, "download");
  EXPECT_EQ(requests, 5);
}

TEST_F(FashionMnist, ADownloadThatCannotBeKeptIsUsedAllTheSame) {
  if (real_data_.empty()) GTEST_SKIP() << "set REGULUS_DATA to a folder with the packed Fashion-MNIST files";
  url_variable_.assign("file://" + real_data_);
  home_variable_.assign(std::nullopt);
  EXPECT_EQ(fashion_mnist::load_data().train.info().note,
            "the download was not kept: neither HOME nor XDG_CACHE_HOME is set");
  write_bytes(home_ / "file", {});
  cache_variable_.assign(home_ / "file");  // below a file no folder can be made
  const TrainTest data = fashion_mnist::load_data();
  EXPECT_EQ(data.train.info().source, "download");
  EXPECT_EQ(data.train.info().note.rfind("the download was not kept: ", 0), 0u) << data.train.info().note;
}

}  // namespace
}  // namespace regulus::datasets
