// SPDX-License-Identifier: Apache-2.0
#include "unit/saving/onnx/decoded.h"

#include <cstring>
#include <functional>
#include <stdexcept>

#include "regulus/base/check.h"
#include "unit/saving/onnx/cases.h"

namespace regulus::testing {
namespace {

struct Field {
  std::int64_t integer = 0;
  std::span<const std::uint8_t> bytes = {};

  std::string text() const { return {bytes.begin(), bytes.end()}; }
  float number() const {
    float value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint8_t byte = take(1)[0];
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > bytes_.size()) throw std::runtime_error("the message ends in a field");
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }
  bool done() const { return bytes_.empty(); }

 private:
  std::span<const std::uint8_t> bytes_;
};

void each(std::span<const std::uint8_t> message, const std::function<void(int, const Field&)>& use) {
  for (Reader reader(message); !reader.done();) {
    const std::uint64_t key = reader.varint();
    Field field;
    switch (key & 7) {
      case 0:
        field.integer = static_cast<std::int64_t>(reader.varint());
        break;
      case 2:
        field.bytes = reader.take(reader.varint());
        break;
      case 5:
        field.bytes = reader.take(4);
        break;
      default:
        throw std::runtime_error("an unknown wire type");
    }
    use(static_cast<int>(key >> 3), field);
  }
}

DecodedNode node_of(std::span<const std::uint8_t> message) {
  DecodedNode node;
  each(message, [&](int number, const Field& field) {
    if (number == 1) node.inputs.push_back(field.text());
    if (number == 2) node.output = field.text();
    if (number == 4) node.op = field.text();
    if (number != 5) return;
    std::string name;
    std::string value;
    each(field.bytes, [&](int part, const Field& of) {
      if (part == 1) name = of.text();
      if (part == 2) value = number_text(static_cast<double>(of.number()));
      if (part == 3) value = std::to_string(of.integer);
      if (part == 4) value = of.text();
      if (part == 8) value += (value.empty() ? "" : ", ") + std::to_string(of.integer);
      if (part == 20 && of.integer == 7) value = "[" + value + "]";
    });
    node.attributes[name] = value;
  });
  return node;
}

void read_graph(DecodedModel& model) {
  const auto name_of = [](const Field& info) {
    std::string name;
    each(info.bytes, [&](int number, const Field& field) {
      if (number == 1) name = field.text();
    });
    return name;
  };
  each(model.graph, [&](int number, const Field& field) {
    if (number == 1) model.nodes.push_back(node_of(field.bytes));
    if (number == 2) model.name = field.text();
    if (number == 11) model.inputs.push_back(name_of(field));
    if (number == 12) model.outputs.push_back(name_of(field));
    if (number != 5) return;
    DecodedTensor tensor;
    std::string name;
    each(field.bytes, [&](int part, const Field& of) {
      if (part == 1) tensor.dims.push_back(of.integer);
      if (part == 2) tensor.type = of.integer;
      if (part == 8) name = of.text();
      if (part == 9) tensor.data.assign(of.bytes.begin(), of.bytes.end());
    });
    model.constants[name] = tensor;
  });
}

template <class T>
std::vector<T> values(const Bytes& data) {
  std::vector<T> found(data.size() / sizeof(T));
  std::memcpy(found.data(), data.data(), data.size());
  return found;
}

}  // namespace

std::vector<float> DecodedTensor::floats() const {
  return values<float>(data);
}
std::vector<std::int64_t> DecodedTensor::integers() const {
  return values<std::int64_t>(data);
}

std::string DecodedModel::ops() const {
  std::string all;
  for (const DecodedNode& each_node : nodes) all += (all.empty() ? "" : " ") + each_node.op;
  return all;
}

const DecodedNode& DecodedModel::node(const std::string& op) const {
  for (const DecodedNode& each_node : nodes)
    if (each_node.op == op) return each_node;
  throw std::runtime_error("no node " + op);
}

DecodedModel decoded(std::span<const std::uint8_t> file) {
  DecodedModel model;
  each(file, [&](int number, const Field& field) {
    if (number == 1) model.ir_version = field.integer;
    if (number == 2) model.producer_name = field.text();
    if (number == 3) model.producer_version = field.text();
    if (number == 7) model.graph.assign(field.bytes.begin(), field.bytes.end());
    if (number == 8)
      each(field.bytes, [&](int part, const Field& of) {
        if (part == 2) model.opset = of.integer;
      });
    if (number != 14) return;
    std::string key;
    each(field.bytes, [&](int part, const Field& of) {
      if (part == 1) key = of.text();
      if (part == 2) model.metadata[key] = of.text();
    });
  });
  read_graph(model);
  return model;
}

DecodedModel exported(const std::vector<LayerPtr>& layers, const Shape& input, const OnnxOptions& options) {
  return decoded(to_onnx(built({"m", layers, input}), {}, options));
}

}  // namespace regulus::testing
