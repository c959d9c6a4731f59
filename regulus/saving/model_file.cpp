// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/model_file.h"

#include "regulus/base/error.h"
#include "regulus/base/file.h"
#include "regulus/base/float_environment.h"
#include "regulus/io/hdf5.h"
#include "regulus/io/zip.h"
#include "regulus/saving/bake.h"
#include "regulus/saving/description.h"
#include "regulus/saving/foreign_model.h"
#include "regulus/saving/keras/archive.h"
#include "regulus/saving/keras/legacy_h5.h"
#include "regulus/saving/keras/weights.h"
#include "regulus/saving/safetensors_model.h"

namespace regulus {
namespace {

void require_built(const Sequential& model, const char* where) {
  if (model.built()) return;
  throw ConfigError({.where = where,
                     .what = "the model has no weights yet",
                     .fix = "Give the first layer an input_shape, or call build or fit first."});
}

// What it says for people to read: a file's own words are in it.
LoadedModel for_people(LoadedModel loaded) {
  for (std::string& notice : loaded.notices) notice = escaped(notice);
  loaded.format = escaped(loaded.format);
  return loaded;
}

// Keras's save_weights with max_shard_size: a table in JSON beside files that each have a part.
void refuse_shards(const std::string& where) {
  if (!where.ends_with(".weights.json")) return;
  throw_data(where, "it is the table of weights that lie in several files", "one file of weights", "",
             "Save them as one: save_weights(\"NAME.weights.h5\") without max_shard_size.");
}

std::vector<std::string> weights_from_bytes(Sequential& model, std::span<const std::uint8_t> bytes,
                                            const std::string& where) {
  if (io::is_zip(bytes)) return keras::load_weights_from_archive(model, bytes, where);
  if (!io::is_hdf5(bytes)) {
    refuse_shards(where);
    model.set_weights(weights_from_safetensors(bytes, where, model));
    return {};
  }
  const io::Hdf5Group root = io::parse_hdf5(bytes, where);
  const bool by_names = keras::is_legacy_model(root) || root.attribute("layer_names") != nullptr;
  return by_names ? keras::load_weights_from_legacy_model(model, root, where)
                  : keras::load_weights_from_tree(model, root, where);
}

}  // namespace

ModelFormat model_format(const std::string& path) {
  // The longer ending first.
  constexpr std::pair<std::string_view, ModelFormat> kEndings[] = {
      {".weights.h5", ModelFormat::kWeightsH5},
      {".h5", ModelFormat::kH5},
      {".keras", ModelFormat::kKeras},
      {".safetensors", ModelFormat::kSafetensors}};
  for (const auto& [ending, format] : kEndings)
    if (path.ends_with(ending)) return format;
  throw ConfigError({.where = path,
                     .what = "the name does not say which kind of model file it is",
                     .expected = "an ending in .keras, .h5, .weights.h5 or .safetensors"});
}

std::vector<std::uint8_t> model_to_bytes(const Sequential& model, const ModelNotes& notes, ModelFormat format,
                                         const SaveOptions& options) {
  const StandardFloats floats;
  require_built(model, "save_model");
  if (options.bake_normalization && notes.normalization) {
    ModelNotes rest = notes;
    rest.normalization.reset();
    return model_to_bytes(with_normalization_layer(model, *notes.normalization), rest, format);
  }
  switch (format) {
    case ModelFormat::kKeras:
      return keras::to_archive(model, notes);
    case ModelFormat::kH5:
      return io::to_hdf5(keras::to_legacy_model(model, notes));
    case ModelFormat::kWeightsH5:
      return io::to_hdf5(keras::weight_tree(model));
    case ModelFormat::kSafetensors:
      break;
  }
  return to_safetensors_model(model, notes);
}

LoadedModel model_from_bytes(std::span<const std::uint8_t> bytes, const std::string& where,
                             const LoadOptions& options) {
  const StandardFloats floats;
  if (io::is_zip(bytes)) return for_people(keras::from_archive(bytes, where, options));
  if (!io::is_hdf5(bytes)) {
    require_no_foreign_model(bytes, where);
    return for_people(from_safetensors_model(bytes, where, options));
  }
  const io::Hdf5Group root = io::parse_hdf5(bytes, where);
  if (!keras::is_legacy_model(root))
    throw_data(where, "it holds weights but no model", "", "",
               "Build the model and give it these weights (load_weights).");
  return for_people(keras::from_legacy_model(root, where, options));
}

void save_model(const std::string& path, const Sequential& model, const ModelNotes& notes,
                const SaveOptions& options) {
  write_file(path, model_to_bytes(model, notes, model_format(path), options));
}

LoadedModel load_model(const std::string& path, const LoadOptions& options) {
  require_model_file(path);
  return model_from_bytes(read_file(path), path, options);
}

std::vector<std::string> load_weights(Sequential& model, const std::string& path) {
  const StandardFloats floats;
  require_built(model, "load_weights");
  const std::vector<std::uint8_t> bytes = read_file(path);
  std::vector<std::string> notices;
  as_data_error(path, [&] { notices = weights_from_bytes(model, bytes, path); });
  return notices;
}

}  // namespace regulus
