// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "regulus/nn/layers/reshaping/flatten.h"
#include "regulus/nn/registry.h"
#include "support/toy.h"

namespace regulus::testing {

/// A layer with every argument set, its name "a"; the rows it is given, and what must come of it. No
/// argument or input may put it on a kink (relu at 0), where differences say nothing.
struct Expectation {
  LayerPtr layer;
  Shape input;
  Shape output;
  std::size_t num_weights;
  std::int64_t num_params;
  bool stochastic;
};

inline void PrintTo(const Expectation& e, std::ostream* out) {
  *out << e.layer->class_name();
}

inline constexpr std::int64_t kConformanceRows = 5;
inline constexpr std::uint32_t kConformancePosition = 2;  // in its model; keys what it draws

inline LayerPtr fresh(const Expectation& e) {
  return layer_from_config(e.layer->class_name(), e.layer->config());
}
inline LayerPtr fresh_and_built(const Expectation& e) {
  const LayerPtr layer = fresh(e);
  layer->build({e.input, random::Key(1), kConformancePosition});
  return layer;
}

inline Tensor rows_for(const Expectation& e) {
  return normals(kConformanceRows, e.input.size(), 11).reshape(e.input.with_front(kConformanceRows));
}

/// The layer first in a small model that learns; every call makes an equal one.
inline Sequential model_with(const Expectation& e) {
  Sequential model({fresh(e), Flatten(), Dense({.units = 2})}, {.name = "m", .seed = 5});
  model.build(e.input);
  model.compile({.optimizer = "sgd", .loss = "mean_squared_error"});
  return model;
}

inline Dataset data_for(const Expectation& e) {
  return {rows_for(e), normals(kConformanceRows, 2, 19)};
}

}  // namespace regulus::testing
