// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/weights.h"

#include <algorithm>

#include "regulus/nn/layers/activation/relu.h"
#include "regulus/nn/layers/preprocessing/normalization_layer.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;

Bytes dense() {
  return saved_case("keras_files.json", "Dense.keras").file;
}

std::vector<std::string> group_names(const Sequential& model) {
  std::vector<std::string> names;
  const io::Hdf5Group tree = weight_tree(model);
  for (const io::Hdf5Group& group : tree.groups.front().groups) names.push_back(group.name);
  return names;
}

TEST(KerasWeights, AMissingOneIsNamed) {
  expect_refused(
      with_tree(dense(), [](io::Hdf5Group& root) { group_at(root, "layers/dense_1/vars").datasets.clear(); }),
      "model.weights.h5: layer \"dense_2\": its kernel is missing (expected a dataset "
      "layers/dense_1/vars/0).");
  expect_refused(with_tree(dense(), [](io::Hdf5Group& root) { root.groups.clear(); }),
                 "model.weights.h5: layer \"dense_1\": its kernel is missing (expected a dataset "
                 "layers/dense/vars/0).");
}

TEST(KerasWeights, OneTooManyIsRefused) {
  expect_refused(with_tree(dense(),
                           [](io::Hdf5Group& root) {
                             io::Hdf5Group& vars = group_at(root, "layers/dense_1/vars");
                             vars.datasets.push_back({"1", io::to_array(Tensor(Shape{3})), {}});
                           }),
                 "model.weights.h5: it holds weights of no layer (expected 5 arrays, found 6).");
  expect_refused(with_tree(dense(),
                           [](io::Hdf5Group& root) {
                             io::Hdf5Group& layers = group_at(root, "layers");
                             layers.groups.push_back(layers.groups.front());
                             layers.groups.back().name = "dense_9";
                           }),
                 "model.weights.h5: it holds weights of no layer (expected 5 arrays, found 7).");
}

TEST(KerasWeights, AnotherShapeIsRefused) {
  expect_refused(
      with_tree(dense(),
                [](io::Hdf5Group& root) {
                  group_at(root, "layers/dense/vars").datasets[0].array = io::to_array(Tensor(Shape{7, 5}));
                }),
      "model.weights.h5: layer \"dense_1\": its kernel has another shape (expected (5, 7), found (7, "
      "5)).");
}

TEST(KerasWeights, GroupsCarryTheClassesNamesNotTheLayers) {
  const Sequential model({Dense({.units = 2, .name = "first", .input_shape = {3}}), ReLU(),
                          Dense({.units = 2}), ReLU(), MCDropout({.rate = 0.5}), Dropout({.rate = 0.5})});
  EXPECT_EQ(group_names(model),
            (std::vector<std::string>{"dense", "re_lu", "dense_1", "re_lu_1", "dropout", "dropout_1"}));
}

// Keras's own file of that model has the same groups.
TEST(KerasWeights, TheTreeIsKerass) {
  for (const SavedCase& saved : saved_cases("keras_files.json", ".keras")) {
    if (saved.name.starts_with("Functional")) continue;  // has a group of its input
    const LoadedModel loaded = model_from_bytes(saved.file, "m");
    std::vector<std::string> theirs;
    with_tree(saved.file, [&](io::Hdf5Group& root) {
      if (root.group("layers") == nullptr) return;
      for (const io::Hdf5Group& group : group_at(root, "layers").groups) theirs.push_back(group.name);
    });
    std::vector<std::string> ours = group_names(loaded.model);
    std::sort(ours.begin(), ours.end());
    EXPECT_EQ(ours, theirs) << saved.name;
  }
}

TEST(KerasWeights, TheTenthFollowsTheNinth) {
  Sequential model;
  for (int i = 0; i < 12; ++i)
    model.add(i == 0 ? LayerPtr(Dense({.units = 1, .use_bias = false, .input_shape = {1}}))
                     : LayerPtr(Dense({.units = 1, .use_bias = false})));
  std::vector<Tensor> weights;
  for (int i = 0; i < 12; ++i) weights.emplace_back(Shape{1, 1}, std::vector<float>{static_cast<float>(i)});
  model.set_weights(weights);
  for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5})
    EXPECT_EQ(model_from_bytes(model_to_bytes(model, {}, format), "m").model.get_weights(), weights);
}

TEST(KerasWeights, NormalizationCountsInInt64) {
  const SavedCase saved = saved_case("keras_files.json", "Normalization.keras");
  const LoadedModel loaded = model_from_bytes(saved.file, "m");
  with_tree(saved.file, [&](io::Hdf5Group& root) {
    const auto& theirs = group_at(root, "layers/normalization/vars").datasets;
    const io::Hdf5Group tree = weight_tree(loaded.model);
    const io::Hdf5Group* ours = tree.group("layers/normalization/vars");
    ASSERT_NE(ours, nullptr);
    ASSERT_EQ(ours->datasets.size(), theirs.size());
    for (std::size_t i = 0; i < theirs.size(); ++i)
      EXPECT_EQ(io::name(ours->datasets[i].array.dtype), std::string(io::name(theirs[i].array.dtype))) << i;
  });
}

TEST(KerasWeights, AWeightFileIsReadByAModelOfItsLayers) {
  const SavedCase saved = saved_case("keras_files.json", "Dense.weights.h5");
  Sequential model = model_from_bytes(dense(), "m").model;
  const std::vector<Tensor> wanted = model.get_weights();
  EXPECT_EQ(read_weights(io::parse_hdf5(saved.file, "w"), as_keras(model), "w"), wanted);
  expect_refused(saved.file,
                 "it holds weights but no model. Build the model and give it these weights (load_weights).");
}

}  // namespace
}  // namespace regulus::keras
