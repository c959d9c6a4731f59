// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/archive.h"

#include "regulus/base/json.h"
#include "regulus/base/version.h"
#include "regulus/io/zip.h"
#include "regulus/nn/layers/core/drop_connect.h"
#include "support/temporary_folder.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;

Sequential small() {
  return Sequential(
      {MCDropout({.rate = 0.25, .input_shape = {3}}), Dense({.units = 2, .activation = "softmax"})},
      {.name = "small", .seed = 11});
}

Bytes small_archive() {
  return to_archive(small(), {});
}

TEST(Archive, EveryLayerOfKerasPredictsTheSame) {
  for (const SavedCase& saved : saved_cases("keras_files.json", ".keras")) expect_predictions(saved);
}

TEST(Archive, ModelsOfKeras2PredictTheSame) {
  for (const SavedCase& saved : saved_cases("keras2_files.json", ".keras")) expect_predictions(saved);
}

TEST(Archive, AnyModelComesBackAfterASecondSave) {
  for (const SavedCase& saved : saved_cases("keras_files.json", ".keras")) {
    SCOPED_TRACE(saved.name);
    const LoadedModel once = model_from_bytes(saved.file, "once");
    const LoadedModel twice = model_from_bytes(to_archive(once.model, {}), "twice");
    expect_same_model(twice.model, once.model);
    const Tensor x = tensor(saved.golden.at("x"));
    EXPECT_EQ(twice.model.predict(x), once.model.predict(x));
  }
}

TEST(Archive, SaysWhoWroteIt) {
  EXPECT_EQ(model_from_bytes(saved_case("keras_files.json", "Dense.keras").file, "m").format,
            "Keras archive, written by Keras 3.15.1 on 1980-01-01@00:00:00");
  EXPECT_EQ(model_from_bytes(small_archive(), "m").format,
            "Keras archive, written by regulus " + std::string(version()));
  EXPECT_EQ(model_from_bytes(without_member(small_archive(), "metadata.json"), "m").format, "Keras archive");
}

TEST(Archive, HasTheMembersThatKerasReads) {
  const Bytes bytes = small_archive();
  const std::string where = "m";
  const io::ZipArchive archive(bytes, where);
  EXPECT_EQ(archive.names(),
            (std::vector<std::string>{"metadata.json", "config.json", "model.weights.h5", "regulus.json"}));
  const Bytes theirs = saved_case("keras_files.json", "Dense.keras").file;
  const io::ZipArchive keras(theirs, where);
  for (const std::string& name : keras.names()) EXPECT_TRUE(archive.contains(name)) << name;
}

TEST(Archive, EqualModelsGiveEqualBytes) {
  EXPECT_EQ(small_archive(), small_archive());
}

TEST(Archive, WhatIsMissingIsSaid) {
  expect_refused(without_member(small_archive(), "config.json"),
                 "not a Keras model: config.json is missing from the archive.");
  expect_refused(without_member(small_archive(), "model.weights.h5"), "model.weights.h5 is missing.");
  Bytes npz = without_member(small_archive(), "model.weights.h5");
  {
    const std::string where = "m";
    const io::ZipArchive archive(npz, where);
    std::vector<io::ZipMember> members;
    for (const std::string& name : archive.names()) members.push_back({name, archive.read(name)});
    members.push_back({"model.weights.npz", {}});
    npz = io::to_zip(members);
  }
  expect_refused(
      npz,
      "its weights are in an NPZ file (expected model.weights.h5, found model.weights.npz). Load it "
      "in Keras and save it again, under a name that ends in .keras.");
}

TEST(Archive, TheMemberIsNamedWhereJsonIsMalformed) {
  for (const char* name : {"config.json", "regulus.json", "metadata.json"}) {
    try {
      model_from_bytes(with_member(small_archive(), name, [](Bytes& bytes) { bytes.pop_back(); }), "m");
      ADD_FAILURE() << name;
    } catch (const DataError& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("m: " + std::string(name) + ": ")) << error.what();
    }
  }
}

TEST(Archive, AnotherModelsWeightsAreDamage) {
  Sequential other = small();
  std::vector<Tensor> weights = other.get_weights();
  weights[0].data()[0] += 1;
  other.set_weights(weights);
  const Bytes bytes = to_archive(other, {});
  const std::string where = "m";
  const Bytes tree = io::ZipArchive(bytes, where).read("model.weights.h5");
  expect_refused(with_member(small_archive(), "model.weights.h5", [&](Bytes& b) { b = tree; }),
                 "the weights are damaged: their SHA-256 is not the one that was saved.");
}

TEST(Archive, ExtrasMayBeAbsentButNotMalformed) {
  const LoadedModel plain = model_from_bytes(without_member(small_archive(), "regulus.json"), "m");
  EXPECT_FALSE(plain.test_vector.has_value());
  EXPECT_EQ(plain.model.get_weights(), small().get_weights());
  expect_refused(with_text(small_archive(), "regulus.json", "\"seed\"", "\"sead\""),
                 "extras: the key \"seed\" is missing.");
}

TEST(Archive, TheOptimizerCanBeLeftOut) {
  Sequential model = toy_model();
  model.fit(toy_data(), {.verbose = 0});
  const LoadedModel loaded = model_from_bytes(to_archive(model, {}), "m", {.compile = false});
  EXPECT_FALSE(loaded.model.compiled());
  EXPECT_EQ(loaded.model.get_weights(), model.get_weights());
}

TEST(Archive, WeightsForAModelOfTheSameLayers) {
  const SavedCase saved = saved_case("keras_files.json", "Dense.keras");
  const LoadedModel wanted = model_from_bytes(saved.file, "m");
  LoadedModel found = model_from_bytes(saved.file, "m");
  std::vector<Tensor> others = wanted.model.get_weights();
  for (Tensor& weight : others) weight = Tensor(weight.shape());
  found.model.set_weights(others);
  EXPECT_EQ(load_weights_from_archive(found.model, saved.file, "m"), std::vector<std::string>());
  EXPECT_EQ(found.model.get_weights(), wanted.model.get_weights());
  Sequential other = small();
  expect_error<DataError>(
      [&] { load_weights_from_archive(other, saved.file, "m"); },
      "m: model.weights.h5: layer \"dense\": its kernel has another shape (expected (3, 2), "
      "found (5, 7)).");
}

}  // namespace
}  // namespace regulus::keras
