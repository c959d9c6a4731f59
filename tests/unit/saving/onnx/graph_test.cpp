// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/graph.h"

#include <gtest/gtest.h>

#include "regulus/nn/layers/core/dense.h"
#include "regulus/nn/layers/regularization/gaussian_noise.h"
#include "support/golden.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus::onnx {
namespace {

std::string golden_graph(const std::string& name) {
  for (const auto& json : testing::golden("onnx.json").at("cases"))
    if (json.at("name") == name) return json.at("graph").get<std::string>();
  throw std::runtime_error("no case " + name);
}

std::string hex(const std::vector<std::uint8_t>& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
  return text;
}

TEST(Graph, WritesTheBytesOfTheOnnxPackage) {
  Graph graph;
  const std::string x = graph.add_input("x", {2, 300});
  const std::string empty = graph.add_constant("x", Tensor(Shape{2, 0, 3}));
  EXPECT_EQ(empty, "x_1");
  graph.add_constant("n", Integers{-1, std::int64_t{1} << 40});
  graph.add_switch("s");
  graph.add_constant("t", true);
  const std::string a =
      graph.add_node("First", "a", {x, "", empty},
                     {{"beta", -2}, {"gamma", 0.5f}, {"mode", "é"}, {"pads", Integers{0, 300, -1}}});
  const std::string y = graph.rename(graph.add_node("Second", "b", {a}), "y");
  EXPECT_EQ(y, "y");
  EXPECT_EQ(graph.reserve("b"), "b");  // free again
  graph.add_output(y, {1});
  EXPECT_EQ(hex(graph.message("attributes").bytes()), golden_graph("attributes"));
}

TEST(Graph, RenamesWhatOthersRead) {
  Graph graph;
  const std::string x = graph.add_input("x", {2});
  const std::string a = graph.add_node("Relu", "a", {x});
  graph.add_node("Add", "b", {a, a});
  graph.rename(a, "x");
  Message file;
  file.add_message(7, graph.message("g"));
  const testing::DecodedModel model = testing::decoded(file.bytes());
  EXPECT_EQ(model.node("Relu").output, "x_1");
  EXPECT_EQ(model.node("Add").inputs, (Names{"x_1", "x_1"}));
}

Tensor golden_tensor(const std::string& name, const char* key) {
  for (const auto& json : testing::golden("onnx.json").at("cases"))
    if (json.at("name") == name) return testing::tensor(json.at(key));
  throw std::runtime_error("no case " + name);
}

TEST(Graph, OfAModelIsWhatTheOnnxPackageWrites) {
  const auto model_of = [](const char* name, std::vector<LayerPtr> layers) {
    Sequential model({.name = name});
    for (LayerPtr& layer : layers) model.add(layer);
    model.build({3});
    layers.back()->set_weights({golden_tensor(name, "kernel"), golden_tensor(name, "bias")});
    return model;
  };
  const Sequential dense = model_of("dense", {Dense({.units = 2, .activation = "relu", .name = "d"})});
  EXPECT_EQ(hex(testing::decoded(to_onnx(dense)).graph), golden_graph("dense"));
  const Sequential switched =
      model_of("switched", {GaussianNoise({.stddev = 0.5, .name = "n"}), Dense({.units = 2, .name = "d"})});
  EXPECT_EQ(hex(testing::decoded(to_onnx(switched, {}, {.monte_carlo = true})).graph),
            golden_graph("switched"));
}

}  // namespace
}  // namespace regulus::onnx
