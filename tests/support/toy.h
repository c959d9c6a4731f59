// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "regulus/data/dataset.h"
#include "regulus/nn/layers/core/dense.h"
#include "regulus/nn/layers/regularization/dropout.h"
#include "regulus/random/sequence.h"
#include "regulus/train/sequential.h"

// Small data and models for tests of whole models.

namespace regulus::testing {

inline constexpr std::int64_t kToyFeatures = 20;
inline constexpr std::int64_t kToyClasses = 4;

/// Normal values [rows, features], a stream of its own for each seed.
inline Tensor normals(std::int64_t rows, std::int64_t features, std::uint32_t seed) {
  random::Sequence sequence(random::Key(seed), 7, 7, 7);
  std::vector<float> values(static_cast<std::size_t>(rows * features));
  for (float& v : values) v = static_cast<float>(sequence.next_normal());
  return {Shape{rows, features}, std::move(values)};
}

/// Rows around one centre a class, overlapping enough that a loss never reaches zero.
inline Dataset toy_data(std::int64_t rows = 150, std::uint32_t seed = 1) {
  Tensor x = normals(rows, kToyFeatures, seed);
  const Tensor centres = normals(kToyClasses, kToyFeatures, 99);
  std::vector<std::int32_t> labels;
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int64_t label = (r * 7 + r / 5) % kToyClasses;
    labels.push_back(static_cast<std::int32_t>(label));
    for (std::int64_t i = 0; i < kToyFeatures; ++i)
      x.data()[r * kToyFeatures + i] += 0.5f * centres.data()[label * kToyFeatures + i];
  }
  return {std::move(x), std::move(labels)};
}

/// A net with everything in it: penalties, a constraint, both dropouts.
inline Sequential toy_model(std::uint64_t seed = 5) {
  Sequential model({Dropout({.rate = 0.1, .input_shape = {kToyFeatures}}),
                    Dense({.units = 33,
                           .activation = "selu",
                           .kernel_initializer = "lecun_normal",
                           .kernel_regularizer = l1_l2({.l1 = 1e-4, .l2 = 1e-3})}),
                    AlphaDropout({.rate = 0.2}),
                    Dense({.units = 18, .activation = "elu", .kernel_constraint = max_norm(1.0)}),
                    Dense({.units = kToyClasses, .activation = "softmax"})},
                   {.seed = seed});
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

}  // namespace regulus::testing
