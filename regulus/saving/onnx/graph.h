// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "regulus/base/tensor.h"
#include "regulus/saving/onnx/wire.h"

namespace regulus::onnx {

using Integers = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

/// An operator's attribute: an int, a float, a string or ints.
struct Attribute {
  std::string name;
  std::variant<std::int64_t, float, std::string, Integers> value;
};
using Attributes = std::vector<Attribute>;

/// TensorProto.DataType.
enum class ElementType { kFloat = 1, kInt64 = 7, kBool = 9 };

/// A GraphProto that grows: inputs, constants (initializers) and nodes in the order of their making, which is
/// an order to compute in. Every value has a name of its own.
class Graph {
 public:
  /// `wanted`, or "wanted_1", "wanted_2", … if a value has that name.
  std::string reserve(const std::string& wanted);

  /// The rows [batch, row…] that the model is given. Returns the value's name, as the others do.
  std::string add_input(const std::string& wanted, const Shape& row);
  /// A bool that a caller may give, and that is false otherwise: an initializer that is an input too.
  std::string add_switch(const std::string& wanted);
  std::string add_constant(const std::string& wanted, const Tensor& values);
  std::string add_constant(const std::string& wanted, const Integers& values);
  std::string add_constant(const std::string& wanted, bool value);
  /// A node with one output. An empty name among the inputs is one left out.
  std::string add_node(const std::string& op, const std::string& wanted, Names inputs,
                       Attributes attributes = {});
  /// Gives a node's output another name: `wanted`, or as reserve() says.
  std::string rename(const std::string& value, const std::string& wanted);
  /// The value as the model's output, rows of that shape. Requires a node's output.
  void add_output(const std::string& value, const Shape& row);

  Message message(const std::string& name) const;

 private:
  struct Node {
    std::string op;
    Names inputs;
    std::string output;
    Attributes attributes;
  };

  std::string add_initializer(const std::string& wanted, ElementType type, const Integers& dims,
                              const void* data, std::size_t size);

  std::set<std::string> names_;
  std::vector<Node> nodes_;
  std::vector<Message> initializers_;
  std::vector<Message> inputs_;
  std::vector<Message> outputs_;
};

}  // namespace regulus::onnx
