// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "regulus/base/json.h"
#include "regulus/plan/steps/activation.h"
#include "regulus/runtime/team.h"
#include "regulus/saving/model_file.h"
#include "support/expect.h"
#include "unit/nn/expectation.h"
#include "unit/nn/plan_run.h"
#include "unit/plan/gradient_check.h"

// What every layer must keep, whatever it computes. That it computes the right thing is for its own test
// to show, by goldens.

namespace regulus::testing {

inline void expect_config_comes_back(const Expectation& e) {
  const Value config = e.layer->config();
  EXPECT_EQ(config.at("name"), Value("a"));
  EXPECT_EQ(config.at("dtype"), Value("float32"));
  const Value* trainable = config.find("trainable");  // which some layers of Keras do not write
  EXPECT_TRUE(!trainable || *trainable == Value(true));
  EXPECT_EQ(fresh(e)->config(), config);
  // Also through text, as a file has it.
  const LayerPtr again = layer_from_config(e.layer->class_name(), parse_json(to_json(config), "test"));
  EXPECT_EQ(again->config(), config);
  EXPECT_EQ(std::string(again->class_name()), e.layer->class_name());
  EXPECT_EQ(again->stochastic(), e.stochastic);

  Value::Dict unknown = config.as_dict();
  unknown.push_back({"colour", "red"});
  EXPECT_THROW(layer_from_config(e.layer->class_name(), unknown), ConfigError);
}

inline void expect_shapes_and_weights(const Expectation& e) {
  const LayerPtr layer = fresh(e);
  EXPECT_EQ(layer->output_shape(e.input), e.output);
  EXPECT_FALSE(layer->built());
  EXPECT_TRUE(layer->weights().empty());
  const auto promised = layer->weight_shapes(e.input);
  layer->build({e.input, random::Key(1), kConformancePosition});
  ASSERT_EQ(layer->weights().size(), e.num_weights);
  ASSERT_EQ(promised.size(), e.num_weights);
  EXPECT_EQ(layer->count_params(), e.num_params);
  std::vector<Tensor> values = layer->get_weights();
  EXPECT_EQ(fresh_and_built(e)->get_weights(), values) << "initial weights depend on more than the key";
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(layer->weights()[i]->name(), promised[i].first);
    EXPECT_EQ(values[i].shape(), promised[i].second);
    for (std::int64_t k = 0; k < values[i].size(); ++k) values[i].data()[k] = 0.5f + static_cast<float>(k);
  }
  layer->set_weights(values);
  EXPECT_EQ(layer->get_weights(), values);
  values.push_back(Tensor(Shape{1}));
  EXPECT_THROW(layer->set_weights(values), ShapeError);
}

inline const plan::LossSpec& conformance_loss() {
  static const plan::LossSpec loss{kernels::Loss::kMeanSquaredError, false, 0};
  return loss;
}
inline std::vector<float> targets_for(const Expectation& e) {
  const Tensor targets = normals(kConformanceRows, e.output.size(), 13);
  return {targets.values().begin(), targets.values().end()};
}

/// Equal but for rounding, measured by the largest value.
inline void expect_rounding_apart(const Tensor& found, const Tensor& wanted, const std::string& what) {
  double largest = 0;
  for (const float v : wanted.values()) largest = std::max(largest, std::fabs(static_cast<double>(v)));
  constexpr double kRounding = 1e-5;  // sums of at most a hundred terms, each rounded to 6e-8
  expect_close(found, wanted, 0, kRounding * largest, what);
}

inline void expect_float_is_double(const Expectation& e) {
  RunOptions options;
  options.loss = conformance_loss();
  options.targets = targets_for(e);
  const auto compare = [&](plan::Mode mode, const std::string& what) {
    const RunResult found = run<float>(rows_for(e), {fresh(e)}, mode, options);
    const RunResult wanted = run<double>(rows_for(e), {fresh(e)}, mode, options);
    expect_rounding_apart(found.output, wanted.output, what + " output");
    if (mode != plan::Mode::kTrain) return;
    expect_rounding_apart(found.dx, wanted.dx, what + " dx");
    ASSERT_EQ(found.dweights.size(), wanted.dweights.size());
    for (std::size_t w = 0; w < wanted.dweights.size(); ++w)
      expect_rounding_apart(found.dweights[w], wanted.dweights[w], what + " dweight " + std::to_string(w));
  };
  compare(plan::Mode::kTrain, "training");
  compare(plan::Mode::kEvaluate, "evaluation");
}

/// In double, of every trainable weight and of the input, with the masks held fixed. The layer stands
/// between an activation, which must hear of its gradient, and a product, which gives it one.
inline void expect_gradients_are_slopes(const Expectation& e) {
  constexpr std::int64_t kUnits = 3;
  const LayerPtr layer = fresh_and_built(e);
  plan::Graph graph(Shape{kConformanceRows});
  add_rows_as_weight(graph, rows_for(e));
  graph.add<plan::ActivationStep>(plan::ActivationSpec{"tanh", kernels::Activation::kTanh, 0});
  layer->lower(graph, e.input, kConformancePosition);
  const auto head = plan::testing::parameter("head", {e.output.size(), kUnits}, 29, 0.5);
  graph.add<plan::DenseStep>(plan::DenseSpec{"head", head, nullptr});
  plan::testing::Data data(kConformanceRows, kConformanceRows, kUnits, 17);
  data.features = identity_matrix(kConformanceRows);
  plan::testing::expect_gradients(graph, conformance_loss(), data.batch(0, kConformanceRows, false),
                                  e.layer->class_name());
}

/// Of the same numbers; each first asked for its predictions here.
inline void expect_predicts_as(const Sequential& found, const Sequential& wanted, const Dataset& data) {
  EXPECT_EQ(found.predict(data), wanted.predict(data));
}

inline void expect_a_file_keeps_it(const Expectation& e) {
  Sequential model = model_with(e);
  model.train_on_batch(data_for(e));
  const LoadedModel loaded = model_from_bytes(model_to_bytes(model), "test");
  EXPECT_EQ(loaded.model.config(), model.config());
  EXPECT_EQ(loaded.model.get_weights(), model.get_weights());
  expect_predicts_as(loaded.model, model, data_for(e));
}

inline void expect_it_learns(const Expectation& e) {
  Sequential model = model_with(e);
  const Layer& layer = *model.layers()[0];
  const std::vector<Tensor> before = layer.get_weights();
  for (int step = 0; step < 2; ++step)
    EXPECT_TRUE(std::isfinite(model.train_on_batch(data_for(e))["loss"])) << "step " << step;
  const std::vector<Tensor> after = layer.get_weights();
  for (std::size_t w = 0; w < before.size(); ++w)
    EXPECT_TRUE(!layer.weights()[w]->trainable() || after[w] != before[w])
        << layer.weights()[w]->name() << " stayed";
}

/// For any number of threads, and for a row alone as in its batch.
inline void expect_same_bits(const Expectation& e) {
  const Dataset data = data_for(e);
  const int threads_before = runtime::num_threads();
  std::string weights;
  Tensor predictions;
  for (const int threads : {1, 2, 3}) {
    runtime::set_num_threads(threads);
    Sequential model = model_with(e);
    for (int step = 0; step < 2; ++step) model.train_on_batch(data);
    if (threads == 1) {
      weights = model.weights_sha256();
      predictions = model.predict(data);
      continue;
    }
    EXPECT_EQ(model.weights_sha256(), weights) << threads << " threads";
    EXPECT_EQ(model.predict(data), predictions) << threads << " threads";
  }
  runtime::set_num_threads(threads_before);
  const Tensor together = model_with(e).predict(data);
  for (std::int64_t r = 0; r < data.num_rows(); ++r)
    EXPECT_EQ(model_with(e).predict(data.slice(r, r + 1)), together.slice(r, r + 1)) << "row " << r;
}

/// Another sample is another output, if it is one.
inline void expect_draws_where_it_says(const Expectation& e) {
  const auto draws = [&](plan::Mode mode) {
    const auto output = [&](std::uint32_t draw) {
      RunOptions options;
      options.draw = draw;
      return run<float>(rows_for(e), {fresh(e)}, mode, options).output;
    };
    const Tensor wanted = output(0);
    for (const std::uint32_t draw : {1u, 2u, 3u, 4u})
      if (output(draw) != wanted) return true;
    return false;
  };
  EXPECT_EQ(draws(plan::Mode::kMonteCarlo), e.stochastic);
  EXPECT_EQ(draws(plan::Mode::kPredict), e.layer->always_on());
}

inline void expect_conforms(const Expectation& e) {
  expect_config_comes_back(e);
  expect_shapes_and_weights(e);
  expect_float_is_double(e);
  expect_gradients_are_slopes(e);
  expect_a_file_keeps_it(e);
  expect_it_learns(e);
  expect_same_bits(e);
  expect_draws_where_it_says(e);
}

}  // namespace regulus::testing
