// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>

namespace regulus::cli {

/// Throws WriteError for a folder. What a file's name must end in is said after that.
void require_no_folder(const std::string& path);
/// Throws WriteError for a file that exists, unless `force` says to replace it, and if none can be made at
/// `path`: said before the work, not after it.
void require_new(const std::string& path, bool force);
/// Throws ConfigError if `path` is one of the files that are read, by whatever link: writing it would destroy
/// it.
void require_not_read(const std::string& command, const std::string& path, std::span<const std::string> read);
/// Runs `write`; an IoError there is a WriteError.
void written(const std::function<void()>& write);

}  // namespace regulus::cli
