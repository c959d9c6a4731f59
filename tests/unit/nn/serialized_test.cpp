// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/serialized.h"

#include <gtest/gtest.h>

#include "regulus/nn/regularizers.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Serialized, HasKerasMembersInKerasOrder) {
  EXPECT_EQ(serialized("keras.regularizers", "L2", Value::Dict{{"l2", 0.01}}),
            Value(Value::Dict{{"module", "keras.regularizers"},
                              {"class_name", "L2"},
                              {"config", Value::Dict{{"l2", 0.01}}},
                              {"registered_name", nullptr}}));
  EXPECT_TRUE(serialized("keras.regularizers", "", nullptr).is_null());
}

TEST(Serialized, ReadsObjectsAndIdentifiersAndKeepsTheFallback) {
  const Value config = Value::Dict{
      {"a", serialized("keras.regularizers", "L2", Value::Dict{{"l2", 0.5}})}, {"b", "l1"}, {"c", nullptr}};
  ConfigReader reader("Layer", config);
  EXPECT_EQ(read_object<Regularizer>(reader, "a", {}).penalty().l2, 0.5);
  EXPECT_EQ(read_object<Regularizer>(reader, "b", {}).penalty().l1, 0.01);
  EXPECT_EQ(read_object<Regularizer>(reader, "c", l2(3)).penalty().l2, 3);
  EXPECT_EQ(read_object<Regularizer>(reader, "d", l2(3)).penalty().l2, 3);
  EXPECT_NO_THROW(reader.finish());
}

TEST(Serialized, ErrorsNameLayerAndMember) {
  const auto read = [](Value object) {
    const Value config = Value::Dict{{"kernel_regularizer", std::move(object)}};
    ConfigReader reader("Dense \"d\"", config);
    read_object<Regularizer>(reader, "kernel_regularizer", {});
  };
  expect_error<ConfigError>([&] { read("l3"); },
                            "Dense \"d\": kernel_regularizer \"l3\" is not known. Known: l1, l2, l1_l2, "
                            "orthogonal_regularizer.");
  expect_error<ConfigError>(
      [&] {
        read(Value::Dict{{"class_name", "L2"}, {"config", Value::Dict{{"l2", -1}}}});
      },
      "Dense \"d\": kernel_regularizer: l2 must be finite and >= 0, got -1.");
  for (const Value& wrong : {Value(3), Value(Value::Dict{{"class_name", "L2"}}),
                             Value(Value::Dict{{"class_name", 2}, {"config", Value::Dict{}}})})
    EXPECT_THROW(read(wrong), ConfigError);
  expect_error<ConfigError>(
      [&] { read(3); },
      "Dense \"d\": kernel_regularizer must be a name or an object with class_name and config, "
      "got 3.");
}

TEST(LayerConfig, TakesOutWhatEveryLayerHas) {
  const Value config = Value::Dict{
      {"name", "f"},
      {"trainable", true},
      {"dtype", Value::Dict{{"class_name", "DTypePolicy"}, {"config", Value::Dict{{"name", "float32"}}}}},
      {"batch_shape", Value::List{nullptr, 28, 28}}};
  LayerConfig reader("Flatten", config);
  EXPECT_EQ(reader.where(), "Flatten \"f\"");
  EXPECT_EQ(reader.name(), "f");
  EXPECT_EQ(reader.input_shape(), Shape({28, 28}));
  EXPECT_NO_THROW(reader.finish());
  const Value empty = Value::Dict{};
  LayerConfig bare("Flatten", empty);
  EXPECT_EQ(bare.where(), "Flatten");
  EXPECT_TRUE(bare.input_shape().empty());
}

TEST(LayerConfig, SaysWhatIsWrong) {
  const auto read = [](Value config) { LayerConfig("Flatten", config); };
  const auto with = [&read](const char* key, Value value) {
    read(Value::Dict{{"name", "f"}, {key, std::move(value)}});
  };
  expect_error<ConfigError>([&] { read(7); }, "Flatten: the config must be a dict, got 7.");
  expect_error<ConfigError>(
      [&] {
        read(Value::Dict{{"name", 7}});
      },
      "Flatten: name must be a string, got 7.");
  expect_error<ConfigError>([&] { with("trainable", 1); },
                            "Flatten \"f\": trainable must be true or false, got 1.");
  expect_error<ConfigError>([&] { with("dtype", "float16"); },
                            "Flatten \"f\": dtype must be \"float32\", got \"float16\".");
  expect_error<ConfigError>(
      [&] {
        with("dtype", Value::Dict{{"config", Value::Dict{{"name", "mixed_float16"}}}});
      },
      "Flatten \"f\": dtype must be \"float32\", got \"mixed_float16\".");
  expect_error<ConfigError>([&] { with("dtype", Value::Dict{}); },
                            "Flatten \"f\": dtype must be \"float32\", got a dict.");
  for (const Value& shape : {Value("28"), Value(Value::List{}), Value(Value::List{nullptr, -1}),
                             Value(Value::List{nullptr, "3"}), Value(Value::List{nullptr, 1.5})})
    EXPECT_THROW(with("batch_shape", shape), ConfigError);
  expect_error<ConfigError>(
      [&] {
        with("batch_shape", Value::List{nullptr, -1});
      },
      "Flatten \"f\": batch_shape must be a list of null and lengths, got -1.");
  constexpr std::int64_t kHuge = std::int64_t{1} << 40;
  EXPECT_THROW(with("batch_shape", Value::List{nullptr, kHuge, kHuge}), ShapeError);
}

}  // namespace
}  // namespace regulus
