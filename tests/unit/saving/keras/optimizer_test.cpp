// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/optimizer.h"

#include <cmath>

#include "regulus/optim/adam.h"
#include "regulus/saving/keras/weights.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using Texts = std::vector<std::string>;

using namespace regulus::testing;

// The file is read, its optimizer starts afresh, and this is said.
void expect_not_restored(const Bytes& file, const std::string& problem) {
  const LoadedModel loaded = model_from_bytes(file, "m");
  const std::string optimizer = loaded.model.optimizer().class_name();
  EXPECT_EQ(loaded.notices, std::vector<std::string>{"the state of the optimizer " + optimizer +
                                                     " is not restored: " + problem});
  EXPECT_EQ(loaded.model.iterations(), 0u);
}

Dataset keras_batch() {
  const auto& document = golden("keras_training.json");
  return {tensor(document.at("x")), labels(document.at("labels"))};
}

io::Array scalar(float value) {
  return io::to_array(Tensor(Shape{}, {value}));
}

io::Array whole(std::int64_t value) {
  return io::to_array(Shape{}, std::span(&value, 1));
}

// The archive of Nadam with variable `number` replaced.
Bytes with_variable(const std::string& optimizer, const std::string& number, const io::Array& array) {
  return with_tree(saved_case("keras_training.json", optimizer + ".keras").file, [&](io::Hdf5Group& root) {
    for (io::Hdf5Dataset& dataset : group_at(root, "optimizer/vars").datasets)
      if (dataset.name == number) dataset.array = array;
  });
}

TEST(KerasOptimizer, EveryOptimizersNextStepIsKerass) {
  const Dataset batch = keras_batch();
  for (const char* ending : {".keras", ".h5"})
    for (const SavedCase& saved : saved_cases("keras_training.json", ending)) expect_step(saved, batch);
}

TEST(KerasOptimizer, KerasOfTheSecondGenerationToo) {
  for (const SavedCase& saved : saved_cases("keras2_files.json", "", "trainings"))
    expect_step(saved, {tensor(saved.golden.at("x")), labels(saved.golden.at("labels"))});
}

TEST(KerasOptimizer, VariablesAreKerassInNumberOrderAndShape) {
  for (const SavedCase& saved : saved_cases("keras_training.json", ".keras")) {
    SCOPED_TRACE(saved.name);
    const LoadedModel loaded = model_from_bytes(saved.file, "m");
    with_tree(saved.file, [&](io::Hdf5Group& root) {
      const io::Hdf5Group& theirs = group_at(root, "optimizer/vars");
      const std::vector<io::Array> ours = optimizer_variables(loaded.model);
      ASSERT_EQ(ours.size(), theirs.datasets.size());
      for (std::size_t i = 0; i + 1 < ours.size(); ++i)
        EXPECT_EQ(io::to_tensor(ours[i]), io::to_tensor(theirs.dataset(std::to_string(i))->array)) << i;
      // Nadam's last is a product that Keras rounds at every step.
      const float last = io::to_tensor(ours.back()).values()[0];
      const float wanted = io::to_tensor(theirs.dataset(std::to_string(ours.size() - 1))->array).values()[0];
      EXPECT_NEAR(last, wanted, 1e-5 * std::abs(wanted));
    });
  }
}

TEST(KerasOptimizer, AnotherNumberOfVariablesIsSaid) {
  const Bytes nadam = saved_case("keras_training.json", "Nadam.keras").file;
  const auto drop_last = [](io::Hdf5Group& root) {
    auto& datasets = group_at(root, "optimizer/vars").datasets;
    // "18" is the last of 0 to 18, though "9" stands behind it.
    std::erase_if(datasets, [](const auto& d) { return d.name == "18"; });
    std::erase_if(datasets, [](const auto& d) { return d.name == "17"; });
  };
  expect_not_restored(with_tree(nadam, drop_last), "another number of variables (expected 18, found 17)");
  expect_refused(with_tree(nadam,
                           [](io::Hdf5Group& root) {
                             for (auto& d : group_at(root, "optimizer/vars").datasets)
                               if (d.name == "18") d.name = "19";
                           }),
                 "model.weights.h5: the optimizer's variables are not numbered (expected 18).");
}

TEST(KerasOptimizer, AnotherShapeIsSaid) {
  expect_not_restored(with_variable("Nadam", "2", io::to_array(Tensor(Shape{3, 3, 3, 2}))),
                      "variable 2 has another shape (expected (3, 3, 2, 3), found (3, 3, 3, 2))");
}

TEST(KerasOptimizer, TheIterationIsACount) {
  for (const std::int64_t bad : {std::int64_t{-1}, INT64_MIN, INT64_MAX, (std::int64_t{1} << 48) + 1})
    expect_not_restored(
        with_variable("SGD", "0", whole(bad)),
        "its iteration is malformed (expected a number from 0 on, found " + std::to_string(bad) + ")");
  EXPECT_EQ(model_from_bytes(with_variable("SGD", "0", whole(std::int64_t{1} << 48)), "m").model.iterations(),
            std::uint64_t{1} << 48);
  expect_not_restored(with_variable("SGD", "0", io::to_array(Tensor(Shape{0}))),
                      "its iteration is malformed (expected a number from 0 on)");
  expect_not_restored(with_variable("SGD", "0", scalar(0.5F)),
                      "value 0 is no integer (expected a whole number, found 0.5)");
}

TEST(KerasOptimizer, TheLearningRateIsThatOfTheFile) {
  EXPECT_EQ(model_from_bytes(with_variable("SGD", "1", scalar(0.25F)), "m").model.optimizer().learning_rate(),
            0.25);
  EXPECT_EQ(model_from_bytes(saved_case("keras_training.json", "SGD.keras").file, "m")
                .model.optimizer()
                .learning_rate(),
            0.05)
      << "the decimal of the config, not the float32 of the variable";
  expect_not_restored(with_variable("SGD", "1", scalar(-1.0F)),
                      "its learning_rate is malformed (expected a number >= 0, found -1)");
  for (const float bad : {NAN, INFINITY})
    EXPECT_EQ(model_from_bytes(with_variable("SGD", "1", scalar(bad)), "m").notices.size(), 1u) << bad;
}

TEST(KerasOptimizer, NadamsProductBelongsToItsIteration) {
  const LoadedModel loaded = model_from_bytes(with_variable("Nadam", "0", whole(4)), "m");
  EXPECT_EQ(loaded.notices,
            std::vector<std::string>{"the product of Nadam's momenta is not that of 4 updates (expected "
                                     "0.05901813717012834, found 0.11397992819547653); training goes on with "
                                     "the expected one"});
  EXPECT_EQ(loaded.model.iterations(), 4u);
  EXPECT_EQ(model_from_bytes(with_variable("Nadam", "18", scalar(NAN)), "m").notices.size(), 1u);
}

// Three epochs more are Keras's own three epochs more, whichever release has written the file.
const nlohmann::json& versions() {
  return golden("keras_versions.json");
}

Dataset versions_data() {
  return {tensor(versions().at("x")), labels(versions().at("labels"))};
}

void expect_goes_on(Sequential& model, const SavedCase& saved) {
  EXPECT_EQ(model.iterations(), 9u) << saved.name;
  const History history =
      model.fit(versions_data(), {.epochs = 3, .batch_size = 16, .verbose = 0, .shuffle = false});
  const auto wanted = saved.golden.at("losses").get<std::vector<double>>();
  // Losses near 1.5 in float32 after eighteen updates, sums in another order.
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(history["loss"][i], wanted[i], 2e-5) << saved.name << " " << i;
}

const std::string kNoProduct =
    "the file has no product of Nadam's momenta: Keras starts it afresh, regulus goes on with that of 9 "
    "updates";
const std::string kScaled =
    "LossScaleOptimizer is read as the Adam inside it: numbers are float32 here, whose gradients need no "
    "scaling";

TEST(KerasOptimizer, EveryReleasesTrainingGoesOn) {
  for (const auto& [name, notices] : std::initializer_list<std::pair<std::string, Texts>>{
           // The product of momenta after the learning rate, and, since 3.10, as the last variable.
           {"keras-3.0.5/nadam_square.keras", {}},
           {"keras-3.9.2/nadam_square.keras", {}},
           {"keras-3.9.2/nadam_square.h5", {}},
           {"keras-3.12.0/nadam_square.keras", {}},
           {"keras-3.3.3/rmsprop_both_square.keras", {}},
           {"keras-3.6.0/adamw_square.keras", {}},
           {"keras-3.12.0/adam_amsgrad_square.keras", {}},
           {"keras-3.15.1/adam_square.keras", {}},
           {"keras-3.15.1/adam_inverse_time_square.keras", {}},
           {"keras-3.15.1/adam_loss_scale_square.keras", {kScaled}},
           {"keras-3.15.1/adam_loss_scale_square.h5", {kScaled}},
           // Momenta of an SGD without momentum; no learning rate.
           {"tf_keras-2.21/sgd_square.keras", {}},
           {"tf_keras-2.21/sgd_square.h5", {}},
           // All m, then all v; decay; a slower schedule; epsilon outside the root.
           {"tf_keras-2.21-legacy/adam_square.h5", {}},
           {"tf_keras-2.21-legacy/adam_amsgrad_square.h5", {}},
           {"tf_keras-2.21-legacy/adam_decay_square.h5", {}},
           {"tf_keras-2.21-legacy/nadam_square.h5", {}},
           {"tf_keras-2.21-legacy/nadam_schedule_square.h5", {}},
           {"tf_keras-2.21-legacy/rmsprop_square.h5", {}},
           {"tf_keras-2.21-legacy/rmsprop_centered_square.h5", {}},
           {"tf_keras-2.21-legacy/rmsprop_both_square.h5", {}},
           {"tf_keras-2.21-legacy/sgd_decay_square.h5", {}}}) {
    const SavedCase saved = saved_case("keras_versions.json", name);
    LoadedModel loaded = model_from_bytes(saved.file, "m");
    EXPECT_EQ(loaded.notices, notices) << name;
    // As good as new in regulus's own files, which say what Keras 3 lacks.
    for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5}) {
      LoadedModel again = model_from_bytes(model_to_bytes(loaded.model, {}, format), "m");
      EXPECT_EQ(again.notices, Texts()) << name;
      expect_same_model(again.model, loaded.model);
    }
    expect_goes_on(loaded.model, saved);
  }
}

// The list of the optimizer's variables in a .h5 file, changed.
Bytes with_variables(const Bytes& file,
                     const std::function<void(io::Hdf5Group&, std::vector<std::string>&)>& change) {
  return with_h5(file, [&](io::Hdf5Group& root) {
    io::Hdf5Group& group = group_at(root, "optimizer_weights");
    for (io::Hdf5Attribute& attribute : group.attributes)
      if (attribute.name == "weight_names")
        change(group, std::get<std::vector<std::string>>(attribute.value));
  });
}

// keras/optimizers.py of 2.1.3 to 2.3: an array of one number for each weight where amsgrad is off.
TEST(KerasOptimizer, AThirdArrayThatAdamDoesNotUseIsPassedOver) {
  const SavedCase saved = saved_case("keras_versions.json", "tf_keras-2.21-legacy/adam_square.h5");
  LoadedModel loaded = model_from_bytes(
      with_variables(saved.file,
                     [](io::Hdf5Group& group, std::vector<std::string>& names) {
                       for (const char* name : {"x0", "x1", "x2"}) {
                         group.datasets.push_back({name, io::to_array(Tensor(Shape{1})), {}});
                         names.emplace_back(name);
                       }
                     }),
      "m");
  EXPECT_EQ(loaded.notices, std::vector<std::string>());
  expect_goes_on(loaded.model, saved);
}

// keras/optimizers.py of 2.0 to 2.2: RMSprop keeps no count of updates, Nadam no product.
TEST(KerasOptimizer, TheFirstReleasesKeepLess) {
  const SavedCase rmsprop = saved_case("keras_versions.json", "tf_keras-2.21-legacy/rmsprop_square.h5");
  const auto drop = [](std::size_t which) {
    return [which](io::Hdf5Group&, std::vector<std::string>& names) {
      names.erase(names.begin() + static_cast<std::ptrdiff_t>(which));
    };
  };
  LoadedModel loaded = model_from_bytes(with_variables(rmsprop.file, drop(0)), "m");
  EXPECT_EQ(loaded.notices, std::vector<std::string>());
  EXPECT_EQ(loaded.model.iterations(), 0u);
  TrainingState state = loaded.model.training_state();
  state.iterations = 9;
  loaded.model.set_training_state(state);
  expect_goes_on(loaded.model, rmsprop);

  const SavedCase nadam = saved_case("keras_versions.json", "tf_keras-2.21-legacy/nadam_square.h5");
  LoadedModel without = model_from_bytes(with_variables(nadam.file, drop(1)), "m");
  EXPECT_EQ(without.notices, std::vector<std::string>{kNoProduct});
  expect_goes_on(without.model, nadam);  // as if nothing had been lost
}

TEST(KerasOptimizer, WhatGoesOnDifferentlyIsSaid) {
  const SavedCase nadam = saved_case("keras_versions.json", "tf_keras-2.21/nadam_square.keras");
  const LoadedModel loaded = model_from_bytes(nadam.file, "m");
  EXPECT_EQ(loaded.notices, std::vector<std::string>{kNoProduct});
  EXPECT_EQ(loaded.model.iterations(), 9u);
  const SavedCase lost = saved_case("keras_versions.json", "tf_keras-2.21-legacy/adam_square.keras");
  EXPECT_EQ(
      model_from_bytes(lost.file, "m").notices,
      std::vector<std::string>{"the file holds no state of the optimizer Adam, as Keras writes none for "
                               "one of before 2.11: it starts afresh"});
}

TEST(KerasOptimizer, AFileOfWeightsBringsTheState) {
  for (const std::string name :
       {"keras-3.15.1/adam_square.weights.h5", "tf_keras-2.21/adam_square.weights.h5"}) {
    const SavedCase saved = saved_case("keras_versions.json", name);
    Sequential model =
        model_from_bytes(saved_case("keras_versions.json", "keras-3.15.1/adam_square.keras").file, "m",
                         {.compile = false})
            .model;
    model.compile({.optimizer = Adam({.learning_rate = 0.01}), .loss = "sparse_categorical_crossentropy"});
    EXPECT_EQ(load_weights_from_tree(model, io::parse_hdf5(saved.file, "m"), "m"),
              std::vector<std::string>());
    expect_goes_on(model, saved);
  }
}

TEST(KerasOptimizer, AnOptimizerThatNeverTrainedStartsAtZero) {
  const Sequential model = toy_model();
  const LoadedModel loaded = model_from_bytes(model_to_bytes(model, {}, ModelFormat::kKeras), "m");
  EXPECT_EQ(loaded.model.iterations(), 0u);
  expect_same_model(loaded.model, model);
}

}  // namespace
}  // namespace regulus::keras
