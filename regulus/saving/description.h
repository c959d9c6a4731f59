// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "regulus/base/data_error.h"
#include "regulus/base/limits.h"
#include "regulus/train/sequential.h"

namespace regulus {

/// A model as a file's config describes it: checked layers, no weight made yet.
struct ModelDescription {
  std::string name;
  std::vector<LayerPtr> layers;
  Shape input_shape;
};

/// Throws ConfigError for no layer or more than limits.layers, for a layer without a name, and where the
/// first layer asks for another input than input_shape.
void require_whole(const ModelDescription& description, const Limits& limits = {});

/// Calls visit(layer number, weight number, weight name, shape) for each weight that a build would make, in
/// Keras's order. Makes none. Throws ShapeError where a layer does not fit the one before.
void for_each_weight(const ModelDescription& description,
                     const std::function<void(std::size_t layer, std::size_t weight, const std::string& name,
                                              const Shape& shape)>& visit);

/// The model with these weights, in the order of for_each_weight. Requires that they fit.
Sequential build_model(const ModelDescription& description, std::optional<std::uint64_t> seed,
                       const std::vector<Tensor>& weights);

/// Runs `call`; an error about what a file asks for becomes a DataError of the file: `WHERE: LAYER: …`.
void as_data_error(const std::string& where, const std::function<void()>& call);

}  // namespace regulus
