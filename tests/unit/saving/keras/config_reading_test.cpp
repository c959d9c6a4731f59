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

std::string unknown(const std::string& layer) {
  return "Layer: \"" + layer + "\" is not known. Known: ";
}

TEST(ConfigReading, OnlyChainsAreRead) {
  expect_other_refused(
      "branches",
      "layer \"add\": it has more than one input or is used more than once (found 2 inputs)." + kChain);
  expect_other_refused("skipping",
                       "layer \"dense_2\": it does not follow the layer before it (found input from "
                       "\"dense\")." +
                           kChain);
  expect_other_refused("twice",
                       "layer \"dense\": it has more than one input or is used more than once (found 2 "
                       "inputs)." +
                           kChain);
  expect_other_refused("two outputs",
                       "model: its output is not that of its last layer alone (found "
                       "[[\"dense\",0,0],[\"re_lu\",0,0]])." +
                           kChain);
  expect_other_refused("nested", unknown("Sequential"));
}

TEST(ConfigReading, CodeIsNotRun) {
  expect_other_refused("Lambda", unknown("Lambda"));
  expect_other_refused(
      "class",
      "layer 0 \"doubled\": a class of somebody's own cannot be loaded: it would be code (found Doubled)." +
          kRebuild);
  expect_other_refused("registered class",
                       "layer 0 \"tripled\": a class of somebody's own cannot be loaded: it would be code "
                       "(found notebook>Tripled)." +
                           kRebuild);
  expect_other_refused("unknown layer", unknown("LSTM"));
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
  expect_refused(with_text(saved.file, "config.json", "\"training\": true", "\"mask\": 7"),
                 "layer \"dropout\": it is called with an argument that is not known (found mask)." + kChain);
  expect_refused(with_text(saved.file, "config.json", "\"class_name\": \"Dropout\"",
                           "\"class_name\": \"GaussianDropout\""),
                 "layer 0 \"dropout\": it is called with training=True (found GaussianDropout). Only Dropout "
                 "and AlphaDropout are read so.");
}

// A class of somebody's own may have the name of Keras's, or of one that only regulus has.
TEST(ConfigReading, NamesakesAreRefused) {
  const Bytes file = saved_case("keras_other.json", "class", "refused").file;
  for (const std::string name : {"Dense", "MCDropConnect"}) {
    Bytes renamed =
        with_text(file, "config.json", "\"class_name\": \"Doubled\"", "\"class_name\": \"" + name + "\"");
    renamed = with_text(renamed, "config.json", "\"registered_name\": \"Doubled\"",
                        "\"registered_name\": \"" + name + "\"");
    expect_refused(
        renamed, "layer 0 \"doubled\": a class of somebody's own cannot be loaded: it would be code (found " +
                     name + ")." + kRebuild);
  }
}

TEST(ConfigReading, EveryKeyOfALayerIsKnown) {
  expect_config_refused("\"units\":2", "\"units\":2,\"unit\":2",
                        "Dense \"dense\": the config key \"unit\" is not known. Did you mean \"units\"?");
  expect_config_refused("\"units\":2", "\"units\":\"2\"",
                        "Dense \"dense\": units must be an integer, got \"2\".");
  expect_config_refused("\"rate\":0.25", "\"rate\":2.0",
                        "Dropout \"dropout\": rate must be in [0, 1], got 2.");
  expect_config_refused("\"trainable\":true,\"dtype\":\"float32\",\"rate\"", "\"trainable\":false,\"rate\"",
                        "Dropout \"dropout\": trainable must be true here, got false.");
  expect_config_refused("\"class_name\":\"Dense\"", "\"class_name\":\"Dens\"",
                        "Layer: \"Dens\" is not known. Did you mean \"Dense\"?");
  expect_config_refused("\"class_name\":\"Dense\"", "\"class_name\":7",
                        "layer 1: class_name must be a string (found 7).");
  expect_config_refused("\"class_name\":\"Dense\"", "\"class_name\":null", "layer 1: class_name is missing.");
}

TEST(ConfigReading, ModulesAreKerass) {
  expect_config_refused("\"module\":\"keras.layers\",\"class_name\":\"Dense\"",
                        "\"module\":\"os\",\"class_name\":\"Dense\"",
                        "layer 1 \"dense\": its class comes from a module that is not Keras's (found os). A "
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
  expect_config_refused("{\"batch_shape\":[null,3]", "{\"batch_shape\":[2,3]",
                        "model: the input shape must begin with null, the rows (found [2,3]).");
  expect_config_refused(
      "{\"batch_shape\":[null,3]", "{\"batch_shape\":[null,0]",
      "model: every length of a row must be at least 1, or null if it is open (found [null,0]).");
}

}  // namespace
}  // namespace regulus::keras
