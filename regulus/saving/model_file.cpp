// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/model_file.h"

#include "regulus/base/error.h"
#include "regulus/base/file.h"
#include "regulus/base/float_environment.h"
#include "regulus/io/hdf5.h"
#include "regulus/io/zip.h"
#include "regulus/saving/description.h"
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
                     .expected = "",
                     .found = "",
                     .fix = "Give the first layer an input_shape, or call build or fit first."});
}

std::vector<Tensor> weights_from_bytes(std::span<const std::uint8_t> bytes, const std::string& where,
                                       const Sequential& model) {
  if (io::is_zip(bytes)) return keras::weights_from_archive(bytes, where, model);
  if (!io::is_hdf5(bytes)) return weights_from_safetensors(bytes, where, model);
  const io::Hdf5Group root = io::parse_hdf5(bytes, where);
  const bool by_names = keras::is_legacy_model(root) || root.attribute("layer_names") != nullptr;
  return by_names ? keras::weights_from_legacy_model(root, where, model)
                  : keras::read_weights(root, keras::as_keras(model), where);
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
                     .expected = "an ending in .keras, .h5, .weights.h5 or .safetensors",
                     .found = "",
                     .fix = ""});
}

std::vector<std::uint8_t> model_to_bytes(const Sequential& model, const ModelNotes& notes,
                                         ModelFormat format) {
  const StandardFloats floats;
  require_built(model, "save_model");
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
  if (io::is_zip(bytes)) return keras::from_archive(bytes, where, options);
  if (!io::is_hdf5(bytes)) return from_safetensors_model(bytes, where, options);
  const io::Hdf5Group root = io::parse_hdf5(bytes, where);
  if (!keras::is_legacy_model(root))
    throw_data(where, "it holds weights but no model", "", "",
               "Build the model and give it these weights (load_weights).");
  return keras::from_legacy_model(root, where, options);
}

void save_model(const std::string& path, const Sequential& model, const ModelNotes& notes) {
  write_file(path, model_to_bytes(model, notes, model_format(path)));
}

LoadedModel load_model(const std::string& path, const LoadOptions& options) {
  return model_from_bytes(read_file(path), path, options);
}

void load_weights(Sequential& model, const std::string& path) {
  const StandardFloats floats;
  require_built(model, "load_weights");
  const std::vector<std::uint8_t> bytes = read_file(path);
  std::vector<Tensor> weights;
  as_data_error(path, [&] { weights = weights_from_bytes(bytes, path, model); });
  model.set_weights(weights);
}

}  // namespace regulus
