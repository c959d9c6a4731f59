// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/core/dense.h"

#include <gtest/gtest.h>

#include "support/golden.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using plan::Mode;
using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;

LayerPtr dense_of(const nlohmann::json& json) {
  LayerPtr layer = Dense({.units = json.at("units").get<std::int64_t>(),
                          .activation = json.at("activation").get<std::string>(),
                          .use_bias = json.at("use_bias").get<bool>()});
  std::vector<Tensor> weights;
  weights.push_back(tensor(json.at("kernel")));
  if (!json.at("bias").is_null()) weights.push_back(tensor(json.at("bias")));
  layer->build({Shape{weights[0].shape()[0]}, random::Key(1), 0});
  layer->set_weights(weights);
  return layer;
}

// Targets whose mean squared error has the gradient dy: y - t = dy * units * rows / 2.
std::vector<float> targets_for(const Tensor& y, const Tensor& dy) {
  std::vector<float> targets;
  const double half = static_cast<double>(y.size()) / 2;
  for (std::int64_t i = 0; i < y.size(); ++i)
    targets.push_back(
        static_cast<float>(static_cast<double>(y.data()[i]) - static_cast<double>(dy.data()[i]) * half));
  return targets;
}

template <class T>
void expect_dense_follows_keras() {
  for (const auto& json : golden("dense.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const LayerPtr layer = dense_of(json);
    const Tensor x = tensor(json.at("x"));
    const Tensor y = tensor(json.at("y"));
    const double relative = 2e-6, absolute = 2e-6;  // float32 sums of up to 37 products, in another order
    expect_close(testing::run<T>(x, {layer}, Mode::kPredict).output, y, relative, absolute, name + " y");
    testing::RunOptions options;
    options.loss = plan::LossSpec{kernels::Loss::kMeanSquaredError, false, 0};
    options.targets = targets_for(y, tensor(json.at("dy")));
    const testing::RunResult r = testing::run<T>(x, {layer}, Mode::kTrain, options);
    const double loose = 6e-6;  // the same, and the rounding of y in dy: 2 / (rows * units) * 1e-7 * |t|
    expect_close(r.dx, tensor(json.at("dx")), relative, loose, name + " dx");
    expect_close(r.dweights[0], tensor(json.at("dkernel")), relative, 2 * loose, name + " dkernel");
    if (r.dweights.size() > 1)
      expect_close(r.dweights[1], tensor(json.at("dbias")), relative, 2 * loose, name + " dbias");
    EXPECT_EQ(r.dweights.size() > 1, json.at("use_bias").get<bool>()) << name;
  }
}

TEST(Dense, FollowsKerasInFloat) {
  expect_dense_follows_keras<float>();
}
TEST(Dense, FollowsKerasInDouble) {
  expect_dense_follows_keras<double>();
}

TEST(Dense, ExactGradientReachesTheInput) {
  for (const auto& json : golden("dense.json").at("cases")) {
    const double relative = 2e-6, absolute = 2e-6;  // float32 sums of up to 33 products, in another order
    expect_close(testing::backward<float>(tensor(json.at("x")), dense_of(json), tensor(json.at("dy"))),
                 tensor(json.at("dx")), relative, absolute, json.at("name").get<std::string>() + " dx");
  }
}

template <class T>
void expect_activity_penalty_follows_keras() {
  for (const auto& json : golden("regularizers.json").at("activity")) {
    const auto name = json.at("name").get<std::string>();
    LayerPtr layer =
        Dense({.units = 4,
               .activation = json.at("activation").get<std::string>(),
               .activity_regularizer = Regularizer::from_config(json.at("class_name").get<std::string>(),
                                                                testing::value(json.at("config")))});
    layer->build({Shape{5}, random::Key(1), 0});
    layer->set_weights({tensor(json.at("kernel")), tensor(json.at("bias"))});
    const Tensor x = tensor(json.at("x"));
    const Tensor y = testing::run<T>(x, {layer}, Mode::kPredict).output;
    testing::RunOptions options;  // a loss of weight zero: only the penalty has a gradient
    options.loss = plan::LossSpec{kernels::Loss::kMeanSquaredError, false, 0};
    options.targets.assign(y.values().begin(), y.values().end());
    options.sample_weight.assign(6, 0.0f);
    const testing::RunResult r = testing::run<T>(x, {layer}, Mode::kTrain, options);
    const double wanted = testing::number(json.at("loss"));
    EXPECT_NEAR(r.penalty, wanted, 2e-6 * wanted) << name;  // float32 sums of 24 terms
    EXPECT_NEAR(testing::run<T>(x, {layer}, Mode::kEvaluate, options).penalty, wanted, 2e-6 * wanted) << name;
    const double relative = 5e-6, absolute = 2e-7;  // float32 sums over 6 rows of terms that partly cancel
    expect_close(r.dweights[0], tensor(json.at("dkernel")), relative, absolute, name + " dkernel");
    expect_close(r.dweights[1], tensor(json.at("dbias")), relative, absolute, name + " dbias");
  }
}

TEST(Dense, ActivityPenaltyFollowsKerasInFloat) {
  expect_activity_penalty_follows_keras<float>();
}
TEST(Dense, ActivityPenaltyFollowsKerasInDouble) {
  expect_activity_penalty_follows_keras<double>();
}

TEST(Dense, HasKerasDefaults) {
  const Value config = Dense({.units = 3}).config();
  EXPECT_EQ(config.at("activation"), Value("linear"));
  EXPECT_EQ(config.at("use_bias"), Value(true));
  EXPECT_EQ(config.at("kernel_initializer").at("class_name"), Value("GlorotUniform"));
  EXPECT_EQ(config.at("bias_initializer").at("class_name"), Value("Zeros"));
  for (const char* key : {"kernel_regularizer", "bias_regularizer", "kernel_constraint", "bias_constraint"})
    EXPECT_TRUE(config.at(key).is_null()) << key;
  EXPECT_EQ(config.find("activity_regularizer"), nullptr);
}

TEST(Dense, MakesKernelAndBiasWithTheirPenaltiesAndConstraints) {
  LayerPtr layer = Dense({.units = 3,
                          .bias_initializer = "ones",
                          .kernel_regularizer = l1_l2({.l1 = 0.1, .l2 = 0.2}),
                          .kernel_constraint = max_norm(1, {.axis = -2}),
                          .bias_constraint = non_neg()});
  layer->build({Shape{4}, random::Key(1), 0});
  ASSERT_EQ(layer->weights().size(), 2u);
  const plan::Parameter& kernel = *layer->weights()[0];
  const plan::Parameter& bias = *layer->weights()[1];
  EXPECT_EQ(kernel.name(), "kernel");
  EXPECT_EQ(bias.name(), "bias");
  EXPECT_EQ(kernel.shape(), Shape({4, 3}));
  EXPECT_EQ(bias.shape(), Shape({3}));
  EXPECT_EQ(kernel.penalty().l1, 0.1);
  EXPECT_EQ(kernel.penalty().l2, 0.2);
  EXPECT_FALSE(bias.penalty().any());
  EXPECT_EQ(kernel.constraint().axes, std::vector<int>{0});  // -2 of rank 2
  EXPECT_EQ(bias.constraint().kind, kernels::ConstraintKind::kNonNeg);
  EXPECT_EQ(bias.value(), Tensor({3}, {1, 1, 1}));
  EXPECT_EQ(layer->count_params(), 15);
}

TEST(Dense, DrawsItsKernelFromTheModelsKeyAndItsPosition) {
  const auto kernel = [](std::uint64_t key, std::uint32_t position) {
    LayerPtr layer = Dense({.units = 3});
    layer->build({Shape{4}, random::Key(key), position});
    return layer->get_weights()[0];
  };
  EXPECT_EQ(kernel(1, 0), kernel(1, 0));
  EXPECT_NE(kernel(1, 0), kernel(2, 0));
  EXPECT_NE(kernel(1, 0), kernel(1, 1));
}

TEST(Dense, MergedTakesTheCallsOptionsFirst) {
  const Dense::Options defaults{.units = 1,
                                .activation = "elu",
                                .use_bias = false,
                                .kernel_initializer = "he_normal",
                                .bias_initializer = "ones",
                                .kernel_regularizer = l2(0.01),
                                .bias_regularizer = l1(0.1),
                                .activity_regularizer = l1(0.2),
                                .kernel_constraint = max_norm(1),
                                .bias_constraint = non_neg(),
                                .name = "default",
                                .input_shape = {7}};
  EXPECT_EQ(Dense(Dense::merged(defaults, {})).config(), Dense(defaults).config());
  const Dense::Options own{.units = 2,
                           .activation = "softmax",
                           .use_bias = true,
                           .kernel_initializer = "zeros",
                           .bias_initializer = "zeros",
                           .kernel_regularizer = Regularizer(),
                           .bias_regularizer = Regularizer(),
                           .activity_regularizer = Regularizer(),
                           .kernel_constraint = Constraint(),
                           .bias_constraint = Constraint(),
                           .name = "own",
                           .input_shape = {8}};
  const Dense merged(Dense::merged(defaults, own));
  EXPECT_EQ(merged.config(), Dense(own).config());
  EXPECT_EQ(merged.declared_input_shape(), Shape({8}));
}

TEST(Dense, SaysWhatIsWrongWithItsOptions) {
  expect_error<ConfigError>([] { Dense({.name = "d"}); },
                            "Dense \"d\": units is missing. Say how many outputs, e.g. .units = 10.");
  expect_error<ConfigError>([] { Dense({.units = 0}); }, "Dense: units must be in [1, 2147483647], got 0.");
  expect_error<ConfigError>([] { Dense({.units = std::int64_t{1} << 40}); },
                            "Dense: units must be in [1, 2147483647], got 1099511627776.");
  expect_error<ConfigError>(
      [] { Dense({.units = 3, .bias_regularizer = orthogonal_regularizer()}); },
      "Dense: bias_regularizer: an orthogonal penalty needs a matrix, a bias has rank 1. Use it "
      "as kernel_regularizer.");
  expect_error<ConfigError>(
      [] {
        Dense({.units = 3, .kernel_constraint = max_norm(1, {.axis = {0, 2}}), .name = "d"});
      },
      "Dense \"d\": kernel_constraint: axis 2 does not exist in a weight of rank 2.");
  expect_error<ConfigError>([] { Dense({.units = 3, .bias_constraint = unit_norm({.axis = 1})}); },
                            "Dense: bias_constraint: axis 1 does not exist in a weight of rank 1.");
}

TEST(Dense, SaysWhatRowsItWants) {
  expect_error<ShapeError>(
      [] {
        Dense({.units = 3, .name = "d"}).output_shape({28, 28});
      },
      "Dense \"d\": the input rows must have rank 1 (expected (None, n), found (None, 28, 28)). "
      "Add a Flatten layer before it.");
  expect_error<ShapeError>([] { Dense({.units = 3, .kernel_initializer = "identity"}).output_shape({0}); },
                           "Dense: the input rows must have at least one feature (found (None, 0)).");
}

TEST(Dense, NeedsItsWeightsToBeLowered) {
  plan::Graph graph(Shape{3});
  expect_error<ConfigError>([&] { Dense({.units = 3, .name = "d"}).lower(graph, Shape{3}, 0); },
                            "Dense \"d\": the layer has no weights yet. Build the model first.");
}

TEST(Dense, ConfigErrorsNameTheLayerAndTheMember) {
  const auto read = [](Value::Dict config) {
    config.push_back({"name", "dense_1"});
    config.push_back({"units", 3});
    Dense::from_config(config);
  };
  const auto object = [](const char* class_name, Value::Dict config) {
    return Value::Dict{{"class_name", class_name}, {"config", std::move(config)}};
  };
  expect_error<ConfigError>(
      [&] {
        read({{"activation", "sleu"}});
      },
      "Dense \"dense_1\": activation \"sleu\" is not known. Did you mean \"selu\"?");
  expect_error<ConfigError>(
      [&] {
        read({{"activation", 3}});
      },
      "Dense \"dense_1\": activation must be a name or an object with class_name and config, got 3.");
  expect_error<ConfigError>(
      [&] {
        read({{"kernel_regularizer", object("L2", {{"l2", -1}})}});
      },
      "Dense \"dense_1\": kernel_regularizer: l2 must be finite and >= 0, got -1.");
  expect_error<ConfigError>(
      [&] {
        read({{"kernel_initializer", "he_norml"}});
      },
      "Dense \"dense_1\": kernel_initializer \"he_norml\" is not known. Did you mean \"he_normal\"?");
  expect_error<ConfigError>(
      [&] {
        read({{"unitz", 3}});
      },
      "Dense \"dense_1\": the config key \"unitz\" is not known. Did you mean \"units\"?");
  expect_error<ConfigError>(
      [&] {
        read({{"quantization_config", Value::Dict{}}});
      },
      "Dense \"dense_1\": quantization_config must be null here, got a dict.");
  expect_error<ConfigError>(
      [&] {
        Dense::from_config(Value::Dict{{"units", "three"}});
      },
      "Dense: units must be an integer, got \"three\".");
  expect_error<ConfigError>([&] { Dense::from_config(Value::Dict{}); },
                            "Dense: units is missing. Say how many outputs, e.g. .units = 10.");
}

}  // namespace
}  // namespace regulus
