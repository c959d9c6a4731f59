// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/saving/onnx.h"
#include "regulus/saving/onnx/wire.h"

namespace regulus::onnx {

/// Adds to a ModelProto what the graph cannot say, as metadata_props: each key is "regulus.…", each value a
/// JSON document.
///   regulus.penalties, regulus.constraints: {LAYER: {ARGUMENT: {class_name, config, …}}}, as Keras stores
///   them regulus.monte_carlo: {input, layers: {LAYER: CLASS}}; input is null if no layer heeds it
///   regulus.normalization: the document of Normalization::config(); the graph has it in its first nodes
///   regulus.temperature, regulus.class_names, regulus.column_names, regulus.data_set
/// What there is none of is left out.
void add_metadata(Message& model, const Sequential& source, const ModelNotes& notes,
                  const OnnxOptions& options, const std::string& training);

}  // namespace regulus::onnx
