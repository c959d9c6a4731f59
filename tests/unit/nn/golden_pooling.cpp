// SPDX-License-Identifier: Apache-2.0
#include "unit/nn/golden_pooling.h"

namespace regulus::testing {

template <class T>
void expect_follows_keras(const nlohmann::json& json, double tolerance) {
  const auto name = json.at("name").get<std::string>();
  const Value config = value(json.at("config"));
  const LayerPtr layer = layer_from_config(json.at("class_name").get<std::string>(), config);
  for (const auto& [key, member] : config.as_dict()) EXPECT_EQ(layer->config().at(key), member) << name;
  const Tensor x = tensor(json.at("x"));
  const Tensor y = tensor(json.at("y"));
  EXPECT_EQ(layer->output_shape(x.shape().without_front()), y.shape().without_front()) << name;
  expect_close(run<T>(x, {layer}, plan::Mode::kPredict).output, y, tolerance, tolerance, name + " y");
  expect_close(backward<T>(x, layer, tensor(json.at("dy"))), tensor(json.at("dx")), tolerance, tolerance,
               name + " dx");
}
template void expect_follows_keras<float>(const nlohmann::json&, double);
template void expect_follows_keras<double>(const nlohmann::json&, double);

}  // namespace regulus::testing
