// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/saving/keras/saved.h"

namespace regulus::testing {
namespace {

// Open lengths, activations along an axis or given as layers, layers that act in training alone: files of
// Keras predict what Keras predicts, and so do they when they have been written again.
TEST(KerasShapes, FilesPredictWhatKerasPredicts) {
  for (const SavedCase& saved : saved_cases("keras_shapes.json")) {
    SCOPED_TRACE(saved.name);
    const LoadedModel loaded = model_from_bytes(saved.file, "m");
    EXPECT_EQ(loaded.model.input_shape().is_open(), saved.golden.at("open").get<bool>());
    const Tensor x = tensor(saved.golden.at("x"));
    // Sums in another order.
    expect_close(loaded.model.predict(x), tensor(saved.golden.at("prediction")), 1e-5, 1e-6, "prediction");
    const LoadedModel again = model_from_bytes(model_to_bytes(loaded.model, {}, ModelFormat::kKeras), "m");
    EXPECT_EQ(again.model.config(), loaded.model.config());
    EXPECT_EQ(again.model.predict(x), loaded.model.predict(x));
    if (!saved.golden.contains("other_x")) continue;
    expect_close(loaded.model.predict(tensor(saved.golden.at("other_x"))),
                 tensor(saved.golden.at("other_prediction")), 1e-5, 1e-6, "other");
  }
}

TEST(KerasShapes, LayersThatActInTrainingAloneAreSaid) {
  const LoadedModel loaded =
      model_from_bytes(saved_case("keras_shapes.json", "in training alone.keras").file, "m");
  ASSERT_EQ(loaded.notices.size(), 14u);
  EXPECT_EQ(loaded.notices[0],
            "RandomFlip \"random_flip\": acts in training alone, so predictions pass it unchanged. Models "
            "that have "
            "it are not trained here.");
}

}  // namespace
}  // namespace regulus::testing
