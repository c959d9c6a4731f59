// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/train/sequential.h"

namespace regulus::testing {

/// A small model around what an exported file must get right, for the structure's tests and for
/// tests/oracle/onnx_test.py, which has ONNX Runtime and Keras compute it.
struct OnnxCase {
  std::string name;
  std::vector<LayerPtr> layers;
  Shape input;
};

/// Every layer with its arguments, every activation, and layers one behind another.
std::vector<OnnxCase> onnx_cases();
/// Layers that draw, each before a product: its outputs show which draws are shared.
std::vector<OnnxCase> random_onnx_cases();

/// The case's model with weights drawn anew, none of them 0, variances positive.
Sequential built(const OnnxCase& wanted);

}  // namespace regulus::testing
