// SPDX-License-Identifier: Apache-2.0
#include "unit/nn/golden_layer.h"

#include "regulus/base/json.h"

namespace regulus::testing {

void expect_config(const LayerPtr& layer, const nlohmann::json& wanted, const std::string& what) {
  nlohmann::json ours = nlohmann::json::parse(to_json(layer->config()));
  ours["dtype"] = wanted.at("dtype");  // there Keras writes an object
  EXPECT_EQ(ours, wanted) << what;
}

void expect_layer_follows_keras(const std::string& class_name, double tolerance, const char* file) {
  int found = 0;
  for (const auto& json : golden(file).at("cases")) {
    if (json.at("class_name") != class_name) continue;
    ++found;
    const auto name = json.at("name").get<std::string>();
    const Tensor x = tensor(json.at("x"));
    const LayerPtr layer = layer_from_config(class_name, value(json.at("config")));
    expect_config(layer, json.at("config"), name);

    layer->build({x.shape().without_front(), random::Key(1), 0});
    std::vector<Tensor> weights;
    for (const auto& weight : json.at("weights")) weights.push_back(tensor(weight));
    layer->set_weights(weights);
    const auto check = [&]<class T>(T, const std::string& what) {
      expect_close(run<T>(x, {layer}, plan::Mode::kPredict).output, tensor(json.at("y")), tolerance,
                   tolerance, what + " y");
      const Gradients g = gradients<T>(x, layer, tensor(json.at("dy")));
      expect_close(g.dx, tensor(json.at("dx")), tolerance, tolerance, what + " dx");
      ASSERT_EQ(g.dweights.size(), weights.size()) << what;
      for (std::size_t w = 0; w < weights.size(); ++w)
        expect_close(g.dweights[w], tensor(json.at("dweights").at(w)), tolerance, tolerance,
                     what + " gradient of weight " + std::to_string(w));
    };
    check(float{}, name + " in float");
    check(double{}, name + " in double");
  }
  EXPECT_GT(found, 0) << class_name;
}

}  // namespace regulus::testing
