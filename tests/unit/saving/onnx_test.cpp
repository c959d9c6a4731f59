// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <map>

#include "regulus/base/file.h"
#include "regulus/base/json.h"
#include "regulus/base/sha256.h"
#include "regulus/base/version.h"
#include "regulus/nn/layers/activation/softmax.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "support/golden.h"
#include "support/toy.h"
#include "unit/saving/onnx/cases.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus {
namespace {

using testing::built;
using testing::expect_error;
using testing::exported;
using testing::OnnxCase;

constexpr std::int64_t kRows = 3;

Value array(const Tensor& tensor) {
  Value::List data;
  for (const float v : tensor.values()) data.emplace_back(static_cast<double>(v));
  return Value::Dict{{"shape", Value::List(tensor.shape().begin(), tensor.shape().end())},
                     {"data", std::move(data)}};
}

Tensor rows_for(const OnnxCase& wanted) {
  if (wanted.name.starts_with("extreme_"))
    return Tensor({1, 9}, {0, -0.0f, 20, -20, 1000, -1000, 1e-30f, -1e-30f, 1});
  return testing::normals(kRows, wanted.input.size(), 7).reshape(wanted.input.with_front(kRows));
}

// What the oracle needs to compute the same: layers, weights, rows, and what regulus says of them.
Value::Dict description(const OnnxCase& wanted, const Sequential& model) {
  Value::List layers;
  for (const LayerPtr& layer : model.layers()) {
    Value::List weights;
    for (const Tensor& weight : layer->get_weights()) weights.push_back(array(weight));
    layers.push_back(Value::Dict{
        {"class_name", layer->class_name()}, {"config", layer->config()}, {"weights", std::move(weights)}});
  }
  Value::Dict document{{"layers", std::move(layers)}, {"x", array(rows_for(wanted))}};
  if (wanted.notes.normalization)
    document.emplace_back("normalization", wanted.notes.normalization->config());
  if (wanted.options.temperature) document.emplace_back("temperature", *wanted.options.temperature);
  return document;
}

TEST(Onnx, SaysWhoWroteItForWhichVersions) {
  const auto file = exported({Dense({.units = 2, .name = "d"})}, {3});
  EXPECT_EQ(file.ir_version, 8);
  EXPECT_EQ(file.opset, 17);
  EXPECT_EQ(file.producer_name, "regulus");
  EXPECT_EQ(file.producer_version, version());
  EXPECT_EQ(file.name, "m");
  EXPECT_EQ(file.inputs, std::vector<std::string>{"d_input"});
  EXPECT_EQ(file.outputs, std::vector<std::string>{"d"});
}

TEST(Onnx, EqualModelsGiveEqualBytes) {
  for (const OnnxCase& wanted : testing::random_onnx_cases())
    EXPECT_EQ(testing::file_of(wanted, built(wanted)), testing::file_of(wanted, built(wanted)));
}

// What ONNX Runtime and Keras have computed from these very graphs is in tests/oracle/onnx_test.py, which
// writes this golden once all has been found right. A graph that has changed on purpose must go through it
// again.
TEST(Onnx, GraphsAreThoseThatTheOracleHasVerified) {
  std::map<std::string, std::string> verified;
  for (const auto& json : testing::golden("onnx_verified.json").at("cases"))
    verified[json.at("name").get<std::string>()] = json.at("sha256").get<std::string>();
  const auto expect_verified = [&](const std::vector<OnnxCase>& cases) {
    for (const OnnxCase& wanted : cases) {
      const testing::Bytes graph = testing::decoded(testing::file_of(wanted, built(wanted))).graph;
      EXPECT_EQ(sha256_hex(graph.data(), graph.size()), verified[wanted.name]) << wanted.name;
      verified.erase(wanted.name);
    }
  };
  expect_verified(testing::onnx_cases());
  expect_verified(testing::random_onnx_cases());
  EXPECT_TRUE(verified.empty()) << verified.begin()->first;
}

TEST(Onnx, NamesNeverCollide) {
  const auto file =
      exported({Dense({.units = 2, .name = "x_input"}), Dropout({.rate = 0.5, .name = "training"})}, {3},
               {.monte_carlo = true});
  EXPECT_EQ(file.inputs, (std::vector<std::string>{"x_input_input", "training"}));
  EXPECT_EQ(file.outputs, std::vector<std::string>{"training_1"});
}

TEST(Onnx, NormalizesRawFeaturesFirst) {
  const Sequential model = built({"m", {Flatten({.name = "f"}), Dense({.units = 2})}, {1, 2}});
  const ModelNotes notes{.normalization = Normalization::from_statistics(0.5, {1.0, -2.0}, {2.0, 0.5})};
  const auto file = testing::decoded(to_onnx(model, notes));
  EXPECT_EQ(file.ops(), "Mul Add Flatten Gemm");
  EXPECT_EQ(file.constants.at("normalization/scale").dims, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(file.constants.at("normalization/scale").floats(), (std::vector<float>{0.25f, 1.0f}));
  EXPECT_EQ(file.constants.at("normalization/offset").floats(), (std::vector<float>{-0.5f, 4.0f}));
  const ModelNotes other{.normalization = Normalization::from_statistics(1, {1.0}, {2.0})};
  expect_error<ShapeError>(
      [&] { to_onnx(model, other); },
      "ONNX: the normalization has another number of features than the model (expected 2, "
      "found 1).");
}

TEST(Onnx, DividesTheLastLogitsByTheTemperature) {
  const Dense hidden({.units = 3, .activation = "sigmoid"});
  const auto file =
      exported({hidden, Dense({.units = 2, .activation = "softmax", .name = "d"})}, {3}, {.temperature = 2});
  EXPECT_EQ(file.ops(), "Gemm Sigmoid Gemm Div Softmax");
  EXPECT_EQ(file.constants.at("d/temperature").floats(), std::vector<float>{2});
  EXPECT_EQ(exported({hidden, Softmax()}, {3}, {.temperature = 2}).ops(), "Gemm Sigmoid Div Softmax");
  expect_error<ConfigError>(
      [&] {
        exported({Softmax(), Dense({.units = 2})}, {3}, {.temperature = 2});
      },
      "ONNX: temperature: the model does not end in softmax, log_softmax or sigmoid.");
  expect_error<ConfigError>([&] { exported({Softmax()}, {3}, {.temperature = 0}); },
                            "ONNX: temperature must be finite and > 0, got 0.");
}

TEST(Onnx, RefusesWhatHasNothingToExport) {
  expect_error<ConfigError>([] { to_onnx(Sequential({Dense({.units = 2})})); },
                            "ONNX: the model has no weights yet. Build it first.");
  expect_error<ConfigError>([] { exported({Dense({.units = 2})}, {3}, {.monte_carlo = true}); },
                            "ONNX: monte_carlo: the model has no layer that draws. Leave the option out.");
}

// Files for tests/oracle/onnx_test.py, where the folder is named.
TEST(Onnx, WritesFilesForTheOracle) {
  const char* folder = ::getenv("REGULUS_ONNX_OUT");
  if (folder == nullptr) GTEST_SKIP() << "REGULUS_ONNX_OUT names no folder";
  const auto write = [&](const OnnxCase& wanted, const Sequential& model, const Value::Dict& document) {
    const std::string path = std::string(folder) + "/" + wanted.name;
    write_file(path + ".onnx", testing::file_of(wanted, model));
    write_file(path + ".json", to_json(document));
  };
  const auto predictions = [](const OnnxCase& wanted, const Sequential& model) {
    const Dataset rows(rows_for(wanted));
    return array(model.predict(wanted.notes.normalization ? (*wanted.notes.normalization)(rows) : rows));
  };
  for (const OnnxCase& wanted : testing::onnx_cases()) {
    const Sequential model = built(wanted);
    Value::Dict document = description(wanted, model);
    document.emplace_back("y", predictions(wanted, model));
    write(wanted, model, document);
  }
  for (const OnnxCase& wanted : testing::random_onnx_cases()) {
    const Sequential model = built(wanted);
    Value::Dict document = description(wanted, model);
    if (wanted.name.starts_with("mc_")) document.emplace_back("y", predictions(wanted, model));
    constexpr int kSamples = 20000;
    const McPrediction drawn = model.predict_mc(rows_for(wanted), {.samples = kSamples});
    document.emplace_back("samples", kSamples);
    document.emplace_back("mean", array(drawn.mean));
    document.emplace_back("std", array(drawn.std));
    write(wanted, model, document);
  }
}

}  // namespace
}  // namespace regulus
