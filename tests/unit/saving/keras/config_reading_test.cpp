// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/json.h"
#include "regulus/saving/keras/config.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;
using Texts = std::vector<std::string>;

void expect_other_refused(const std::string& name, const std::string& problem) {
  SCOPED_TRACE(name);
  try {
    model_from_bytes(saved_case("keras_other.json", name, "refused").file, "m");
    ADD_FAILURE() << "no error";
  } catch (const DataError& error) {  // the list of what is known may be cut
    EXPECT_TRUE(std::string(error.what()).starts_with("m: " + problem)) << error.what();
  }
}

// The config of a small Sequential, with a change.
void expect_config_refused(const std::string& from, const std::string& to, const std::string& text) {
  const Sequential model({Dropout({.rate = 0.25, .input_shape = {3}}), Dense({.units = 2})},
                         {.name = "small"});
  std::string config = to_json(model_config(model));
  const std::size_t at = config.find(from);
  ASSERT_NE(at, std::string::npos) << config;
  config.replace(at, from.size(), to);
  SCOPED_TRACE(to);
  expect_error<ConfigError>([&] { read_model(parse_json(config, "config")); }, text);
}

const std::string kChain = " regulus reads models that are one chain of layers.";

const std::string kRebuild = " Rebuild the model from Keras's layers and save it again.";

TEST(ConfigReading, OnlyChainsAreRead) {
  expect_other_refused(
      "branches",
      "layer 1 \"add\" (Add): it has more than one input or is used more than once (found 2 inputs)." +
          kChain);
  expect_other_refused(
      "skipping",
      "layer 2 \"dense_2\" (Dense): it does not follow the layer before it (found input from "
      "\"dense\")." +
          kChain);
  expect_other_refused(
      "twice",
      "layer 0 \"dense\" (Dense): it has more than one input or is used more than once (found 2 "
      "inputs)." +
          kChain);
  expect_other_refused("two outputs",
                       "model: its output is not that of its last layer alone (found "
                       "[[\"dense\",0,0],[\"re_lu\",0,0]])." +
                           kChain);
}

TEST(ConfigReading, CodeIsNotRun) {
  expect_other_refused("Lambda", "layer 0 \"lambda\" (Lambda): regulus does not have this layer of Keras.");
  expect_other_refused("class",
                       "layer 0 \"doubled\" (Doubled): a class of somebody's own cannot be loaded: it would "
                       "be code (found Doubled)." +
                           kRebuild);
  expect_other_refused(
      "registered class",
      "layer 0 \"tripled\" (Tripled): a class of somebody's own cannot be loaded: it would be code "
      "(found notebook>Tripled)." +
          kRebuild);
  expect_other_refused("unknown layer",
                       "layer 1 \"lstm\" (LSTM): regulus does not have this layer of Keras.");
  expect_other_refused("never built",
                       "model: the shape of its input is not known. Build the model before saving it: give "
                       "it an Input, or call it once.");
}

TEST(ConfigReading, MonteCarloClassesOfANotebookAreReadWithANotice) {
  for (const std::string ending : {".keras", ".h5"})
    for (const auto& [name, notice] :
         {std::pair<std::string, std::string>{"MCDropout", "the class \"MCDropout\" is read as MCDropout."},
          {"MCAlphaDropout", "the class \"MCAlphaDropout\" is read as MCAlphaDropout."},
          {"registered MCDropout", "the class \"notebook>MCDropoutOfANotebook\" is read as MCDropout."}}) {
      SCOPED_TRACE(name + ending);
      const SavedCase saved = saved_case("keras_other.json", name + ending);
      const LoadedModel loaded = model_from_bytes(saved.file, "m");
      EXPECT_EQ(loaded.notices, Texts{notice});
      ASSERT_EQ(loaded.model.layers().size(), 2u);
      EXPECT_EQ(loaded.model.layers()[0]->class_name(),
                std::string(name == "MCAlphaDropout" ? name : "MCDropout"));
      const std::vector<Tensor> weights = loaded.model.get_weights();
      for (std::size_t i = 0; i < weights.size(); ++i)
        EXPECT_EQ(weights[i], tensor(saved.golden.at("weights")[i]));
    }
}

TEST(ConfigReading, TheInputOfAFunctionalModelIsNoLayer) {
  const LoadedModel loaded = model_from_bytes(saved_case("keras_files.json", "Functional.keras").file, "m");
  Texts classes;
  for (const LayerPtr& layer : loaded.model.layers()) classes.emplace_back(layer->class_name());
  EXPECT_EQ(classes, (Texts{"Flatten", "Dense", "Dropout", "Dense"}));
  EXPECT_EQ(loaded.model.input_shape(), (Shape{4}));
}

TEST(ConfigReading, DropoutThatIsCalledInTrainingIsMonteCarlo) {
  const SavedCase saved = saved_case("keras_other.json", "training=True");
  const LoadedModel loaded = model_from_bytes(saved.file, "m");
  EXPECT_EQ(loaded.notices, Texts{"\"dropout\" is called with training=True: it is read as MCDropout."});
  EXPECT_EQ(loaded.model.layers()[0]->class_name(), std::string("MCDropout"));
  // By the definition: each input is 0 or twice itself.
  const std::vector<Tensor> weights = loaded.model.get_weights();
  for (std::size_t i = 0; i < weights.size(); ++i)
    EXPECT_EQ(weights[i], tensor(saved.golden.at("weights")[i]));
  expect_refused(
      with_text(saved.file, "config.json", "\"training\": true", "\"mask\": 7"),
      "layer 0 \"dropout\" (Dropout): it is called with an argument that is not known (found mask)." +
          kChain);
  expect_refused(
      with_text(saved.file, "config.json", "\"class_name\": \"Dropout\"", "\"class_name\": \"ReLU\""),
      "layer 0 \"dropout\" (ReLU): it is called with training=True. Only dropout and noise are "
      "read so.");
  const LoadedModel without = model_from_bytes(
      with_text(saved.file, "config.json", "\"training\": true", "\"training\": false"), "m");
  EXPECT_EQ(without.notices, Texts());  // Keras writes it by itself
  EXPECT_EQ(without.model.layers()[0]->class_name(), std::string("Dropout"));
}

// A class of somebody's own may have the name of Keras's, or of one that only regulus has.
TEST(ConfigReading, NamesakesAreRefused) {
  const Bytes file = saved_case("keras_other.json", "class", "refused").file;
  for (const std::string name : {"Dense", "MCDropConnect"}) {
    Bytes renamed =
        with_text(file, "config.json", "\"class_name\": \"Doubled\"", "\"class_name\": \"" + name + "\"");
    renamed = with_text(renamed, "config.json", "\"registered_name\": \"Doubled\"",
                        "\"registered_name\": \"" + name + "\"");
    expect_refused(renamed, "layer 0 \"doubled\" (" + name +
                                "): a class of somebody's own cannot be loaded: it would be code (found " +
                                name + ")." + kRebuild);
  }
}

TEST(ConfigReading, EveryKeyOfALayerIsKnown) {
  expect_config_refused(
      "\"units\":2", "\"units\":2,\"unit\":2",
      "layer 1 \"dense\" (Dense): the config key \"unit\" is not known. Did you mean \"units\"?");
  expect_config_refused("\"units\":2", "\"units\":\"2\"",
                        "layer 1 \"dense\" (Dense): units must be an integer, got \"2\".");
  expect_config_refused("\"rate\":0.25", "\"rate\":2.0",
                        "layer 0 \"dropout\" (Dropout): rate must be in [0, 1], got 2.");
  expect_config_refused("\"rate\":0.25,", "",
                        "layer 0 \"dropout\" (Dropout): rate is missing. It must be a number.");
  expect_config_refused("\"class_name\":\"Dense\"", "\"class_name\":\"Dens\"",
                        "layer 1 \"dense\" (Dens): regulus does not have this layer of Keras. Did you mean "
                        "\"Dense\"?");
  expect_config_refused("\"class_name\":\"Dense\"", "\"class_name\":7",
                        "layer 1 \"dense\": class_name must be a string (found 7).");
  expect_config_refused("\"class_name\":\"Dense\"", "\"class_name\":null",
                        "layer 1 \"dense\": class_name is missing.");
}

TEST(ConfigReading, ModulesAreKerass) {
  expect_config_refused(
      "\"module\":\"keras.layers\",\"class_name\":\"Dense\"", "\"module\":\"os\",\"class_name\":\"Dense\"",
      "layer 1 \"dense\" (Dense): its class comes from a module that is not Keras's (found os). A "
      "file is data here: no code that it names is run.");
  expect_config_refused("\"module\":\"keras\"", "\"module\":\"kerasite\"",
                        "model: its class comes from a module that is not Keras's (found kerasite).");
}

TEST(ConfigReading, TheModelIsSound) {
  expect_config_refused(
      "\"class_name\":\"Sequential\"", "\"class_name\":\"Graph\"",
      "model: its class is not known (found Graph). regulus reads Sequential and Functional models.");
  expect_config_refused("\"layers\":[", "\"layers\":7,\"more\":[", "model: layers must be a list (found 7).");
  expect_config_refused("\"layers\":[", "\"layers\":[[],", "layer 0: it is no dict (found []).");
  expect_config_refused("{\"batch_shape\":[null,3]", "{\"batch_shape\":[0,3]",
                        "model: the input shape must begin with the number of rows, or null for any (found "
                        "[0,3]).");
  expect_config_refused(
      "{\"batch_shape\":[null,3]", "{\"batch_shape\":[null,0]",
      "model: every length of a row must be at least 1, or null if it is open (found [null,0]).");
}

Sequential read_text(const std::string& config, Texts* notices = nullptr) {
  KerasModel described = read_model(parse_json(config, "config"));
  if (notices != nullptr) *notices = described.notices;
  Sequential model;
  for (const LayerPtr& layer : described.description.layers) model.add(layer);
  model.build(described.description.input_shape);
  return model;
}

// A Sequential of these entries behind an input of three numbers.
std::string sequential(const std::string& layers, const std::string& batch_shape = "[null, 3]") {
  return R"({"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
             {"module": "keras.layers", "class_name": "InputLayer", "config": {"name": "i", "batch_shape": )" +
         batch_shape + "}}, " + layers + "]}}";
}

Texts names_of(const Sequential& model) {
  Texts names;
  for (const LayerPtr& layer : model.layers()) names.push_back(layer->name() + ":" + layer->class_name());
  return names;
}

TEST(ConfigReading, AFixedNumberOfRowsMeansNothing) {
  const std::string dense = R"({"class_name": "Dense", "config": {"name": "d", "units": 2}})";
  EXPECT_EQ(read_text(sequential(dense, "[32, 3]")).input_shape(), (Shape{3}));
  EXPECT_EQ(
      read_text(sequential(dense, R"({"class_name": "TensorShape", "items": [null, 3]})")).input_shape(),
      (Shape{3}));
  EXPECT_EQ(read_text(sequential(dense, R"({"class_name": "__tuple__", "items": [1, 3]})")).input_shape(),
            (Shape{3}));
}

// As a Normalization that was adapted before its model had a shape is saved.
TEST(ConfigReading, TheLengthOfARowMayBeKnownElsewhere) {
  const std::string norm =
      R"({"class_name": "Normalization", "config": {"name": "n", "axis": [-1], "batch_input_shape":
                               [null, null]})";
  EXPECT_EQ(read_text(sequential(norm + R"(, "build_config": {"input_shape": [10, 4]}})", "[null, null]"))
                .input_shape(),
            (Shape{4}));
  const std::string unknown = sequential(norm + "}", "[null, null]");
  EXPECT_EQ(read_model(parse_json(unknown, "config"), Numbers::kRounded, 4).description.input_shape,
            (Shape{4}));
  EXPECT_THROW(read_text(unknown), ShapeError);
}

TEST(ConfigReading, ModelsInsideGiveTheirLayers) {
  const std::string dense = R"({"class_name": "Dense", "config": {"name": "dense", "units": 2}})";
  const std::string inner =
      R"({"class_name": "Sequential", "config": {"name": "inner", "layers": [)" + dense + "]}}";
  Texts notices;
  const Sequential model = read_text(
      sequential(dense + ", " + inner + R"(, {"class_name": "Softmax", "config": {"name": "softmax"}})"),
      &notices);
  EXPECT_EQ(names_of(model), (Texts{"dense:Dense", "inner_dense:Dense", "softmax:Softmax"}));
  EXPECT_EQ(notices, Texts{"the layers of \"inner\", which stand inside the model, are read one by one."});
  const LoadedModel loaded = model_from_bytes(saved_case("keras_other.json", "nested", "refused").file, "m");
  EXPECT_EQ(loaded.model.layers().size(), 2u);
}

TEST(ConfigReading, EveryPolicyIsFloat32) {
  Texts notices;
  read_text(
      sequential(R"({"class_name": "Dense", "config": {"name": "a", "units": 2, "dtype": {"module": "keras",
                           "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}}},
                          {"class_name": "Dense", "config": {"name": "b", "units": 2, "dtype": "float64"}},
                          {"class_name": "Dense", "config": {"name": "c", "units": 2, "dtype": "float32"}})"),
      &notices);
  EXPECT_EQ(notices,
            Texts{"the file's dtype policy is float64, mixed_float16: everything is computed in float32."});
  expect_error<ConfigError>(
      [&] {
        read_text(sequential(R"({"class_name": "Dense", "config": {"name": "a", "units": 2,
                                 "dtype": "int8_from_float32"}})"));
      },
      "layer 0 \"a\" (Dense): its dtype policy is not read (found int8_from_float32). Save the model with a "
      "policy of floats.");
}

TEST(ConfigReading, AnActivationThatIsALayerStandsBehind) {
  Texts notices;
  const Sequential model = read_text(
      sequential(
          R"({"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": {"module": "keras.layers",
                     "class_name": "LeakyReLU", "config": {"name": "leaky", "negative_slope": 0.5}}}},
                    {"class_name": "Activation", "config": {"name": "a", "activation": {"module": "builtins",
                     "class_name": "function", "config": "tanh", "registered_name": "tanh"}}})"),
      &notices);
  EXPECT_EQ(names_of(model), (Texts{"d:Dense", "leaky:LeakyReLU", "a:Activation"}));
  EXPECT_EQ(notices,
            Texts{"\"d\" has LeakyReLU as its activation: it is read as a layer of its own behind it."});
  EXPECT_EQ(model.layers()[2]->config().at("activation"), Value("tanh"));
  expect_error<ConfigError>(
      [&] {
        read_text(sequential(R"({"class_name": "Dense", "config": {"name": "d", "units": 2, "activation":
                                 {"module": "__main__", "class_name": "function", "config": "bent"}}})"));
      },
      "layer 0 \"d\" (Dense): an activation of somebody's own cannot be loaded: it would be code (found "
      "bent). "
      "Use one of Keras's and save the model again.");
}

TEST(ConfigReading, OwnMembersOfAMonteCarloClassAreSaid) {
  Texts notices;
  const Sequential model = read_text(
      sequential(R"({"module": null, "class_name": "MCDropout", "registered_name": "MCDropout", "config":
                     {"name": "m", "rate": 0.25, "seed": null, "always_on": true, "samples": 3}})"),
      &notices);
  EXPECT_EQ(names_of(model), Texts{"m:MCDropout"});
  EXPECT_EQ(notices,
            Texts{"the class \"MCDropout\" is read as MCDropout; what its own always_on = true, samples = 3 "
                  "means is not known."});
}

TEST(ConfigReading, WhatKeras2WritesForItsOwnLayers) {
  const Sequential model = read_text(sequential(
      R"({"class_name": "DepthwiseConv2D", "config": {"name": "d", "kernel_size": [2, 2], "groups": 1, "dtype":
          "float32"}}, {"class_name": "BatchNormalizationV1", "config": {"name": "b", "axis": [3], "fused": true}},
         {"class_name": "ThresholdedReLU", "config": {"name": "t", "theta": 0.5}},
         {"class_name": "LeakyReLU", "config": {"name": "l", "alpha": {"type": "ndarray", "value": 0.25}}})",
      "[null, 4, 4, 2]"));
  EXPECT_EQ(names_of(model), (Texts{"d:DepthwiseConv2D", "b:BatchNormalization", "t:ReLU", "l:LeakyReLU"}));
  EXPECT_EQ(model.layers()[2]->config().at("threshold"), Value(0.5));
  expect_error<ConfigError>(
      [&] {
        read_text(sequential(R"({"class_name": "DepthwiseConv2D", "config": {"name": "d", "kernel_size": 2,
                                 "groups": 2}})",
                             "[null, 4, 4, 2]"));
      },
      "layer 0 \"d\" (DepthwiseConv2D): groups must be 1 here (found 2).");
  expect_error<ConfigError>(
      [&] {
        read_text(
            sequential(R"({"class_name": "BatchNormalization", "config": {"name": "b", "renorm": true}})"));
      },
      "layer 0 \"b\" (BatchNormalization): renorm must be false here, got true.");
}

TEST(ConfigReading, AFrozenLayerIsReadAndKept) {
  Sequential model =
      read_text(sequential(R"({"class_name": "Dense", "config": {"name": "d", "units": 2, "trainable": false,
                     "kernel_regularizer": "l2"}}, {"class_name": "Dense", "config": {"name": "e", "units": 2}})"));
  EXPECT_EQ(model.layers()[0]->config().at("trainable"), Value(false));
  EXPECT_EQ(model.trainable_weights().size(), 2u);
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Dataset data(Tensor(Shape{2, 3}), Tensor(Shape{2, 2}));
  EXPECT_EQ(model.evaluate(data)["penalty"], 0.0) << "Keras does not penalise what cannot learn";
  expect_error<ConfigError>([&] { model.fit(data, {.verbose = 0}); },
                            "fit: layer \"d\" (Dense) is frozen (trainable = false), and frozen layers "
                            "cannot be trained around yet. Set "
                            "trainable to true in Keras and save the model again. It predicts as it is.");
}

}  // namespace
}  // namespace regulus::keras
