// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "regulus/base/error.h"

namespace regulus {

/// Nobody answered: no network, no such host, connection refused, or silence.
class UnreachableError : public IoError {
 public:
  using IoError::IoError;
};

/// A server answered that it will not give the file: HTTP status 400 and above.
class RefusedError : public IoError {
 public:
  using IoError::IoError;
};

struct DownloadOptions {
  std::uint64_t max_bytes = std::uint64_t{64} << 20;
  long connect_timeout_ms = 3000;
  long silence_timeout_s = 15;  ///< below 1,000 bytes a second for so long, and the download ends
  /// Bytes received so far and in all (0: not known). May throw to give up.
  std::function<void(std::int64_t received, std::int64_t total)> on_progress = {};
};

/// The file `name` below the address `base_url` (http:, https: or file:; at most five redirects, to
/// http: and https: only). Proxies are taken from the usual environment variables.
/// Throws ConfigError for another kind of address, UnreachableError, RefusedError, or IoError for a
/// transfer that began and broke off or is larger than allowed.
std::vector<std::uint8_t> download(const std::string& base_url, const std::string& name,
                                   const DownloadOptions& options = {});

/// The address without a user name and password, for messages.
std::string without_credentials(const std::string& url);

}  // namespace regulus
