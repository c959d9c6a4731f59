// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/model_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "regulus/base/error.h"
#include "regulus/base/file.h"
#include "regulus/io/safetensors.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::toy_data;
using testing::toy_model;

class ModelFile : public ::testing::Test {
 protected:
  ~ModelFile() override { std::remove(path_.c_str()); }
  std::string path_ = ::testing::TempDir() + "model_file_test." + std::to_string(::getpid()) + ".safetensors";

  // The saved toy model as it lies in the file.
  io::Safetensors saved() {
    save_model(path_, toy_model());
    return io::parse_safetensors(read_file(path_), path_);
  }
  void refused(const io::Safetensors& file, const std::string& text) {
    write_file(path_, io::to_safetensors(file));
    expect_error<DataError>([&] { load_model(path_); }, path_ + ": " + text);
  }
};

std::string& metadata(io::Safetensors& file, const std::string& key) {
  for (auto& [name, value] : file.metadata)
    if (name == key) return value;
  throw std::runtime_error("no " + key);
}

TEST_F(ModelFile, KeepsEveryBit) {
  const Dataset raw = toy_data(120);
  const Normalization scaled = Normalization::fit(raw, {.scale = 0.3});
  Sequential model = toy_model();
  model.fit(scaled(raw), {.verbose = 0});
  save_model(path_, model, {.normalization = scaled, .data_set = "toys"});
  LoadedModel loaded = load_model(path_);
  EXPECT_EQ(loaded.model.weights_sha256(), model.weights_sha256());
  EXPECT_EQ(loaded.model.config(), model.config());
  EXPECT_EQ(loaded.notes.data_set, "toys");
  ASSERT_TRUE(loaded.notes.normalization);
  EXPECT_EQ(loaded.notes.normalization->mean(), scaled.mean());
  EXPECT_EQ(loaded.notes.normalization->std(), scaled.std());
  const Dataset same = (*loaded.notes.normalization)(raw);
  EXPECT_EQ(loaded.model.predict(same), model.predict(scaled(raw)));
  const Logs ours = loaded.model.evaluate(same);
  for (const auto& [name, value] : model.evaluate(scaled(raw))) EXPECT_EQ(ours[name], value) << name;
  EXPECT_STREQ(loaded.model.optimizer().class_name(), "Nadam");
}

TEST_F(ModelFile, AModelNeedNotBeCompiled) {
  Sequential model({Dense({.units = 2, .input_shape = {3}})});
  save_model(path_, model);
  const LoadedModel loaded = load_model(path_);
  EXPECT_FALSE(loaded.model.compiled());
  EXPECT_FALSE(loaded.notes.normalization);
  EXPECT_EQ(loaded.model.get_weights(), model.get_weights());
}

TEST_F(ModelFile, RefusesWhatIsNoModel) {
  expect_error<ConfigError>(
      [&] { save_model(path_, Sequential({Dense({.units = 2})})); },
      "save_model: the model has no weights yet. Give the first layer an input_shape, or call "
      "build or fit first.");
  EXPECT_THROW(load_model(path_ + ".none"), IoError);
  io::Safetensors file = saved();
  metadata(file, "format_version") = "2";
  refused(file, "has the format version 2, this program reads version 1. Use a newer regulus.");
  file = saved();
  file.metadata.clear();
  refused(file, "has no metadata \"format\". It is not a model of regulus.");
}

TEST_F(ModelFile, RefusesWeightsThatDoNotFit) {
  io::Safetensors file = saved();
  file.tensors[0].second = Tensor({20, 34});
  refused(file, "\"dense.kernel\" does not fit the model's config. Save the model again.");
  file = saved();
  file.tensors.emplace_back("more", Tensor({1}));
  refused(file, "holds arrays that the model has no place for. Save the model again.");
  file = saved();
  file.tensors.pop_back();
  refused(file, "\"dense_2.bias\" does not fit the model's config. Save the model again.");
}

// A config may promise 10^10 weights: nothing is allocated for them.
TEST_F(ModelFile, AllocatesOnlyWhatTheFileHolds) {
  io::Safetensors file = saved();
  std::string& config = metadata(file, "model");
  const std::size_t at = config.find("\"units\":33");
  ASSERT_NE(at, std::string::npos);
  config.replace(at, 10, "\"units\":2000000000");
  refused(file, "\"dense.kernel\" does not fit the model's config. Save the model again.");
}

// A flipped bit anywhere in the header gives an error of one line or a model, never a crash.
TEST_F(ModelFile, SurvivesEveryFlippedHeaderByte) {
  saved();
  const std::vector<std::uint8_t> bytes = read_file(path_);
  const std::size_t header = bytes.size() - static_cast<std::size_t>(4 * toy_model().count_params());
  int refusals = 0;
  for (std::size_t i = 0; i < header; ++i) {
    std::vector<std::uint8_t> flipped = bytes;
    flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ (1u << (i % 8)));
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(flipped.data()), static_cast<std::streamsize>(flipped.size()));
    try {
      load_model(path_);
    } catch (const Error& error) {
      const std::string text = error.what();
      EXPECT_EQ(text.find('\n'), std::string::npos);
      EXPECT_EQ(text.rfind(path_, 0), 0u) << text;
      ++refusals;
    }
  }
  EXPECT_GT(refusals, static_cast<int>(header / 3));
}

}  // namespace
}  // namespace regulus
