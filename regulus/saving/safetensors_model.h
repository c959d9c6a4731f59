// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "regulus/saving/model_file.h"

namespace regulus {

/// How the kernels lie. kTorch: each weight under "N.weight" and "N.bias", N being the layer's number, and
/// the kernels of Dense transposed to (out, in), as torch.nn.Sequential names them. Such a file holds weights
/// alone.
enum class TensorLayout : std::uint8_t { kKeras, kTorch };

/// A model as one safetensors file: each weight under "LAYER.kernel" or "LAYER.bias", and as metadata its
/// config, its seed, the SHA-256 of its weights, optimizer, loss and metrics if it is compiled, the notes and
/// a test vector. The optimizer's state (moments, number of updates) is not kept. kTorch: throws ConfigError
/// for a layer with weights that is not Dense.
std::vector<std::uint8_t> to_safetensors_model(const Sequential& model, const ModelNotes& notes,
                                               TensorLayout layout = TensorLayout::kKeras);
LoadedModel from_safetensors_model(std::span<const std::uint8_t> bytes, const std::string& where,
                                   const LoadOptions& options);
/// The weights of a model of these layers, by their names alone.
std::vector<Tensor> weights_from_safetensors(std::span<const std::uint8_t> bytes, const std::string& where,
                                             const Sequential& model);

}  // namespace regulus
