// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "regulus/saving/onnx.h"

namespace regulus::testing {

using Bytes = std::vector<std::uint8_t>;

struct DecodedNode {
  std::string op;
  std::vector<std::string> inputs;
  std::string output;
  std::map<std::string, std::string> attributes;  ///< as text: "2", "0.5", "nearest", "[1, 2]"
};

struct DecodedTensor {
  std::vector<std::int64_t> dims;
  std::int64_t type = 0;
  Bytes data;

  std::vector<float> floats() const;
  std::vector<std::int64_t> integers() const;
};

/// An ONNX file read by the numbers of onnx.proto: what the tests look at.
struct DecodedModel {
  std::int64_t ir_version = 0;
  std::string producer_name;
  std::string producer_version;
  std::int64_t opset = 0;
  Bytes graph;
  std::string name;
  std::vector<DecodedNode> nodes;
  std::map<std::string, DecodedTensor> constants;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::map<std::string, std::string> metadata;

  /// "Gemm Relu": the operators in their order.
  std::string ops() const;
  /// The first node with that operator.
  const DecodedNode& node(const std::string& op) const;
};

DecodedModel decoded(std::span<const std::uint8_t> file);

/// A model of these layers, built for these rows and named "m", as a file.
DecodedModel exported(const std::vector<LayerPtr>& layers, const Shape& input,
                      const OnnxOptions& options = {});

}  // namespace regulus::testing
