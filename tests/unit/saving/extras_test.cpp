// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/extras.h"

#include <cmath>

#include "regulus/base/json.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::toy_data;
using testing::toy_model;

const ModelNotes kNotes = {.data_set = "toys",
                           .class_names = {"a", "b", "c", "d"},
                           .column_names = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                                            "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"},
                           .temperature = 1.5};

Value config() {
  return extras_config(toy_model(), kNotes);
}

Value with(const char* key, Value value) {
  Value::Dict dict = config().as_dict();
  std::erase_if(dict, [&](const auto& member) { return member.first == key; });
  dict.emplace_back(key, std::move(value));
  return dict;
}

void expect_malformed(const char* key, Value value, const std::string& text) {
  expect_error<DataError>([&] { read_extras(with(key, std::move(value)), "f"); }, "f: " + text);
}

TEST(Extras, ComeBack) {
  Sequential model = toy_model(UINT64_MAX);
  model.fit(toy_data(), {.epochs = 2, .verbose = 0});
  model(toy_data(), {.training = true});
  const Extras extras = read_extras(parse_json(to_json(extras_config(model, kNotes)), "f"), "f");
  EXPECT_EQ(extras.seed, UINT64_MAX);
  EXPECT_EQ(extras.epochs_shuffled, 2u);
  EXPECT_EQ(extras.calls, 1u);
  EXPECT_EQ(extras.weights_sha256, model.weights_sha256());
  EXPECT_EQ(extras.notes.data_set, "toys");
  EXPECT_EQ(extras.notes.class_names, kNotes.class_names);
  EXPECT_EQ(extras.notes.column_names, kNotes.column_names);
  EXPECT_EQ(extras.notes.temperature, 1.5);
  ASSERT_TRUE(extras.test_vector.has_value());
  EXPECT_EQ(extras.test_vector->difference(model), 0.0);
}

TEST(Extras, WhatIsMalformedIsNamed) {
  expect_malformed("seed", "-1", "seed is malformed (expected an integer, found -1).");
  expect_malformed("seed", "18446744073709551616",
                   "seed is malformed (expected an integer, found 18446744073709551616).");
  expect_malformed("seed", "", "seed is malformed (expected an integer).");
  expect_malformed("seed", 7, "extras: seed must be a string, got 7.");
  expect_malformed("calls", -1, "extras: calls must be in [0, 4294967295], got -1.");
  expect_malformed("epochs_shuffled", std::int64_t{1} << 32,
                   "extras: epochs_shuffled must be in [0, 4294967295], got 4294967296.");
  expect_malformed("class_names", "a", "extras: class_names must be a list of strings, got \"a\".");
  expect_malformed("class_names", Value::List{"a", 1},
                   "extras: class_names must be a list of strings, got 1.");
  expect_malformed("temperature", "hot", "extras: temperature must be a number, got \"hot\".");
  expect_malformed("test_vector", 7, "test_vector: the config must be a dict, got 7.");
  expect_malformed("test_vector", Value::Dict{{"prediction", Value::List{"a"}}},
                   "test_vector: prediction must be a list of numbers, got \"a\".");
  expect_malformed("more", 7,
                   "extras: the config key \"more\" is not known. Known: seed, weights_sha256, "
                   "epochs_shuffled, calls, normalization, data_set, class_names, column_names, temperature, "
                   "test_vector.");
  expect_malformed("weights_sha256", nullptr, "extras: the key \"weights_sha256\" is missing.");
}

TEST(Extras, BelongToTheModel) {
  const auto apply = [](ModelNotes notes) {
    LoadedModel loaded{toy_model(), {}};
    Extras extras;
    extras.weights_sha256 = loaded.model.weights_sha256();
    extras.notes = std::move(notes);
    apply_extras(loaded, std::move(extras), "f");
  };
  apply(kNotes);
  expect_error<DataError>(
      [&] { apply({.normalization = Normalization::from_statistics(1, {0.0}, {1.0})}); },
      "f: normalization: it has another number of features than the model (expected 20, found 1).");
  expect_error<DataError>(
      [&] { apply({.class_names = {"a"}}); },
      "f: class_names: they are not as many as the model's outputs (expected 4, found 1).");
  for (const double bad : {0.0, -1.0, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    EXPECT_THROW(apply({.temperature = bad}), DataError) << bad;
    EXPECT_THROW(extras_config(toy_model(), {.temperature = bad}), ConfigError) << bad;
  }
  expect_error<DataError>(
      [&] { apply({.column_names = {"p"}}); },
      "f: column_names: they are not as many as the model's features (expected 20, found 1).");
  expect_error<ConfigError>(
      [] { extras_config(toy_model(), {.column_names = std::vector<std::string>(20, "p")}); },
      "column_names: two columns have the same name.");
  expect_error<ShapeError>([] { extras_config(toy_model(), {.class_names = {"a"}}); },
                           "class_names: they are not as many as the model's outputs (expected 4, found 1).");
}

TEST(Extras, OtherWeightsAreDamage) {
  LoadedModel loaded{toy_model(), {}};
  expect_error<DataError>([&] { apply_extras(loaded, Extras{}, "f"); },
                          "f: the weights are damaged: their SHA-256 is not the one that was saved.");
}

}  // namespace
}  // namespace regulus
