// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/bake.h"

#include "regulus/saving/model_file.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

using namespace regulus::testing;

Sequential trained() {
  Sequential model = toy_model();
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  model.fit(toy_data(), {.verbose = 0});
  return model;
}

TEST(Bake, RawRowsPredictWhatScaledRowsDid) {
  const Sequential model = trained();
  const Dataset raw = toy_data(30, 3);
  const Normalization normalization = Normalization::fit(raw, {.scale = 0.25});
  const Sequential baked = with_normalization_layer(model, normalization);
  EXPECT_EQ(baked.layers().front()->class_name(), std::string("Normalization"));
  EXPECT_EQ(baked.layers().size(), model.layers().size() + 1);
  expect_close(baked.predict(raw), model.predict(normalization(raw)), 0, 1e-6, "baked");
  EXPECT_EQ(baked.compile_config(), model.compile_config());
  EXPECT_EQ(baked.training_state().slots, model.training_state().slots);
}

TEST(Bake, TheFileHasALayerInsteadOfANote) {
  const Sequential model = trained();
  const Dataset raw = toy_data(30, 3);
  const ModelNotes notes = {.normalization = Normalization::fit(raw), .data_set = "toys"};
  for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5, ModelFormat::kSafetensors}) {
    const LoadedModel loaded =
        model_from_bytes(model_to_bytes(model, notes, format, {.bake_normalization = true}), "m");
    EXPECT_FALSE(loaded.notes.normalization.has_value());
    EXPECT_EQ(loaded.notes.data_set, "toys");
    expect_close(loaded.model.predict(raw), model.predict((*notes.normalization)(raw)), 0, 1e-6, "file");
  }
}

TEST(Bake, WhatALayerCannotSayIsRefused) {
  const Sequential model = trained();
  const auto baked = [&](double scale, double std, std::size_t features = kToyFeatures) {
    with_normalization_layer(model, Normalization::from_statistics(scale, std::vector<double>(features, 0.0),
                                                                   std::vector<double>(features, std)));
  };
  expect_error<ConfigError>([&] { baked(-1, 1); }, "bake_normalization: scale must be > 0, got -1.");
  expect_error<ConfigError>(
      [&] { baked(1, 1e-9); },
      "bake_normalization: std / scale must be at least 1e-7, and its square a float, got 1e-09.");
  expect_error<ShapeError>(
      [&] { baked(1, 1, 3); },
      "bake_normalization: the normalization has another number of features than the model "
      "(expected 20, found 3).");
}

}  // namespace
}  // namespace regulus
