// SPDX-License-Identifier: Apache-2.0
#include "fuzz/flat.h"
#include "fuzz/target.h"
#include "regulus/base/json.h"
#include "regulus/nn/layers/core/dense.h"
#include "regulus/nn/layers/regularization/dropout.h"
#include "regulus/nn/registry.h"
#include "regulus/saving/model_file.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.model";

std::string described(const LoadedModel& loaded) {
  const Sequential& model = loaded.model;
  std::string out;
  append(out, to_json(model.config()));
  append(out, std::to_string(model.key().seed()));
  for (const Tensor& weight : model.get_weights()) append(out, weight);
  if (model.compiled()) append(out, to_json(model.compile_config()));
  if (loaded.notes.normalization) append(out, to_json(loaded.notes.normalization->config()));
  append(out, loaded.notes.data_set);
  return out;
}

std::string read(View input) {
  const LoadedModel loaded = model_from_bytes(input, kWhere);
  std::string value = described(loaded);
  const Bytes again = model_to_bytes(loaded.model, loaded.notes);
  require(described(model_from_bytes(again, kWhere)) == value,
          "written and read again, the model is another: " + value);
  return value;
}

Sequential tiny() {
  return Sequential(
      {Dense({.units = 2, .activation = "relu", .kernel_regularizer = l2(0.5), .input_shape = {2}}),
       Dropout({.rate = 0.25f}), Dense({.units = 1, .name = "out"})},
      {.name = "tiny", .seed = 7});
}

std::vector<Seed> seeds() {
  // One layer: as an HDF5 file each takes kilobytes.
  Sequential compiled({Dense({.units = 1, .input_shape = {2}})}, {.name = "one", .seed = 7});
  compiled.compile({.optimizer = "sgd", .loss = "mse"});
  ModelNotes notes;
  notes.data_set = "toy";
  std::vector<Seed> seeds;
  for (const auto& [name, format] :
       {std::pair("safetensors", ModelFormat::kSafetensors), std::pair("keras", ModelFormat::kKeras),
        std::pair("h5", ModelFormat::kH5)}) {
    seeds.push_back({std::string("plain.") + name, model_to_bytes(tiny(), {}, format)});
    seeds.push_back({std::string("compiled.") + name, model_to_bytes(compiled, notes, format)});
  }
  return seeds;
}

}  // namespace

const Target& target() {
  static const Target model = {kWhere, read, seeds};
  return model;
}

}  // namespace regulus::fuzz
