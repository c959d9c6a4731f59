// SPDX-License-Identifier: Apache-2.0
// Published ways to make Keras run code or read other files, as configs of a model: class names and modules
// are words here, looked up in one table.
#include "regulus/base/json.h"
#include "regulus/io/hdf5.h"
#include "regulus/io/zip.h"
#include "unit/saving/attacks/attack.h"

namespace regulus::testing {
namespace {

std::string layer(const std::string& class_name, const std::string& config, const std::string& more = "") {
  return R"({"class_name":")" + class_name + R"(","config":)" + config + more + "}";
}

std::string model_config(const std::string& layers, const std::string& input_shape = "[null,4]") {
  return R"({"name":"m","layers":[)" + layers + R"(],"build_input_shape":)" + input_shape + "}";
}

// As regulus saves a model, with this config.
Bytes own_file(const std::string& config) {
  return safetensors_of(
      R"({"__metadata__":{"format":"regulus.model","format_version":"1","regulus_version":"0",)"
      R"("seed":"0","weights_sha256":"","model":)" +
      to_json(Value(config)) + "}}");
}

// What Keras saves around the same config.
std::string keras_config(const std::string& config) {
  return R"({"module":"keras","class_name":"Sequential","config":)" + config + R"(,"registered_name":null})";
}

// A .keras file with this config and the weights of no layer.
Bytes archive_file(const std::string& config) {
  const std::vector<io::ZipMember> members = {{"metadata.json", bytes_of(R"({"keras_version":"3.15.1"})")},
                                              {"config.json", bytes_of(keras_config(config))},
                                              {"model.weights.h5", io::to_hdf5({})}};
  return io::to_zip(members);
}

// Keras's legacy file, for which no safe mode holds (CVE-2025-9905).
Bytes legacy_file(const std::string& config) {
  io::Hdf5Group root, weights;
  root.attributes.push_back({"model_config", keras_config(config)});
  weights.name = "model_weights";
  root.groups.push_back(weights);
  return io::to_hdf5(root);
}

struct ConfigAttack {
  std::string name;
  std::string says;
  std::string config;
};

ConfigAttack attack(const std::string& name, const std::string& says, const std::string& layers,
                    const std::string& input_shape = "[null,4]") {
  return {name, says, model_config(layers, input_shape)};
}

// The attacks in files of one kind.
std::vector<Attack> in_files(const std::vector<ConfigAttack>& attacks, Bytes (*file)(const std::string&)) {
  std::vector<Attack> out;
  for (const ConfigAttack& each : attacks)
    // An attribute of an HDF5 file holds 64,000 bytes.
    if (file != legacy_file || each.config.size() < 60'000)
      out.push_back({each.name, [=] { return file(each.config); }, reading::model, each.says});
  return out;
}

std::string listed(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i > 0 ? "," : "") + text;
  return out;
}

std::string nested_models(int depth) {
  std::string model = layer("Dense", R"({"name":"d","units":1})");
  for (int i = 0; i < depth; ++i) model = layer("Sequential", R"({"name":"s","layers":[)" + model + "]}");
  return model;
}

std::vector<ConfigAttack> code() {
  return {
      attack("CVE_2024_3660_LambdaCode", "Lambda",
             layer("Lambda", R"({"name":"l","function":["4wEAAAA=",null,null]})")),
      attack("CVE_2024_3660_LambdaOfKeras3", "",
             layer("Lambda",
                   R"({"name":"l","function":{"class_name":"__lambda__","config":{"code":"4wEAAAA=",)"
                   R"("defaults":null,"closure":null}}})",
                   R"(,"module":"keras.layers","registered_name":null)")),
      attack(
          "CVE_2025_1550_ModuleOfPython", "",
          layer("exec", R"({"name":"e","source":"none"})", R"(,"module":"builtins","registered_name":null)")),
      attack("CVE_2025_1550_FunctionOfAModule", "",
             layer("Dense", R"({"name":"d","units":1,"activation":{"module":"os","class_name":"function",)"
                            R"("config":"system","registered_name":"system"}})")),
      attack("CVE_2025_8747_GetFile", "",
             layer("get_file", R"({"name":"g","fname":"none","origin":"http://none.invalid"})",
                   R"(,"module":"keras.utils","registered_name":null)")),
      attack("CVE_2025_9906_SafeModeSwitchedOff", "",
             layer("enable_unsafe_deserialization", R"({"name":"u"})",
                   R"(,"module":"keras.config","registered_name":null)")),
      attack("CVE_2025_12058_StringLookupReadsAFile", "StringLookup",
             layer("StringLookup", R"({"name":"s","vocabulary":"/nowhere/secret"})")),
      attack("CVE_2025_12058_IntegerLookupReadsAFile", "IntegerLookup",
             layer("IntegerLookup", R"({"name":"s","vocabulary":"file:///nowhere/secret"})")),
      attack("TextVectorizationReadsAFile", "TextVectorization",
             layer("TextVectorization", R"({"name":"t","vocabulary":"http://none.invalid/words"})")),
      attack("TfsmLayerLoadsAFolder", "TFSMLayer",
             layer("TFSMLayer", R"({"name":"t","filepath":"/nowhere/saved_model"})")),
      attack("TorchModuleWrapper", "TorchModuleWrapper",
             layer("TorchModuleWrapper", R"({"name":"t","module":"UEsDBA=="})")),
      attack("ClassOfAPackage", "", layer("Own", R"({"name":"o"})", R"(,"registered_name":"package>Own")")),
      attack("ClassByItsPath", "os.system", layer("os.system", R"({"name":"o"})")),
      attack(
          "InitializerOfAModule", "kernel_initializer",
          layer("Dense", R"({"name":"d","units":1,"kernel_initializer":{"module":"os","class_name":"popen",)"
                         R"("config":{"cmd":"none"}}})")),
      attack("RegularizerOfAPackage", "",
             layer("Dense", R"({"name":"d","units":1,"kernel_regularizer":{"class_name":"Own","config":{},)"
                            R"("registered_name":"package>Own"}})")),
      attack("ConstraintAsCode", "",
             layer("Dense", R"({"name":"d","units":1,"kernel_constraint":{"class_name":"__lambda__",)"
                            R"("config":{"code":"4wEAAAA="}}})")),
      attack("WrapperAroundALayer", "TimeDistributed",
             layer("TimeDistributed", R"({"name":"t","layer":)" + layer("Lambda", "{}") + "}")),
      attack("ModelInAModel", "", nested_models(1)),
      attack("UnknownMember", "callback", layer("Dense", R"({"name":"d","units":1,"callback":"os.system"})")),
      attack("NameDrivesTheTerminal", "", layer(R"(\u001b]0;owned\u0007)", R"({"name":"\u001b[2J\n"})")),
  };
}

std::vector<ConfigAttack> sizes() {
  return {
      attack("CVE_2026_0897_TrillionUnits", "", layer("Dense", R"({"name":"d","units":1000000000000})")),
      attack("UnitsBeyondAnyShape", "", layer("Dense", R"({"name":"d","units":9223372036854775807})")),
      attack("UnitsAsADouble", "", layer("Dense", R"({"name":"d","units":1e300})")),
      attack("NegativeUnits", "", layer("Dense", R"({"name":"d","units":-1})")),
      attack("FiltersThatWrap", "",
             layer("Conv2D",
                   R"({"name":"c","filters":4294967296,"kernel_size":[65536,65536],"padding":"same"})"),
             "[null,8,8,4294967296]"),
      attack("InputThatWraps", "", layer("Flatten", R"({"name":"f"})"), "[null,4294967296,4294967296,4]"),
      attack("InputBeyondAnyShape", "", layer("Flatten", R"({"name":"f"})"), "[null,9223372036854775807,2]"),
      attack("EnlargedBeyondAnyShape", "",
             listed(layer("UpSampling2D", R"({"name":"u","size":[2147483647,2147483647]})"), 3),
             "[null,64,64,1]"),
      attack("RepeatedBeyondAnyShape", "", layer("RepeatVector", R"({"name":"a","n":9223372036854775807})")),
      attack("PaddedBeyondAnyShape", "",
             layer("ZeroPadding2D",
                   R"({"name":"z","padding":[[9223372036854775807,9223372036854775807],[0,0]]})"),
             "[null,8,8,1]"),
      attack("ReshapedBeyondAnyShape", "",
             layer("Reshape", R"({"name":"r","target_shape":[4294967296,4294967296]})")),
      attack("EmbeddingOfATrillion", "Embedding",
             layer("Embedding", R"({"name":"e","input_dim":1000000000000,"output_dim":1000000})")),
      attack("MoreLayersThanAModelHas", "layers", listed(layer("Flatten", R"({"name":"f"})"), 10001)),
      attack("ModelsInModels", "", nested_models(30)),
      attack("ModelsDeeperThanTheLimit", "nested", nested_models(2000)),
  };
}

// Groups of names times names in each: a pointer for each would be gigabytes for kilobytes.
Bytes names_times_names() {
  io::Hdf5Group root, weights, group;
  const std::vector<std::string> names(4000, "d");
  group.name = "d";
  group.datasets.push_back({"d", io::to_array(Tensor(Shape{}, {1})), {}});
  group.attributes.push_back({"weight_names", names});
  weights.name = "model_weights";
  weights.groups.push_back(group);
  weights.attributes.push_back({"layer_names", names});
  root.groups.push_back(weights);
  root.attributes.push_back(
      {"model_config", keras_config(model_config(layer("Dense", R"({"name":"d","units":1})")))});
  return io::to_hdf5(root);
}

class ModelAttacks : public ::testing::TestWithParam<Attack> {};
TEST_P(ModelAttacks, IsRefused) {
  expect_refused(GetParam());
}
INSTANTIATE_TEST_SUITE_P(Names, ModelAttacks,
                         ::testing::Values(Attack{"NamesTimesNames", names_times_names, reading::model,
                                                  "named twice"}),
                         attack_name);
INSTANTIATE_TEST_SUITE_P(Code, ModelAttacks, ::testing::ValuesIn(in_files(code(), own_file)), attack_name);
INSTANTIATE_TEST_SUITE_P(Sizes, ModelAttacks, ::testing::ValuesIn(in_files(sizes(), own_file)), attack_name);
INSTANTIATE_TEST_SUITE_P(CodeInKeras, ModelAttacks, ::testing::ValuesIn(in_files(code(), archive_file)),
                         attack_name);
INSTANTIATE_TEST_SUITE_P(SizesInKeras, ModelAttacks, ::testing::ValuesIn(in_files(sizes(), archive_file)),
                         attack_name);
INSTANTIATE_TEST_SUITE_P(CVE_2025_9905_CodeInH5, ModelAttacks,
                         ::testing::ValuesIn(in_files(code(), legacy_file)), attack_name);
INSTANTIATE_TEST_SUITE_P(SizesInH5, ModelAttacks, ::testing::ValuesIn(in_files(sizes(), legacy_file)),
                         attack_name);

}  // namespace
}  // namespace regulus::testing
