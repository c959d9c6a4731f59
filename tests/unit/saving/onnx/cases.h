// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/saving/onnx.h"

namespace regulus::testing {

/// A small model around what an exported file must get right, for the structure's tests and for
/// tests/oracle/onnx_test.py, which has ONNX Runtime and Keras compute it.
struct OnnxCase {
  std::string name;
  std::vector<LayerPtr> layers;
  Shape input;
  ModelNotes notes = {};
  OnnxOptions options = {};
};

/// Every layer with its arguments, every activation, layers one behind another, and what the options do.
std::vector<OnnxCase> onnx_cases();
/// Layers that draw, each before a product: its outputs show which draws are shared. Monte-Carlo files.
std::vector<OnnxCase> random_onnx_cases();

/// The case's file.
std::vector<std::uint8_t> file_of(const OnnxCase& wanted, const Sequential& model);

/// The case's model with weights drawn anew, none of them 0, variances positive.
Sequential built(const OnnxCase& wanted);

}  // namespace regulus::testing
