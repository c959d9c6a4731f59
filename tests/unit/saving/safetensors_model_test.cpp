// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/safetensors_model.h"

#include "regulus/io/safetensors.h"
#include "regulus/nn/layers/activation/prelu.h"
#include "regulus/nn/layers/activation/relu.h"
#include "support/expect.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::saved_cases;
using testing::SavedCase;
using testing::tensor;
using Bytes = std::vector<std::uint8_t>;

Sequential two() {
  Sequential model({Dense({.units = 2, .name = "a", .input_shape = {3}}), ReLU(),
                    Dense({.units = 1, .use_bias = false, .name = "b"})});
  model.set_weights(
      {Tensor(Shape{3, 2}, {1, 2, 3, 4, 5, 6}), Tensor(Shape{2}, {7, 8}), Tensor(Shape{2, 1}, {9, 10})});
  return model;
}

TEST(SafetensorsModel, EveryLayerComesBack) {
  for (const SavedCase& saved : saved_cases("keras_files.json", ".keras")) {
    SCOPED_TRACE(saved.name);
    const LoadedModel once = model_from_bytes(saved.file, "once");
    const LoadedModel twice = model_from_bytes(to_safetensors_model(once.model, {}), "twice");
    testing::expect_same_model(twice.model, once.model);
    const Tensor x = tensor(saved.golden.at("x"));
    EXPECT_EQ(twice.model.predict(x), once.model.predict(x));
    EXPECT_TRUE(twice.format.starts_with("safetensors, written by regulus "));
  }
}

// torch.nn.Linear: weight (out, in), bias (out).
TEST(SafetensorsModel, TorchsKernelsAreTransposed) {
  const io::Safetensors file =
      io::parse_safetensors(to_safetensors_model(two(), {}, TensorLayout::kTorch), "m");
  ASSERT_EQ(file.tensors.size(), 3u);
  EXPECT_TRUE(file.metadata.empty());
  const auto find = [&](const std::string& name) {
    for (const auto& [key, value] : file.tensors)
      if (key == name) return value;
    return Tensor();
  };
  EXPECT_EQ(find("0.weight"), Tensor(Shape{2, 3}, {1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(find("0.bias"), Tensor(Shape{2}, {7, 8}));
  EXPECT_EQ(find("2.weight"), Tensor(Shape{1, 2}, {9, 10}));
}

TEST(SafetensorsModel, OnlyDenseHasALayoutForTorch) {
  const Sequential model({Dense({.units = 2, .input_shape = {3}}), PReLU({.name = "bent"})});
  expect_error<ConfigError>([&] { to_safetensors_model(model, {}, TensorLayout::kTorch); },
                            "PReLU \"bent\": only the weights of Dense have a layout for torch.");
}

TEST(SafetensorsModel, WeightsByTheirNamesAlone) {
  io::Safetensors named;
  named.tensors = {{"b.kernel", Tensor(Shape{2, 1}, {1, 2})},
                   {"a.bias", Tensor(Shape{2}, {3, 4})},
                   {"a.kernel", Tensor(Shape{3, 2}, {5, 6, 7, 8, 9, 10})}};
  const Bytes file = io::to_safetensors(named);
  const std::vector<Tensor> weights = weights_from_safetensors(file, "w", two());
  EXPECT_EQ(weights, (std::vector<Tensor>{Tensor(Shape{3, 2}, {5, 6, 7, 8, 9, 10}), Tensor(Shape{2}, {3, 4}),
                                          Tensor(Shape{2, 1}, {1, 2})}));
  const Bytes torch = to_safetensors_model(two(), {}, TensorLayout::kTorch);
  expect_error<DataError>([&] { weights_from_safetensors(torch, "w", two()); },
                          "w: the tensor \"a.kernel\" is missing.");
}

TEST(SafetensorsModel, TheOptimizersStateIsNotKept) {
  Sequential model = testing::toy_model();
  model.fit(testing::toy_data(), {.verbose = 0});
  const LoadedModel loaded = model_from_bytes(to_safetensors_model(model, {}), "m");
  EXPECT_EQ(loaded.model.compile_config(), model.compile_config());
  EXPECT_EQ(loaded.model.iterations(), 0u);
  EXPECT_EQ(loaded.model.training_state().epochs_shuffled, 1u) << "the rows come in the next order";
}

TEST(SafetensorsModel, TheCompileCanBeLeftOut) {
  EXPECT_FALSE(model_from_bytes(to_safetensors_model(testing::toy_model(), {}), "m", {.compile = false})
                   .model.compiled());
}

}  // namespace
}  // namespace regulus
