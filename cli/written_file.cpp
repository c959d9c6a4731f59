// SPDX-License-Identifier: Apache-2.0
#include "cli/written_file.h"

#include <unistd.h>

#include <filesystem>

#include "cli/errors.h"

namespace regulus::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_file(const std::string& path, const std::string& what, const std::string& fix) {
  throw WriteError({.where = path, .what = what, .fix = fix});
}

}  // namespace

void require_no_folder(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) refuse_file(path, "is a folder", "Name a file in it.");
}

void require_new(const std::string& path, bool force) {
  std::error_code ignored;
  require_no_folder(path);
  // A link that leads nowhere is something that is there, too.
  if (!force && fs::exists(fs::symlink_status(path, ignored)))
    refuse_file(path, "exists already", "Give --force to replace it.");
  const fs::path parent = fs::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  if (!fs::is_directory(folder, ignored)) refuse_file(path, "its folder does not exist", "Make it first.");
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    refuse_file(path, "its folder cannot be written", "Choose another place.");
}

void require_not_read(const std::string& command, const std::string& path,
                      std::span<const std::string> read) {
  std::error_code ignored;
  for (const std::string& input : read)
    if (!input.empty() && fs::equivalent(input, path, ignored))
      refuse_usage(command, "the file to write is one of those that are read", "Name another file.", path);
}

void written(const std::function<void()>& write) {
  try {
    write();
  } catch (const IoError& error) {
    throw WriteError(error.info());
  }
}

}  // namespace regulus::cli
