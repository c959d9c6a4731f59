// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/archive.h"

#include <algorithm>

#include "regulus/base/json.h"
#include "regulus/base/version.h"
#include "regulus/io/zip.h"
#include "regulus/saving/extras.h"
#include "regulus/saving/foreign_model.h"
#include "regulus/saving/keras/config.h"
#include "regulus/saving/keras/optimizer.h"
#include "regulus/saving/keras/release.h"
#include "regulus/saving/keras/weights.h"

namespace regulus::keras {
namespace {

constexpr const char* kMetadata = "metadata.json";
constexpr const char* kConfig = "config.json";
constexpr const char* kWeights = "model.weights.h5";
constexpr const char* kWeightsNpz = "model.weights.npz";
constexpr const char* kExtras = "regulus.json";
// The release whose files these are like. No date: the same model gives the same bytes.
constexpr const char* kKerasVersion = "3.15.1";
constexpr const char* kDate = "1980-01-01@00:00:00";

io::ZipMember text_member(const char* name, const Value& value) {
  const std::string text = to_json(value);
  return {name, {text.begin(), text.end()}};
}

Value read_json(const io::ZipArchive& archive, const char* name, const std::string& where) {
  const std::vector<std::uint8_t> bytes = archive.read(name);
  return parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, where + ": " + name);
}

std::vector<std::uint8_t> read_weight_file(const io::ZipArchive& archive, const std::string& where) {
  if (!archive.contains(kWeights) && archive.contains(kWeightsNpz))
    throw_data(where, "its weights are in an NPZ file", kWeights, kWeightsNpz,
               "Load it in Keras and save it again, under a name that ends in .keras.");
  if (!archive.contains(kWeights)) throw_data(where, std::string(kWeights) + " is missing");
  return archive.read(kWeights);
}

// A member of the archive's metadata; empty if it has none.
std::string text_of(const Value& metadata, const char* key) {
  const Value* value = metadata.is_dict() ? metadata.find(key) : nullptr;
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

// `metadata` is null where the archive has none.
std::string format_text(const Value& metadata, bool has_extras) {
  if (metadata.is_null()) return "Keras archive";
  const auto member = [&](const char* key) {
    const std::string text = text_of(metadata, key);
    return text.empty() ? std::string("of unknown version") : text;
  };
  if (has_extras) return "Keras archive, written by regulus " + member("regulus_version");
  return "Keras archive, written by Keras " + member("keras_version") + " on " + member("date_saved");
}

}  // namespace

std::vector<std::uint8_t> to_archive(const Sequential& model, const ModelNotes& notes) {
  Value::Dict config = model_config(model).as_dict();
  if (model.compiled()) config.emplace_back("compile_config", compile_config(model));
  const io::ZipMember members[] = {
      text_member(kMetadata, Value::Dict{{"keras_version", kKerasVersion},
                                         {"date_saved", kDate},
                                         {"regulus_version", version()}}),
      text_member(kConfig, config),
      {kWeights, io::to_hdf5(weight_tree(model))},
      text_member(kExtras, extras_config(model, notes)),
  };
  return io::to_zip(members);
}

LoadedModel from_archive(std::span<const std::uint8_t> bytes, const std::string& where,
                         const LoadOptions& options) {
  const io::ZipArchive archive(bytes, where);
  if (!archive.contains(kConfig)) refuse_archive(archive.names(), where);
  const bool has_extras = archive.contains(kExtras);
  Extras extras;
  if (has_extras) extras = read_extras(read_json(archive, kExtras, where), where);
  const Value config = read_json(archive, kConfig, where);
  const Numbers numbers = has_extras ? Numbers::kExact : Numbers::kRounded;
  Value metadata;
  std::optional<LoadedModel> loaded;
  as_data_error(where, [&] {
    KerasModel described = read_model(config, numbers);
    if (archive.contains(kMetadata)) metadata = read_json(archive, kMetadata, where);
    note_release(described, text_of(metadata, "keras_version"));
    const std::vector<std::uint8_t> weight_bytes = read_weight_file(archive, where);
    const std::string inside = where + ": " + kWeights;
    // Packed once more inside: what the archive may unpack to holds for all of it.
    Limits limits;
    limits.memory = std::min(limits.memory, limits.unpacked(bytes.size()));
    const io::Hdf5Group root = io::parse_hdf5(weight_bytes, inside, limits);
    const std::vector<Tensor> weights = read_weights(root, described, inside);
    const std::optional<std::uint64_t> seed = has_extras ? std::optional(extras.seed) : std::nullopt;
    loaded.emplace(LoadedModel{build_model(described.description, seed, weights), {}});
    loaded->notices = std::move(described.notices);
    if (const Value* compile = config.find("compile_config");
        compile && !compile->is_null() && options.compile) {
      const Compiled compiled = compile_from(loaded->model, *compile, numbers);
      loaded->notices.insert(loaded->notices.end(), compiled.notices.begin(), compiled.notices.end());
      if (compiled.optimizer)
        for (std::string& notice : restore_optimizer(loaded->model, optimizer_variables_in(root, inside),
                                                     compiled_origin(*compile)))
          loaded->notices.push_back(std::move(notice));
    }
    if (has_extras) apply_extras(*loaded, std::move(extras), where);
  });
  loaded->format = format_text(metadata, has_extras);
  return std::move(*loaded);
}

std::vector<std::string> load_weights_from_archive(Sequential& model, std::span<const std::uint8_t> bytes,
                                                   const std::string& where) {
  const io::ZipArchive archive(bytes, where);
  const std::vector<std::uint8_t> weight_bytes = read_weight_file(archive, where);
  const std::string inside = where + ": " + kWeights;
  const io::Hdf5Group root = io::parse_hdf5(weight_bytes, inside);
  return load_weights_from_tree(model, root, inside);
}

}  // namespace regulus::keras
