// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "regulus/base/json.h"
#include "regulus/io/zip.h"
#include "regulus/nn/layers/core/drop_connect.h"
#include "regulus/saving/keras/config.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;

Value config_json(const Bytes& archive) {
  const std::string where = "m";
  const Bytes bytes = io::ZipArchive(archive, where).read("config.json");
  return parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, where);
}

// Every key that Keras writes of this part, and the value where it is neither made up nor an address.
void expect_kerass(const Value& ours, const Value& theirs, const std::string& path) {
  if (theirs.is_dict()) {
    ASSERT_TRUE(ours.is_dict()) << path;
    for (const auto& [key, value] : theirs.as_dict()) {
      if (key == "build_config" || key == "dtype") continue;
      const Value* mine = ours.find(key);
      if (mine != nullptr) expect_kerass(*mine, value, path + "/" + key);
    }
    for (const auto& [key, value] : ours.as_dict()) {
      EXPECT_TRUE(key == "build_config" || theirs.find(key) != nullptr) << path << ": Keras has no " << key;
    }
  } else if (theirs.is_list() && ours.is_list()) {
    ASSERT_EQ(ours.as_list().size(), theirs.as_list().size()) << path;
    for (std::size_t i = 0; i < theirs.as_list().size(); ++i)
      expect_kerass(ours.as_list()[i], theirs.as_list()[i], path + "/" + std::to_string(i));
  }
}

TEST(ConfigWriting, EveryKeyIsOneOfKerass) {
  for (const SavedCase& saved : saved_cases("keras_files.json", ".keras")) {
    if (saved.name.starts_with("Functional")) continue;  // saved as Sequential
    const LoadedModel loaded = model_from_bytes(saved.file, "m");
    expect_kerass(model_config(loaded.model), config_json(saved.file), saved.name);
  }
}

TEST(ConfigWriting, WhatIsWrittenIsWhatIsRead) {
  const Sequential model({DropConnect({.units = 4, .rate = 0.25, .seed = 3, .input_shape = {3}}),
                          MCDropout({.rate = 0.5}), MCAlphaDropout({.rate = 0.1, .seed = 4}),
                          MCDropConnect({.units = 2, .rate = 0.75, .activation = "softmax"})},
                         {.name = "drawing", .seed = 8});
  const KerasModel read = read_model(parse_json(to_json(model_config(model)), "config"));
  const KerasModel known = as_keras(model);
  EXPECT_EQ(read.description.name, "drawing");
  EXPECT_EQ(read.description.input_shape, (Shape{3}));
  std::vector<std::vector<std::string>> groups;
  for (const StoredLayer& stored : read.stored) groups.push_back(stored.groups);
  EXPECT_EQ(groups,
            (std::vector<std::vector<std::string>>{{"dense"}, {"dropout"}, {"alpha_dropout"}, {"dense_1"}}));
  ASSERT_EQ(known.stored.size(), read.stored.size());
  for (std::size_t i = 0; i < read.stored.size(); ++i) EXPECT_EQ(known.stored[i].groups, groups[i]);
  EXPECT_EQ(read.notices, std::vector<std::string>());
  ASSERT_EQ(read.description.layers.size(), model.layers().size());
  for (std::size_t i = 0; i < model.layers().size(); ++i) {
    EXPECT_EQ(read.description.layers[i]->class_name(), std::string(model.layers()[i]->class_name()));
    EXPECT_EQ(read.description.layers[i]->config(), model.layers()[i]->config());
  }
}

TEST(ConfigWriting, TheInputsNameIsFree) {
  const Sequential model({Dense({.units = 2, .name = "input_layer", .input_shape = {3}})});
  const Value config = model_config(model);
  const Value& input = config.at("config").at("layers").as_list()[0];
  EXPECT_EQ(input.at("class_name"), Value("InputLayer"));
  EXPECT_EQ(input.at("config").at("name"), Value("input_layer_"));
}

TEST(ConfigWriting, ACompiledModelsWordsAreKerass) {
  for (const SavedCase& saved : saved_cases("keras_training.json", ".keras")) {
    const LoadedModel loaded = model_from_bytes(saved.file, "m");
    const Value theirs = config_json(saved.file).at("compile_config");
    expect_kerass(compile_config(loaded.model), theirs, saved.name);
    const Value& optimizer = theirs.at("optimizer").at("config");
    const Value ours = compile_config(loaded.model).at("optimizer").at("config");
    for (const auto& [key, value] : optimizer.as_dict()) {
      if (!value.is_number() || ours.find(key) == nullptr) continue;
      EXPECT_EQ(static_cast<float>(ours.at(key).as_double()), static_cast<float>(value.as_double())) << key;
    }
  }
}

}  // namespace
}  // namespace regulus::keras
