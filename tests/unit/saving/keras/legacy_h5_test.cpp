// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/legacy_h5.h"

#include <algorithm>

#include "regulus/base/version.h"
#include "regulus/nn/layers/activation/relu.h"
#include "regulus/saving/keras/config.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;
using Texts = std::vector<std::string>;

Bytes legacy_dense() {
  return saved_case("keras_files.json", "Dense.h5").file;
}

Sequential many_layers(int count) {
  Sequential model;
  for (int i = 0; i < count; ++i)
    model.add(ReLU({.name = "r" + std::to_string(i), .input_shape = i == 0 ? Shape{2} : Shape{}}));
  model.add(Dense({.units = 2}));
  return model;
}

void set_names(io::Hdf5Group& group, const std::string& attribute, Texts names) {
  for (io::Hdf5Attribute& a : group.attributes)
    if (a.name == attribute) a.value = std::move(names);
}

TEST(LegacyH5, EveryLayerOfKerasPredictsTheSame) {
  for (const SavedCase& saved : saved_cases("keras_files.json", ".h5"))
    if (!saved.name.ends_with(".weights.h5")) expect_predictions(saved);
}

TEST(LegacyH5, ModelsOfKeras2PredictTheSame) {
  for (const SavedCase& saved : saved_cases("keras2_files.json", ".h5")) expect_predictions(saved);
}

TEST(LegacyH5, AnyModelComesBackAfterASecondSave) {
  for (const SavedCase& saved : saved_cases("keras_files.json", ".keras")) {
    SCOPED_TRACE(saved.name);
    const LoadedModel once = model_from_bytes(saved.file, "once");
    const LoadedModel twice = model_from_bytes(io::to_hdf5(to_legacy_model(once.model, {})), "twice");
    expect_same_model(twice.model, once.model);
    const Tensor x = tensor(saved.golden.at("x"));
    EXPECT_EQ(twice.model.predict(x), once.model.predict(x));
  }
}

TEST(LegacyH5, SaysWhoWroteIt) {
  EXPECT_EQ(model_from_bytes(legacy_dense(), "m").format,
            "Keras's legacy HDF5 file, written by Keras 3.15.1");
  EXPECT_EQ(model_from_bytes(io::to_hdf5(to_legacy_model(toy_model(), {})), "m").format,
            "Keras's legacy HDF5 file, written by regulus " + std::string(version()));
}

// Keras cuts lists of names into pieces, as an attribute holds no more than 64 KiB.
TEST(LegacyH5, AnyNumberOfLayersHasNames) {
  for (const int count : {1999, 2000, 4500}) {
    const Sequential model = many_layers(count);
    const Bytes file = io::to_hdf5(to_legacy_model(model, {}));
    with_h5(file, [&](io::Hdf5Group& root) {
      const io::Hdf5Group& weights = group_at(root, "model_weights");
      EXPECT_EQ(weights.attribute("layer_names") != nullptr, count + 1 <= 2000);
      EXPECT_EQ(weights.attribute("layer_names0") != nullptr, count + 1 > 2000);
      EXPECT_EQ(weights.attribute("layer_names2") != nullptr, count + 1 > 4000);
    });
    EXPECT_EQ(model_from_bytes(file, "m").model.get_weights(), model.get_weights()) << count;
  }
}

TEST(LegacyH5, LayersAreFoundByTheirOrderNotTheirNames) {
  Sequential model = model_from_bytes(legacy_dense(), "m").model;
  const std::vector<Tensor> wanted = model.get_weights();
  const Bytes renamed = with_h5(legacy_dense(), [](io::Hdf5Group& root) {
    io::Hdf5Group& weights = group_at(root, "model_weights");
    for (io::Hdf5Group& group : weights.groups)
      if (group.name.starts_with("dense")) group.name = "x" + group.name;
    set_names(weights, "layer_names", {"xdense_1", "xdense_2", "xdense_3"});
  });
  EXPECT_EQ(model_from_bytes(renamed, "m").model.get_weights(), wanted);
  Sequential again = model_from_bytes(renamed, "m").model;
  std::vector<Tensor> others = wanted;
  for (Tensor& weight : others) weight = Tensor(weight.shape());
  again.set_weights(others);
  EXPECT_EQ(load_weights_from_legacy_model(again, io::parse_hdf5(legacy_dense(), "m"), "m"), Texts());
  EXPECT_EQ(again.get_weights(), wanted);
}

TEST(LegacyH5, WeightsFitTheLayers) {
  const auto refused = [](Texts layers, const std::string& problem) {
    expect_refused(with_h5(legacy_dense(),
                           [&](io::Hdf5Group& root) {
                             set_names(group_at(root, "model_weights"), "layer_names", std::move(layers));
                           }),
                   problem);
  };
  refused({"dense_1", "dense_2"}, "layer \"dense_3\": its kernel is missing.");
  refused({"dense_1", "dense_2", "none"}, "the layer \"none\" is named but missing.");
  refused({"dense_1", "dense_3", "dense_2"},
          "layer \"dense_2\": its kernel has another shape (expected (7, 3), found (3, 2)).");
  refused({"dense_2", "dense_1", "dense_3"},
          "layer \"dense_1\": its kernel has another shape (expected (5, 7), found (7, 3)).");
  expect_refused(with_h5(legacy_dense(),
                         [](io::Hdf5Group& root) {
                           io::Hdf5Group& layer = group_at(root, "model_weights/dense_1");
                           const auto names = std::get<Texts>(*layer.attribute("weight_names"));
                           set_names(layer, "weight_names", {names[0]});
                         }),
                 "layer \"dense_1\": its bias is missing.");
  expect_refused(with_h5(legacy_dense(),
                         [](io::Hdf5Group& root) {
                           io::Hdf5Group& layer = group_at(root, "model_weights/dense_1");
                           auto names = std::get<Texts>(*layer.attribute("weight_names"));
                           names[1] = "none";
                           set_names(layer, "weight_names", names);
                         }),
                 "the weight \"none\" is named but missing.");
  expect_refused(with_h5(legacy_dense(),
                         [](io::Hdf5Group& root) {
                           io::Hdf5Group& weights = group_at(root, "model_weights");
                           weights.groups.push_back(*weights.group("dense_1"));
                           weights.groups.back().name = "dense_9";
                           set_names(weights, "layer_names", {"dense_1", "dense_2", "dense_3", "dense_9"});
                         }),
                 "it holds weights of no layer (expected 3 layers with weights, found 4).");
}

// A name costs a few bytes; a weight as often as it is named would not be there.
TEST(LegacyH5, NoWeightIsUsedTwice) {
  const Sequential model(
      {Dense({.units = 2, .use_bias = false, .input_shape = {2}}), Dense({.units = 2, .use_bias = false})});
  const Bytes file = io::to_hdf5(to_legacy_model(model, {}));
  const std::string first = model.layers()[0]->name();
  const Bytes twice = with_h5(file, [&](io::Hdf5Group& root) {
    set_names(group_at(root, "model_weights"), "layer_names", {first, first});
  });
  expect_refused(twice, "the layer \"" + first + "\" is named twice.");
}

TEST(LegacyH5, TheConfigIsAText) {
  expect_refused(with_h5(legacy_dense(),
                         [](io::Hdf5Group& root) {
                           set_names(root, "model_config", {"a", "b"});
                         }),
                 "its attribute model_config is no text.");
  expect_refused(with_h5_text(legacy_dense(), "model_config", "\"units\": 7", "\"units\": 8"),
                 "layer \"dense_1\": its kernel has another shape (expected (5, 8), found (5, 7)).");
}

TEST(LegacyH5, TheOptimizersStateFits) {
  const Bytes sgd = saved_case("keras_training.json", "SGD_momentum.h5").file;
  const Bytes shorter = with_h5(sgd, [](io::Hdf5Group& root) {
    io::Hdf5Group& group = group_at(root, "optimizer_weights");
    auto names = std::get<Texts>(*group.attribute("weight_names"));
    names.pop_back();
    set_names(group, "weight_names", names);
  });
  EXPECT_EQ(model_from_bytes(shorter, "m").notices,
            Texts{"the state of the optimizer SGD is not restored: another number of variables (expected 10, "
                  "found 9)"});
  expect_refused(with_h5(sgd,
                         [](io::Hdf5Group& root) {
                           io::Hdf5Group& group = group_at(root, "optimizer_weights");
                           auto names = std::get<Texts>(*group.attribute("weight_names"));
                           names[3] = names[5];
                           set_names(group, "weight_names", names);
                         }),
                 "a weight is named twice.");
}

}  // namespace
}  // namespace regulus::keras
