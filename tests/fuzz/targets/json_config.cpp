// SPDX-License-Identifier: Apache-2.0
#include "fuzz/flat.h"
#include "fuzz/target.h"
#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "regulus/nn/registry.h"
#include "regulus/train/sequential.h"

namespace regulus::fuzz {
namespace {

// Building takes memory for what is really meant; a file's config is compared with its arrays first.
constexpr std::int64_t kMaxParameters = 100'000;

Value parsed(const std::string& text) {
  return parse_json(text, "f.json");
}

bool is_serialized(const Value& value) {
  return value.is_dict() && value.find("class_name") != nullptr && value.find("config") != nullptr;
}

LayerPtr layer_of(const Value& value) {
  return layer_from_config(value.at("class_name").as_string(), value.at("config"));
}

// The layer says of itself what it was made from.
std::string read_layer(const Value& value) {
  const LayerPtr layer = layer_of(value);
  const std::string config = to_json(layer->config());
  const LayerPtr again = layer_from_config(layer->class_name(), parsed(config));
  require(to_json(again->config()) == config, "a layer made from its config has another config: " + config);
  return config;
}

// True if the weights are few. Throws where the layers do not fit each other.
bool is_small(const Value& layers, Shape shape) {
  std::int64_t parameters = 0;
  for (const Value& value : layers.as_list()) {
    const LayerPtr layer = layer_of(value);
    const Shape next = layer->output_shape(shape);
    for (const auto& [name, weight] : layer->weight_shapes(shape)) {
      if (weight.size() > kMaxParameters) return false;
      parameters += weight.size();
    }
    shape = next;
  }
  return parameters <= kMaxParameters;
}

std::string read_model(Value value) {
  const Value* input = value.find("build_input_shape");
  if (input == nullptr || !input->is_list() || input->as_list().empty()) return "not built";
  std::vector<std::int64_t> lengths;
  for (std::size_t i = 1; i < input->as_list().size(); ++i) lengths.push_back(input->as_list()[i].as_int());
  if (!is_small(value.at("layers"), Shape(std::move(lengths)))) return "large";
  const std::string config = to_json(Sequential::from_config(value).config());
  require(to_json(Sequential::from_config(parsed(config)).config()) == config,
          "a model made from its config has another config: " + config);
  return config;
}

std::string read(View input) {
  const Value value = parsed({input.begin(), input.end()});
  const std::string text = to_json(value);
  require(to_json(parsed(text)) == text, "JSON that was written and read again is another");
  std::string out = text;
  if (is_serialized(value)) out += read_layer(value);
  if (value.is_dict() && value.find("layers") != nullptr) out += read_model(value);
  return out;
}

// Keras writes configs like these.
constexpr const char* kModel =
    R"({"name":"m","layers":[{"class_name":"Dense","config":{"name":"d","units":3,"activation":"relu",)"
    R"("kernel_regularizer":{"class_name":"L2","config":{"l2":0.01}}}},{"class_name":"Dropout",)"
    R"("config":{"name":"o","rate":0.5}}],"build_input_shape":[null,4]})";
constexpr const char* kValues =
    R"([null,true,-1,0.5,1e300,9223372036854775807,"\u00e9\ud83d\ude00\n",{"a":{"b":[]}}])";

std::vector<Seed> seeds() {
  std::vector<Seed> seeds = {{"model", bytes_of(kModel)}, {"values", bytes_of(kValues)}};
  for (const std::string& name : known_layers()) {
    // Of every class, with what its config says by default where it takes nothing, or a few arguments.
    seeds.push_back(
        {name, bytes_of(R"({"class_name":")" + name + R"(","config":{"name":"x"}})"), SeedKind::kOther});
  }
  for (const char* config :
       {R"({"class_name":"Conv2D","config":{"filters":2,"kernel_size":[3,3],"padding":"same"}})",
        R"({"class_name":"Reshape","config":{"target_shape":[2,-1]}})",
        R"({"class_name":"AlphaDropout","config":{"rate":0.1,"seed":3}})",
        R"({"class_name":"MaxPooling2D","config":{"pool_size":[2,2],"strides":null}})"})
    seeds.push_back({"layer" + std::to_string(seeds.size()), bytes_of(config)});
  return seeds;
}

}  // namespace

const Target& target() {
  static const Target json_config = {"", read, seeds};
  return json_config;
}

}  // namespace regulus::fuzz
