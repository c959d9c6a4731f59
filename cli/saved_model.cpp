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

void require_new(const std::string& path, bool force) {
  std::error_code ignored;
  if (!force && std::filesystem::exists(path, ignored))
    refuse(path, "exists already", "Give --force to replace it.");
  require_writable(path);
}

void written(const std::function<void()>& write) {
  try {
    write();
  } catch (const IoError& error) {
    throw WriteError(error.info());
  }
}

void add_model(CLI::App& command, std::string& path) {
  add_text(command, "MODEL", path, {"MODEL", "a .keras, .h5 or .safetensors file"})->required();
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

void save(const Sequential& model, const Normalization& scaling, const DatasetInfo& data,
          const std::string& path) {
  written([&] {
    save_model(path, model,
               {.normalization = scaling, .data_set = data.name, .class_names = data.class_names});
  });
}

SavedModel load_saved(const std::string& path) {
  LoadedModel loaded = load_model(path, {.compile = false});
  // A model of Keras's has its scaling, if any, among its layers.
  const auto features = static_cast<std::size_t>(loaded.model.input_shape().size());
  Normalization scaling = loaded.notes.normalization.value_or(Normalization::from_statistics(
      1, std::vector<double>(features, 0.0), std::vector<double>(features, 1.0)));
  return {std::move(loaded.model), std::move(scaling), std::move(loaded.notes.data_set)};
}

}  // namespace regulus::cli
