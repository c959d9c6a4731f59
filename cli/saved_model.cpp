// SPDX-License-Identifier: Apache-2.0
#include "cli/saved_model.h"

#include <unistd.h>

#include <filesystem>
#include <utility>

#include "cli/errors.h"
#include "cli/options.h"
#include "cli/process.h"
#include "regulus/saving/model_file.h"

namespace regulus::cli {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& what, const std::string& fix) {
  throw WriteError({.where = path, .what = what, .expected = "", .found = "", .fix = fix});
}

}  // namespace

void require_writable(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) refuse(path, "is a folder", "Name a file in it.");
  const fs::path parent = fs::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  if (!fs::is_directory(folder, ignored)) refuse(path, "its folder does not exist", "Make it first.");
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    refuse(path, "its folder cannot be written", "Choose another place.");
}

void add_model(CLI::App& command, std::string& path) {
  add_text(command, "MODEL", path, {"MODEL", "file made by regulus train"})->required();
}

Dataset load_test(const SavedModel& saved, DataOptions options, const Common& common) {
  if (options.data_set.empty() && options.directory.empty()) options.data_set = saved.data_set;
  Dataset test = load(options, common).test;
  const auto classes = static_cast<std::int64_t>(test.info().class_names.size());
  if (saved.model.output_shape() != Shape{classes})
    throw ShapeError({.where = "model",
                      .what = "the outputs do not fit the classes of the data set",
                      .expected = std::to_string(classes),
                      .found = to_string(saved.model.output_shape()),
                      .fix = ""});
  return test;
}

void save(const Sequential& model, const Normalization& scaling, const std::string& data_set,
          const std::string& path) {
  try {
    save_model(path, model, {.normalization = scaling, .data_set = data_set});
  } catch (const IoError& error) {
    throw WriteError(error.info());
  }
}

SavedModel load_saved(const std::string& path) {
  LoadedModel loaded = load_model(path);
  if (!loaded.notes.normalization || !loaded.model.compiled())
    throw DataError({.where = path,
                     .what = "holds a model without its scaling or its loss",
                     .expected = "",
                     .found = "",
                     .fix = "Make one with regulus train."});
  return {std::move(loaded.model), *std::move(loaded.notes.normalization), std::move(loaded.notes.data_set)};
}

}  // namespace regulus::cli
