// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/model_file.h"

#include <algorithm>

#include "regulus/base/file.h"
#include "regulus/base/json.h"
#include "regulus/base/version.h"
#include "regulus/io/safetensors.h"
#include "regulus/nn/layers/activation/activation_layer.h"
#include "regulus/nn/layers/core/drop_connect.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "support/expect.h"
#include "support/temporary_folder.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::TemporaryFolder;
using testing::toy_data;
using testing::toy_model;
using Bytes = std::vector<std::uint8_t>;

Sequential trained_model() {
  Sequential model = toy_model();
  model.fit(toy_data(), {.verbose = 0});
  return model;
}

// Small, so that every bit of its file can be tried.
Sequential small_model() {
  Sequential model(
      {Dropout({.rate = 0.25, .input_shape = {3}}), Dense({.units = 2, .activation = "softmax"})},
      {.name = "small", .seed = 11});
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

ModelNotes small_notes() {
  return {.normalization = Normalization::from_statistics(0.5, {0.25, -1.5, 3.0}, {1.0, 0.1, 2.0}),
          .data_set = "toys"};
}

// The small model's file after `change`.
template <class Change>
Bytes changed(Change change) {
  io::Safetensors file = io::parse_safetensors(model_to_bytes(small_model(), small_notes()), "small");
  change(file);
  return io::to_safetensors(file);
}

std::string& text(io::Safetensors& file, const std::string& key) {
  return const_cast<std::string&>(*file.text(key));
}

// The small model's file with `from` replaced by `to` in one of its JSON documents.
Bytes replaced(const std::string& key, const std::string& from, const std::string& to) {
  return changed([&](io::Safetensors& file) {
    std::string& document = text(file, key);
    const std::size_t at = document.find(from);
    ASSERT_NE(at, std::string::npos) << document;
    document.replace(at, from.size(), to);
  });
}

void expect_refused(const Bytes& bytes, const std::string& problem) {
  expect_error<DataError>([&] { model_from_bytes(bytes, "m.safetensors"); }, "m.safetensors: " + problem);
}

TEST(ModelFile, WeightsAndPredictionsComeBackBitForBit) {
  const TemporaryFolder folder;
  Sequential model = trained_model();
  save_model(folder / "m.safetensors", model);
  LoadedModel loaded = load_model(folder / "m.safetensors");

  EXPECT_EQ(loaded.model.name(), model.name());
  EXPECT_EQ(loaded.model.config(), model.config());
  EXPECT_EQ(loaded.model.key(), model.key());
  EXPECT_EQ(loaded.model.get_weights(), model.get_weights());
  EXPECT_EQ(loaded.model.weights_sha256(), model.weights_sha256());
  const Dataset data = toy_data(50, 2);
  EXPECT_EQ(loaded.model.predict(data), model.predict(data));
  EXPECT_EQ(loaded.model.predict_mc(data, {.samples = 5}).mean, model.predict_mc(data, {.samples = 5}).mean)
      << "the seed is kept";
  EXPECT_FALSE(loaded.notes.normalization.has_value());
  EXPECT_EQ(loaded.notes.data_set, "");
}

TEST(ModelFile, ACompiledModelEvaluatesAndTrainsOn) {
  Sequential model = trained_model();
  LoadedModel loaded = model_from_bytes(model_to_bytes(model), "m");
  ASSERT_TRUE(loaded.model.compiled());
  EXPECT_EQ(loaded.model.compile_config(), model.compile_config());
  const Dataset data = toy_data(50, 2);
  const Logs wanted = model.evaluate(data);
  const Logs found = loaded.model.evaluate(data);
  for (const char* name : {"loss", "accuracy", "penalty"}) EXPECT_EQ(found[name], wanted[name]) << name;
  EXPECT_EQ(loaded.model.iterations(), 0u) << "the optimizer starts anew";
  loaded.model.fit(data, {.verbose = 0});
  EXPECT_GT(loaded.model.iterations(), 0u);
}

TEST(ModelFile, AModelNeedNotBeCompiled) {
  const Sequential model({Dense({.units = 2, .input_shape = {3}})});
  const LoadedModel loaded = model_from_bytes(model_to_bytes(model), "m");
  EXPECT_FALSE(loaded.model.compiled());
  EXPECT_EQ(loaded.model.get_weights(), model.get_weights());
}

TEST(ModelFile, EveryLayerComesBack) {
  const Sequential model(
      {Flatten({.input_shape = {2, 3}}), Dense({.units = 4, .use_bias = false}),
       ActivationLayer({.activation = "elu"}), Dropout({.rate = 0.5}),
       AlphaDropout({.rate = 0.1, .noise_shape = {-1, 1}}), MCDropout({.rate = 0.2}),
       MCAlphaDropout({.rate = 0.3, .seed = 9}), DropConnect({.units = 3, .rate = 0.4, .seed = 2}),
       MCDropConnect({.units = 3, .rate = 0.6}),
       Dense({.units = 2, .bias_regularizer = l1(0.5), .bias_constraint = max_norm(2.0)})});
  const Tensor x(Shape{4, 2, 3}, std::vector<float>(24, 1.0f));
  model.predict(x);
  std::vector<Bytes> files;
  for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5, ModelFormat::kSafetensors})
    files.push_back(model_to_bytes(model, {}, format));
  // The second draw of the layers that draw in every prediction: the file says how many there were.
  const Tensor wanted = model.predict(x);
  for (const Bytes& file : files) {
    const LoadedModel loaded = model_from_bytes(file, "m");
    EXPECT_EQ(loaded.notices, std::vector<std::string>());
    EXPECT_EQ(loaded.model.config(), model.config());
    EXPECT_EQ(loaded.model.summary(true), model.summary(true));
    EXPECT_EQ(loaded.model.predict(x), wanted);
  }
}

TEST(ModelFile, TheNotesComeAlong) {
  const Dataset raw = toy_data(40);
  const Normalization scaled = Normalization::fit(raw, {.scale = 0.3});
  const Sequential model = toy_model();
  const LoadedModel loaded =
      model_from_bytes(model_to_bytes(model, {.normalization = scaled, .data_set = "toys"}), "m");
  EXPECT_EQ(loaded.notes.data_set, "toys");
  ASSERT_TRUE(loaded.notes.normalization.has_value());
  EXPECT_EQ(loaded.notes.normalization->scale(), 0.3);
  EXPECT_EQ(loaded.notes.normalization->mean(), scaled.mean());
  EXPECT_EQ(loaded.notes.normalization->std(), scaled.std());
  EXPECT_EQ(loaded.model.predict((*loaded.notes.normalization)(raw)), model.predict(scaled(raw)));
}

TEST(ModelFile, IsASafetensorsFileWithKerassNames) {
  const io::Safetensors file = io::parse_safetensors(model_to_bytes(small_model()), "m");
  std::vector<std::string> names;
  for (const auto& [name, tensor] : file.tensors) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"dense.kernel", "dense.bias"}));
  EXPECT_EQ(*file.text("format"), "regulus.model");
  EXPECT_EQ(*file.text("format_version"), "1");
  EXPECT_EQ(*file.text("regulus_version"), version());
  EXPECT_EQ(parse_json(*file.text("model"), "m"), small_model().config());
  EXPECT_EQ(parse_json(*file.text("compile"), "m"), small_model().compile_config());
}

TEST(ModelFile, EqualModelsGiveEqualBytes) {
  EXPECT_EQ(model_to_bytes(small_model()), model_to_bytes(small_model()));
}

TEST(ModelFile, WhatCannotBeSavedIsRefused) {
  const Sequential unbuilt({Dense({.units = 2})});
  expect_error<ConfigError>(
      [&] { model_to_bytes(unbuilt); },
      "save_model: the model has no weights yet. Give the first layer an input_shape, or call "
      "build or fit first.");
  expect_error<ShapeError>(
      [] { model_to_bytes(toy_model(), small_notes()); },
      "normalization: it has another number of features than the model (expected 20, found 3).");
}

TEST(ModelFile, AFailedSaveLeavesTheOldFile) {
  const TemporaryFolder folder;
  for (const char* name : {"m.safetensors", "m.keras", "m.h5", "m.weights.h5"}) {
    const std::string path = folder / name;
    save_model(path, small_model());
    const Bytes before = read_file(path);
    EXPECT_THROW(save_model(path + "/x.keras", small_model()), IoError);
    EXPECT_THROW(save_model(path, Sequential({Dense({.units = 2})})), ConfigError);
    EXPECT_EQ(read_file(path), before);
  }
}

TEST(ModelFile, TheEndingSaysTheFormat) {
  EXPECT_EQ(model_format("a/b.keras"), ModelFormat::kKeras);
  EXPECT_EQ(model_format("b.h5"), ModelFormat::kH5);
  EXPECT_EQ(model_format("b.weights.h5"), ModelFormat::kWeightsH5);
  EXPECT_EQ(model_format("b.keras.safetensors"), ModelFormat::kSafetensors);
  for (const std::string name : {"", "b", "b.KERAS", "b.keras.bak", "b.hdf5", "keras", "b.h5/"})
    EXPECT_THROW(model_format(name), ConfigError) << name;
  expect_error<ConfigError>(
      [] { model_format("b.hdf5"); },
      "b.hdf5: the name does not say which kind of model file it is (expected an ending in "
      ".keras, .h5, .weights.h5 or .safetensors).");
}

TEST(ModelFile, TheContentNotTheNameSaysHowToRead) {
  const TemporaryFolder folder;
  for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5, ModelFormat::kSafetensors}) {
    write_file(folder / "m", model_to_bytes(small_model(), {}, format));
    EXPECT_EQ(load_model(folder / "m").model.get_weights(), small_model().get_weights());
  }
}

std::vector<std::string> toy_columns(const Dataset& data) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < data.row_shape().size(); ++i) names.push_back("column " + std::to_string(i));
  return names;
}

TEST(ModelFile, EveryFormatKeepsWhatAModelSays) {
  const Sequential model = trained_model();
  const Dataset data = toy_data(50, 2);
  const ModelNotes notes = {.normalization = Normalization::fit(data, {.scale = 0.5}),
                            .data_set = "toys",
                            .class_names = {"a", "b", "c", "d"},
                            .column_names = toy_columns(data),
                            .temperature = 1.25};
  for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5, ModelFormat::kSafetensors}) {
    const Bytes bytes = model_to_bytes(model, notes, format);
    EXPECT_EQ(model_to_bytes(model, notes, format), bytes) << "equal models give equal bytes";
    const LoadedModel loaded = model_from_bytes(bytes, "m");
    EXPECT_EQ(loaded.notices, std::vector<std::string>());
    EXPECT_EQ(loaded.model.config(), model.config());
    EXPECT_EQ(loaded.model.predict(data), model.predict(data));
    const McPrediction found = loaded.model.predict_mc(data, {.samples = 5});
    const McPrediction wanted = model.predict_mc(data, {.samples = 5});
    EXPECT_EQ(found.mean, wanted.mean);
    EXPECT_EQ(found.std, wanted.std);
    EXPECT_EQ(loaded.notes.normalization->mean(), notes.normalization->mean());
    EXPECT_EQ(loaded.notes.data_set, notes.data_set);
    EXPECT_EQ(loaded.notes.class_names, notes.class_names);
    EXPECT_EQ(loaded.notes.column_names, notes.column_names);
    EXPECT_EQ(loaded.notes.temperature, notes.temperature);
    ASSERT_TRUE(loaded.test_vector.has_value());
    EXPECT_EQ(loaded.test_vector->difference(loaded.model), 0.0);
    EXPECT_EQ(model_to_bytes(loaded.model, loaded.notes, format), bytes) << "a copy of a copy";
  }
}

// Nadam's schedule, the order of the rows and every mask go on where they were.
TEST(ModelFile, TrainingGoesOnBitForBit) {
  for (const char* optimizer : {"nadam", "sgd", "rmsprop", "adamw"})
    for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5}) {
      const auto compiled = [&] {
        Sequential model = toy_model();
        model.compile({.optimizer = optimizer, .loss = "sparse_categorical_crossentropy"});
        return model;
      };
      Sequential whole = compiled();
      whole.fit(toy_data(), {.epochs = 3, .verbose = 0});
      Sequential first = compiled();
      first.fit(toy_data(), {.epochs = 1, .verbose = 0});
      LoadedModel second = model_from_bytes(model_to_bytes(first, {}, format), "m");
      second.model.fit(toy_data(), {.epochs = 3, .verbose = 0, .initial_epoch = 1});
      EXPECT_EQ(second.model.weights_sha256(), whole.weights_sha256()) << optimizer;
      EXPECT_EQ(second.model.iterations(), whole.iterations());
      EXPECT_EQ(second.model.training_state().slots, whole.training_state().slots);
    }
}

// A rate that a program has computed in float32 is not the decimal next to it.
TEST(ModelFile, NumbersComeBackAsTheyWere) {
  Sequential model({DropConnect({.units = 2, .rate = static_cast<double>(0.3F), .input_shape = {3}}),
                    Dropout({.rate = static_cast<double>(0.1F)})});
  model.compile({.optimizer = "nadam", .loss = "mse"});
  model.optimizer().set_learning_rate(static_cast<double>(0.003F));
  for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5, ModelFormat::kSafetensors}) {
    const LoadedModel loaded = model_from_bytes(model_to_bytes(model, {}, format), "m");
    EXPECT_EQ(loaded.model.config(), model.config());
    EXPECT_EQ(loaded.model.compile_config(), model.compile_config());
  }
}

TEST(LoadWeights, FromEachFormat) {
  const TemporaryFolder folder;
  const Sequential trained = trained_model();
  for (const char* name : {"m.keras", "m.h5", "m.weights.h5", "m.safetensors"}) {
    save_model(folder / name, trained);
    Sequential model = toy_model();
    ASSERT_NE(model.get_weights(), trained.get_weights());
    // Names made up for another model are not the same.
    if (std::string(name) == "m.safetensors") model = Sequential::from_config(trained.config());
    EXPECT_EQ(load_weights(model, folder / name), std::vector<std::string>()) << name;
    EXPECT_EQ(model.get_weights(), trained.get_weights()) << name;
    // A file of weights keeps the seed's counters as they are.
    const bool has_state = std::string(name) != "m.safetensors";
    EXPECT_EQ(model.iterations(), has_state ? trained.iterations() : 0) << name;
    if (has_state) {
      EXPECT_EQ(model.training_state().slots, trained.training_state().slots) << name;
    }
  }
}

TEST(LoadWeights, SaysWhichStateIsNotUsed) {
  const TemporaryFolder folder;
  const std::string unused = "the optimizer's state in the file is not used: ";
  for (const char* name : {"m.keras", "m.h5", "m.weights.h5"}) {
    const Sequential trained = trained_model();
    save_model(folder / name, trained);
    Sequential other = toy_model();
    other.compile({.optimizer = "rmsprop", .loss = "sparse_categorical_crossentropy"});
    const auto said = load_weights(other, folder / name);
    ASSERT_EQ(said.size(), 1u) << name;
    EXPECT_TRUE(said[0].starts_with(unused + "it is of ")) << said[0];
    EXPECT_TRUE(said[0].ends_with(", the model is compiled with RMSprop")) << said[0];
    EXPECT_EQ(other.iterations(), 0u);
    EXPECT_EQ(other.get_weights(), trained.get_weights());
    Sequential uncompiled = Sequential::from_config(trained.config());
    EXPECT_EQ(load_weights(uncompiled, folder / name),
              std::vector<std::string>{unused + "the model is not compiled"});
    EXPECT_EQ(uncompiled.get_weights(), trained.get_weights());
  }
}

TEST(LoadWeights, TheTableOfSeveralFilesIsNamedForWhatItIs) {
  const TemporaryFolder folder;
  write_file(folder / "m.weights.json", std::vector<std::uint8_t>{'{', '}'});
  Sequential model = toy_model();
  expect_error<DataError>([&] { load_weights(model, folder / "m.weights.json"); },
                          (folder / "m.weights.json") +
                              ": it is the table of weights that lie in several files (expected one file of "
                              "weights). Save them as one: save_weights(\"NAME.weights.h5\") without "
                              "max_shard_size.");
}

TEST(LoadWeights, LeavesTheModelAloneWhereTheyDoNotFit) {
  const TemporaryFolder folder;
  for (const char* name : {"m.keras", "m.h5", "m.weights.h5", "m.safetensors"}) {
    save_model(folder / name, small_model());
    Sequential model = toy_model();
    const std::vector<Tensor> before = model.get_weights();
    EXPECT_THROW(load_weights(model, folder / name), DataError) << name;
    EXPECT_EQ(model.get_weights(), before);
  }
  Sequential unbuilt({Dense({.units = 2})});
  expect_error<ConfigError>(
      [&] { load_weights(unbuilt, folder / "m.keras"); },
      "load_weights: the model has no weights yet. Give the first layer an input_shape, or "
      "call build or fit first.");
}

TEST(LoadModel, NamesTheFile) {
  const TemporaryFolder folder;
  expect_error<IoError>([&] { load_model(folder / "none"); },
                        folder.path() + "/none: cannot be opened: No such file or directory.");
  write_file(folder / "text", "this is no model");
  EXPECT_THROW(load_model(folder / "text"), DataError);
}

TEST(LoadModel, RefusesOtherFilesAndOtherVersions) {
  expect_refused(io::to_safetensors({}),
                 "not a model that regulus has saved (expected format regulus.model, found none).");
  expect_refused(changed([](auto& f) { text(f, "format") = "pt"; }),
                 "not a model that regulus has saved (expected format regulus.model, found pt).");
  expect_refused(
      changed([](auto& f) {
        text(f, "format_version") = "2";
        text(f, "regulus_version") = "7.0.0";
      }),
      "the format's version is not known (expected 1, found 2). It was written by regulus 7.0.0, this is " +
          std::string(version()) + ".");
  expect_refused(changed([](auto& f) { f.metadata.back().first = "dataset"; }),
                 "the metadata key \"dataset\" is not known. Did you mean \"data_set\"?");
  for (const char* key : {"seed", "model", "regulus_version", "weights_sha256"})
    expect_refused(
        changed([&](auto& f) { std::erase_if(f.metadata, [&](auto& m) { return m.first == key; }); }),
        "the metadata key \"" + std::string(key) + "\" is missing.");
  expect_refused(changed([](auto& f) { text(f, "seed") = "-1"; }),
                 "seed is malformed (expected an integer, found -1).");
}

TEST(LoadModel, TheFileHoldsExactlyTheModelsWeights) {
  expect_refused(changed([](auto& f) { f.tensors.pop_back(); }), "the tensor \"dense.bias\" is missing.");
  expect_refused(changed([](auto& f) { f.tensors.emplace_back("dense_1.kernel", Tensor(Shape{2})); }),
                 "the tensor \"dense_1.kernel\" belongs to no layer.");
  expect_refused(changed([](auto& f) {
                   f.tensors[0].second = Tensor(Shape{2, 3});
                 }),
                 "the tensor \"dense.kernel\" does not fit its layer (expected (3, 2), found (2, 3)).");
  expect_refused(changed([](auto& f) { f.tensors[1].second.data()[0] += 1; }),
                 "the weights are damaged: their SHA-256 is not the one that was saved.");
}

TEST(LoadModel, AConfigsErrorIsTheFilesError) {
  expect_refused(replaced("model", "\"Dense\"", "\"Dens\""),
                 "Layer: \"Dens\" is not known. Did you mean \"Dense\"?");
  expect_refused(replaced("model", "0.25", "1.25"), "Dropout \"dropout\": rate must be in [0, 1], got 1.25.");
  expect_refused(replaced("model", "\"layers\"", "\"layer\""),
                 "model: the config key \"layer\" is not known. Did you mean \"layers\"?");
  expect_refused(replaced("model", "[null,3]", "[null,4]"),
                 "the tensor \"dense.kernel\" does not fit its layer (expected (4, 2), found (3, 2)).");
  expect_refused(replaced("model", "[null,3]", "3"), "model: build_input_shape is missing or malformed.");
  expect_refused(replaced("model", "\"name\":\"dense\"", "\"name\":\"\""),
                 "model: the name of layer 1 is missing.");
  expect_refused(replaced("model", "{\"name\"", "[{\"name\""),
                 "model: the JSON ends too early, at byte " +
                     std::to_string(to_json(small_model().config()).size() + 1) + ".");
  expect_refused(replaced("compile", "\"SGD\"", "\"SDG\""),
                 "Optimizer: \"SDG\" is not known. Did you mean \"sgd\"?");
  expect_refused(replaced("normalization", "0.5", "\"x\""),
                 "normalization: scale is not a number. It must be what Normalization::save has written.");
  expect_refused(replaced("normalization", "[0.25,-1.5,3.0],\"std\":[1.0,0.1,2.0]", "[0.25],\"std\":[1.0]"),
                 "normalization: it has another number of features than the model (expected 3, found 1).");
}

TEST(LoadModel, NothingIsAllocatedForWeightsThatAreNotThere) {
  expect_refused(
      replaced("model", "\"units\":2", "\"units\":2000000000"),
      "the tensor \"dense.kernel\" does not fit its layer (expected (3, 2000000000), found (3, 2)).");
  // The same through a declared input shape, which builds a layer as soon as it is added.
  expect_refused(replaced("model", "\"rate\":0.25", "\"rate\":0.25,\"batch_input_shape\":[null,2000000000]"),
                 "model: the first layer's input shape is not the model's (found (None, 2000000000)).");
  EXPECT_THROW(model_from_bytes(replaced("model", "[null,3]", "[null,4294967296,4294967296]"), "m"),
               DataError);
}

// Either refused in one line, or a model that works.
bool is_refused(const Bytes& bytes) {
  try {
    const LoadedModel loaded = model_from_bytes(bytes, "m");
    const Shape& rows = loaded.model.input_shape();
    loaded.model.predict(Tensor(rows.with_front(2)));
    return false;
  } catch (const DataError& error) {
    const std::string line = error.what();
    EXPECT_TRUE(line.starts_with("m: ") && line.size() <= 300 && line.find('\n') == std::string::npos)
        << line;
    return true;
  }
}

TEST(LoadModel, EveryTruncationIsRefused) {
  const Bytes bytes = model_to_bytes(small_model(), small_notes());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    ASSERT_TRUE(is_refused(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)))) << size;
}

TEST(LoadModel, EveryFlippedBitIsRefusedOrAnotherModel) {
  const Bytes bytes = model_to_bytes(small_model(), small_notes());
  const std::size_t data_bytes = 8 * sizeof(float);  // a kernel (3, 2) and two biases
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes flipped = bytes;
      flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ (1 << bit));
      const bool refused = is_refused(flipped);
      if (i >= bytes.size() - data_bytes) {
        ASSERT_TRUE(refused) << "a changed weight, byte " << i;
      }
    }
}

}  // namespace
}  // namespace regulus
