// SPDX-License-Identifier: Apache-2.0
#include "fuzz/flat.h"
#include "fuzz/golden_seeds.h"
#include "fuzz/target.h"
#include "regulus/base/json.h"
#include "regulus/io/zip.h"
#include "regulus/saving/model_file.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.keras";

std::string described(const LoadedModel& loaded) {
  const Sequential& model = loaded.model;
  std::string out;
  append(out, to_json(model.config()));
  for (const Tensor& weight : model.get_weights()) append(out, weight);
  if (!model.compiled()) return out;
  append(out, to_json(model.compile_config()));
  const TrainingState state = model.training_state();
  append(out, std::to_string(state.iterations));
  for (const auto& slots : state.slots)
    for (const Tensor& slot : slots) append(out, slot);
  return out;
}

// What Keras has written and then somebody changed: read, written as a file of its kind, read again.
std::string read(View input) {
  const LoadedModel loaded = model_from_bytes(input, kWhere);
  std::string value = described(loaded);
  const ModelFormat format = io::is_zip(input) ? ModelFormat::kKeras : ModelFormat::kH5;
  const Bytes again = model_to_bytes(loaded.model, loaded.notes, format);
  require(described(model_from_bytes(again, kWhere)) == value,
          "written and read again, the model is another: " + value);
  return value;
}

// Files of Keras 2 and 3.
std::vector<Seed> seeds() {
  std::vector<Seed> all;
  for (const char* file :
       {"keras_files.json", "keras2_files.json", "keras_training.json", "keras_other.json"})
    for (Seed& seed : golden_seeds(file, SeedKind::kOther)) {
      if (!io::is_zip(seed.bytes) && seed.bytes[0] != 0x89) continue;
      seed.name = std::string(file, 6) + "_" + seed.name;
      all.push_back(std::move(seed));
    }
  return all;
}

}  // namespace

const Target& target() {
  static const Target keras = {kWhere, read, seeds};
  return keras;
}

}  // namespace regulus::fuzz
