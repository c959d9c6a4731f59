// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/download.h"

#include <curl/curl.h>

#include <exception>
#include <memory>
#include <mutex>

#include "regulus/base/names.h"

namespace regulus {
namespace {

constexpr long kMaxRedirects = 5;
constexpr long kLowestBytesPerSecond = 1000;

struct CloseHandle {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, CloseHandle>;

struct Transfer {
  const DownloadOptions& options;
  std::vector<std::uint8_t> bytes;
  bool too_large = false;
  std::exception_ptr error;  // an exception must not cross curl's C code
};

std::size_t on_bytes(const char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (size > transfer.options.max_bytes - transfer.bytes.size()) {
    transfer.too_large = true;
    return 0;
  }
  try {
    transfer.bytes.insert(transfer.bytes.end(), data, data + size);
  } catch (...) {
    transfer.error = std::current_exception();
    return 0;
  }
  return size;
}

int on_progress(void* self, curl_off_t total, curl_off_t received, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (received == 0 || !transfer.options.on_progress) return 0;
  try {
    transfer.options.on_progress(received, total);
  } catch (...) {
    transfer.error = std::current_exception();
    return 1;
  }
  return 0;
}

const char* allowed_protocols(const std::string& url) {
  if (url.starts_with("http://") || url.starts_with("https://")) return "http,https";
  if (url.starts_with("file://")) return "file";
  throw ConfigError({.where = without_credentials(url),
                     .what = "not an address to download from",
                     .expected = "http://, https:// or file://"});
}

// Failures before the first byte of an answer.
bool is_silence(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return true;
    default:
      return false;
  }
}

ErrorInfo info(const std::string& where, const std::string& what, const std::string& fix) {
  return {.where = where, .what = what, .fix = fix};
}

[[noreturn]] void throw_failure(CURLcode code, const std::string& reason, const std::string& url,
                                const Transfer& transfer, bool answered) {
  if (transfer.error) std::rethrow_exception(transfer.error);
  const std::string where = without_credentials(url);
  if (transfer.too_large)
    throw IoError(info(where,
                       "the file is larger than " +
                           with_commas(static_cast<long long>(transfer.options.max_bytes)) + " bytes",
                       "Is this the right address?"));
  if (!answered && is_silence(code))
    throw UnreachableError(info(where, "no answer (" + reason + ")", "Is there a network?"));
  if (answered && (is_silence(code) || code == CURLE_PARTIAL_FILE))
    throw IoError(info(where,
                       "the download broke off after " +
                           with_commas(static_cast<long long>(transfer.bytes.size())) + " bytes (" + reason +
                           ")",
                       "Try again."));
  throw IoError(info(where, "the download failed (" + reason + ")", ""));
}

void set_up(CURL* curl, const std::string& url, const char* protocols, Transfer& transfer, char* reason) {
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, transfer.options.connect_timeout_ms);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kLowestBytesPerSecond);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, transfer.options.silence_timeout_s);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  // Without it a name server that does not answer holds us long after the timeout.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
#endif
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "regulus/" REGULUS_VERSION);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
}

}  // namespace

std::vector<std::uint8_t> download(const std::string& base_url, const std::string& name,
                                   const DownloadOptions& options) {
  const std::string url = base_url.ends_with('/') ? base_url + name : base_url + "/" + name;
  const char* protocols = allowed_protocols(url);
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const Handle handle(curl_easy_init());
  if (!handle) throw IoError(info(without_credentials(url), "the download could not be started", ""));

  Transfer transfer{options, {}, false, nullptr};
  char reason[CURL_ERROR_SIZE] = "";
  set_up(handle.get(), url, protocols, transfer, reason);
  const CURLcode code = curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK)
    throw_failure(code, *reason ? reason : curl_easy_strerror(code), url, transfer, status != 0);
  if (status >= 400)
    throw RefusedError(info(without_credentials(url), "the server answers " + std::to_string(status), ""));
  return std::move(transfer.bytes);
}

std::string without_credentials(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const std::size_t host = scheme + 3;
  const std::size_t end = url.find_first_of("/?#", host);
  const std::size_t at = url.substr(0, end).rfind('@');
  return at == std::string::npos || at < host ? url : url.substr(0, host) + url.substr(at + 1);
}

}  // namespace regulus
