// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/download.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/environment.h"
#include "support/expect.h"
#include "support/http_server.h"
#include "support/idx.h"
#include "support/temporary_folder.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::EnvironmentVariable;
using testing::expect_error;
using testing::http_answer;
using testing::HttpServer;
using testing::TemporaryFolder;
using testing::write_bytes;

std::string text(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

// The server of these tests is on this machine: no proxy may stand between.
class Download : public ::testing::Test {
 private:
  EnvironmentVariable no_proxy_{"no_proxy", "127.0.0.1"};
};

TEST_F(Download, OverHttpWithProgress) {
  const std::string body(100000, 'x');
  const HttpServer server([&](const std::string& path) { return http_answer("200 OK", path + body); });
  DownloadOptions options;
  std::int64_t received = 0;
  std::int64_t total = 0;
  options.on_progress = [&](std::int64_t r, std::int64_t t) {
    EXPECT_GE(r, received);
    received = r;
    total = t;
  };
  EXPECT_EQ(text(download(server.url() + "sets", "a.gz", options)), "/sets/a.gz" + body);
  EXPECT_EQ(received, 100010);
  EXPECT_EQ(total, 100010);
}

TEST_F(Download, FromAFolder) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.gz", {1, 2, 3});
  EXPECT_EQ(download("file://" + folder.path(), "a.gz"), (Bytes{1, 2, 3}));
  EXPECT_EQ(download("file://" + folder.path() + "/", "a.gz"), (Bytes{1, 2, 3}));
  EXPECT_THROW(download("file://" + folder.path(), "b.gz"), IoError);
}

TEST_F(Download, FollowsAFewRedirects) {
  const HttpServer server([](const std::string& path) {
    if (path == "/new") return http_answer("200 OK", "here");
    return std::string("HTTP/1.1 302 Found\r\nLocation: ") + (path == "/old" ? "/new" : "/loop") +
           "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  });
  EXPECT_EQ(text(download(server.url(), "old")), "here");
  EXPECT_THROW(download(server.url(), "loop"), IoError);
}

TEST_F(Download, NeverFollowsARedirectToAFile) {
  const TemporaryFolder folder;
  write_bytes(folder / "secret", {1});
  const HttpServer server([&](const std::string&) {
    return "HTTP/1.1 302 Found\r\nLocation: file://" + (folder / "secret") + "\r\nContent-Length: 0\r\n\r\n";
  });
  EXPECT_THROW(download(server.url(), "a"), IoError);
}

TEST_F(Download, ARefusalNamesTheStatus) {
  const HttpServer server([](const std::string&) { return http_answer("404 Not Found", "no such file"); });
  expect_error<RefusedError>([&] { download(server.url(), "a.gz"); },
                             server.url() + "a.gz: the server answers 404.");
}

TEST_F(Download, ACutConnectionIsNotAFile) {
  const HttpServer server(
      [](const std::string&) { return http_answer("200 OK", std::string(1000, 'x')).substr(0, 500); });
  try {
    download(server.url(), "a.gz");
    FAIL() << "no error";
  } catch (const UnreachableError& error) {
    FAIL() << error.what();
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find("the download broke off after"), std::string::npos)
        << error.what();
    EXPECT_NE(std::string(error.what()).find("Try again."), std::string::npos) << error.what();
  }
}

TEST_F(Download, SilenceIsUnreachable) {
  const HttpServer mute([](const std::string&) { return std::string(); });
  EXPECT_THROW(download(mute.url(), "a.gz"), UnreachableError);
  std::string closed_port;
  {
    const HttpServer gone([](const std::string&) { return std::string(); });
    closed_port = gone.url();
  }
  EXPECT_THROW(download(closed_port, "a.gz"), UnreachableError);
  // RFC 6761: this name never resolves.
  EXPECT_THROW(download("http://nowhere.invalid/", "a.gz"), UnreachableError);
}

TEST_F(Download, StopsAtTheSizeLimit) {
  const HttpServer server([](const std::string&) {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(2000, 'x');
  });
  DownloadOptions options;
  options.max_bytes = 1999;
  expect_error<IoError>(
      [&] { download(server.url(), "a.gz", options); },
      server.url() + "a.gz: the file is larger than 1,999 bytes. Is this the right address?");
  options.max_bytes = 2000;
  EXPECT_EQ(download(server.url(), "a.gz", options).size(), 2000u);
}

TEST_F(Download, AnExceptionOfTheProgressCallbackEndsIt) {
  const HttpServer server([](const std::string&) { return http_answer("200 OK", "body"); });
  DownloadOptions options;
  options.on_progress = [](std::int64_t, std::int64_t) { throw std::runtime_error("enough"); };
  EXPECT_THROW(download(server.url(), "a.gz", options), std::runtime_error);
}

TEST_F(Download, RefusesOtherAddresses) {
  expect_error<ConfigError>(
      [] { download("ftp://host/", "a.gz"); },
      "ftp://host/a.gz: not an address to download from (expected http://, https:// or file://).");
  EXPECT_THROW(download("host/path", "a.gz"), ConfigError);
  EXPECT_THROW(download("", "a.gz"), ConfigError);
}

TEST(WithoutCredentials, HidesUserAndPassword) {
  EXPECT_EQ(without_credentials("http://me:secret@host/x@y"), "http://host/x@y");
  EXPECT_EQ(without_credentials("https://a@b:c@host"), "https://host");
  EXPECT_EQ(without_credentials("http://host/a@b"), "http://host/a@b");
  EXPECT_EQ(without_credentials("http://host?q=a@b"), "http://host?q=a@b");
  EXPECT_EQ(without_credentials("no address"), "no address");
}

}  // namespace
}  // namespace regulus
