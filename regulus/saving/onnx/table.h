// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/saving/onnx/chain.h"

namespace regulus::onnx {

/// Adds chain.layer() to the graph, as the one table of translations (table.cpp) says. Throws ConfigError,
/// naming the layer, for a class that is not in it, and for a layer that draws in every prediction in a file
/// that is no Monte-Carlo file.
void translate(Chain& chain);

}  // namespace regulus::onnx
