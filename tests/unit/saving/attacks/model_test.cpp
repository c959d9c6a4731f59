// SPDX-License-Identifier: Apache-2.0
// Published ways to make Keras run code or read other files, as configs of a model: class names and modules
// are words here, looked up in one table.
#include "regulus/base/json.h"
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

Attack attack(const std::string& name, const std::string& says, const std::string& layers,
              const std::string& input_shape = "[null,4]") {
  return {name, [=] { return own_file(model_config(layers, input_shape)); }, reading::model, says};
}

std::string repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i > 0 ? "," : "") + text;
  return out;
}

std::string nested_models(int depth) {
  std::string model = layer("Dense", R"({"name":"d","units":1})");
  for (int i = 0; i < depth; ++i) model = layer("Sequential", R"({"name":"s","layers":[)" + model + "]}");
  return model;
}

std::vector<Attack> code() {
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
      attack("ModelInAModel", "Sequential", nested_models(1)),
      attack("UnknownMember", "callback", layer("Dense", R"({"name":"d","units":1,"callback":"os.system"})")),
      attack("NameDrivesTheTerminal", "", layer(R"(\u001b]0;owned\u0007)", R"({"name":"\u001b[2J\n"})")),
  };
}

std::vector<Attack> sizes() {
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
             repeated(layer("UpSampling2D", R"({"name":"u","size":[2147483647,2147483647]})"), 3),
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
      attack("MoreLayersThanAModelHas", "layers", repeated(layer("Flatten", R"({"name":"f"})"), 10001)),
      attack("ModelsInModels", "", nested_models(30)),
      attack("ModelsDeeperThanTheLimit", "nested", nested_models(2000)),
  };
}

class ModelAttacks : public ::testing::TestWithParam<Attack> {};
TEST_P(ModelAttacks, IsRefused) {
  expect_refused(GetParam());
}
INSTANTIATE_TEST_SUITE_P(Code, ModelAttacks, ::testing::ValuesIn(code()), attack_name);
INSTANTIATE_TEST_SUITE_P(Sizes, ModelAttacks, ::testing::ValuesIn(sizes()), attack_name);

}  // namespace
}  // namespace regulus::testing
