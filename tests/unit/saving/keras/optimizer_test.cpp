// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/saving/keras/weights.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;

const std::string kState = "model.weights.h5: the state of the optimizer ";
const std::string kFix = " Load the model without its optimizer (compile = false).";

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

TEST(KerasOptimizer, AnotherNumberOfVariablesIsRefused) {
  const Bytes nadam = saved_case("keras_training.json", "Nadam.keras").file;
  const auto drop_last = [](io::Hdf5Group& root) {
    auto& datasets = group_at(root, "optimizer/vars").datasets;
    // "18" is the last of 0 to 18, though "9" stands behind it.
    std::erase_if(datasets, [](const auto& d) { return d.name == "18"; });
    std::erase_if(datasets, [](const auto& d) { return d.name == "17"; });
  };
  expect_refused(with_tree(nadam, drop_last),
                 kState + "Nadam: another number of variables (expected 19, found 17)." + kFix);
  expect_refused(with_tree(nadam,
                           [](io::Hdf5Group& root) {
                             for (auto& d : group_at(root, "optimizer/vars").datasets)
                               if (d.name == "18") d.name = "19";
                           }),
                 "model.weights.h5: the optimizer's variables are not numbered (expected 18).");
}

TEST(KerasOptimizer, AnotherShapeIsRefused) {
  expect_refused(
      with_variable("Nadam", "2", io::to_array(Tensor(Shape{3, 3, 3, 2}))),
      kState + "Nadam: variable 2 has another shape (expected (3, 3, 2, 3), found (3, 3, 3, 2))." + kFix);
}

TEST(KerasOptimizer, TheIterationIsACount) {
  for (const std::int64_t bad : {std::int64_t{-1}, INT64_MIN, INT64_MAX, (std::int64_t{1} << 48) + 1})
    expect_refused(with_variable("SGD", "0", whole(bad)),
                   kState + "SGD: its iteration is malformed (expected a number from 0 on, found " +
                       std::to_string(bad) + ")." + kFix);
  EXPECT_EQ(model_from_bytes(with_variable("SGD", "0", whole(std::int64_t{1} << 48)), "m").model.iterations(),
            std::uint64_t{1} << 48);
  expect_refused(with_variable("SGD", "0", io::to_array(Tensor(Shape{0}))),
                 kState + "SGD: its iteration is malformed (expected a number from 0 on)." + kFix);
  expect_refused(
      with_variable("SGD", "0", scalar(0.5F)),
      "model.weights.h5: optimizer: iteration: value 0 is no integer (expected a whole number, found 0.5).");
}

TEST(KerasOptimizer, TheLearningRateIsThatOfTheFile) {
  EXPECT_EQ(model_from_bytes(with_variable("SGD", "1", scalar(0.25F)), "m").model.optimizer().learning_rate(),
            0.25);
  EXPECT_EQ(model_from_bytes(saved_case("keras_training.json", "SGD.keras").file, "m")
                .model.optimizer()
                .learning_rate(),
            0.05)
      << "the decimal of the config, not the float32 of the variable";
  for (const float bad : {-1.0F, NAN, INFINITY})
    EXPECT_THROW(model_from_bytes(with_variable("SGD", "1", scalar(bad)), "m"), DataError) << bad;
}

TEST(KerasOptimizer, NadamsProductBelongsToItsIteration) {
  expect_refused(with_variable("Nadam", "0", whole(4)),
                 kState +
                     "Nadam: its last variable is not that of 4 updates (expected 0.05901813717012834, found "
                     "0.11397992819547653)." +
                     kFix);
  EXPECT_THROW(model_from_bytes(with_variable("Nadam", "18", scalar(NAN)), "m"), DataError);
}

TEST(KerasOptimizer, AnOptimizerThatNeverTrainedStartsAtZero) {
  const Sequential model = toy_model();
  const LoadedModel loaded = model_from_bytes(model_to_bytes(model, {}, ModelFormat::kKeras), "m");
  EXPECT_EQ(loaded.model.iterations(), 0u);
  expect_same_model(loaded.model, model);
}

}  // namespace
}  // namespace regulus::keras
