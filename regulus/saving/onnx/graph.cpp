// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/graph.h"

#include <algorithm>
#include <bit>

namespace regulus::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian: copied as it lies");

// Numbers of onnx.proto. Those of AttributeProto.AttributeType follow the order of Attribute's variant.
constexpr std::int64_t kAttributeType[] = {/*INT*/ 2, /*FLOAT*/ 1, /*STRING*/ 3, /*INTS*/ 7};

Message message_of(const Attribute& attribute) {
  Message message;
  message.add_text(1, attribute.name);
  if (const auto* number = std::get_if<float>(&attribute.value)) message.add_float(2, *number);
  if (const auto* integer = std::get_if<std::int64_t>(&attribute.value)) message.add_integer(3, *integer);
  if (const auto* text = std::get_if<std::string>(&attribute.value)) message.add_text(4, *text);
  if (const auto* integers = std::get_if<Integers>(&attribute.value))
    for (const std::int64_t integer : *integers) message.add_integer(8, integer);
  message.add_integer(20, kAttributeType[attribute.value.index()]);
  return message;
}

// ValueInfoProto of a tensor; a batch of rows, or a scalar.
Message value_info(const std::string& name, ElementType type, const Shape* row) {
  Message shape;
  if (row != nullptr) {
    Message batch;
    batch.add_text(2, "batch");
    shape.add_message(1, batch);
    for (const std::int64_t length : *row) {
      Message dimension;
      dimension.add_integer(1, length);
      shape.add_message(1, dimension);
    }
  }
  Message tensor;
  tensor.add_integer(1, static_cast<std::int64_t>(type));
  tensor.add_message(2, shape);
  Message value_type;
  value_type.add_message(1, tensor);
  Message info;
  info.add_text(1, name);
  info.add_message(2, value_type);
  return info;
}

}  // namespace

std::string Graph::reserve(const std::string& wanted) {
  std::string name = wanted;
  for (int number = 1; !names_.insert(name).second; ++number) name = wanted + "_" + std::to_string(number);
  return name;
}

std::string Graph::add_input(const std::string& wanted, const Shape& row) {
  std::string name = reserve(wanted);
  inputs_.push_back(value_info(name, ElementType::kFloat, &row));
  return name;
}

std::string Graph::add_switch(const std::string& wanted) {
  std::string name = add_constant(wanted, false);
  inputs_.push_back(value_info(name, ElementType::kBool, nullptr));
  return name;
}

std::string Graph::add_initializer(const std::string& wanted, ElementType type, const Integers& dims,
                                   const void* data, std::size_t size) {
  std::string name = reserve(wanted);
  Message tensor;
  for (const std::int64_t length : dims) tensor.add_integer(1, length);
  tensor.add_integer(2, static_cast<std::int64_t>(type));
  tensor.add_text(8, name);
  tensor.add_bytes(9, {static_cast<const std::uint8_t*>(data), size});
  initializers_.push_back(std::move(tensor));
  return name;
}

std::string Graph::add_constant(const std::string& wanted, const Tensor& values) {
  return add_initializer(wanted, ElementType::kFloat, values.shape().dims(), values.data(),
                         values.values().size_bytes());
}

std::string Graph::add_constant(const std::string& wanted, const Integers& values) {
  return add_initializer(wanted, ElementType::kInt64, {static_cast<std::int64_t>(values.size())},
                         values.data(), values.size() * sizeof(std::int64_t));
}

std::string Graph::add_constant(const std::string& wanted, bool value) {
  const std::uint8_t byte = value ? 1 : 0;
  return add_initializer(wanted, ElementType::kBool, {}, &byte, 1);
}

std::string Graph::add_node(const std::string& op, const std::string& wanted, Names inputs,
                            Attributes attributes) {
  std::string output = reserve(wanted);
  nodes_.push_back({op, std::move(inputs), output, std::move(attributes)});
  return output;
}

std::string Graph::rename(const std::string& value, const std::string& wanted) {
  std::string name = reserve(wanted);
  for (Node& node : nodes_) {
    std::replace(node.inputs.begin(), node.inputs.end(), value, name);
    if (node.output == value) node.output = name;
  }
  names_.erase(value);
  return name;
}

void Graph::add_output(const std::string& value, const Shape& row) {
  outputs_.push_back(value_info(value, ElementType::kFloat, &row));
}

Message Graph::message(const std::string& name) const {
  Message graph;
  for (const Node& node : nodes_) {
    Message message;
    for (const std::string& input : node.inputs) message.add_text(1, input);
    message.add_text(2, node.output);
    message.add_text(3, node.output);  // a node is called as what it computes
    message.add_text(4, node.op);
    for (const Attribute& attribute : node.attributes) message.add_message(5, message_of(attribute));
    graph.add_message(1, message);
  }
  graph.add_text(2, name);
  for (const Message& initializer : initializers_) graph.add_message(5, initializer);
  for (const Message& input : inputs_) graph.add_message(11, input);
  for (const Message& output : outputs_) graph.add_message(12, output);
  return graph;
}

}  // namespace regulus::onnx
