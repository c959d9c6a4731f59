// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/dense.h"

#include <cmath>
#include <numeric>

#include "support/golden.h"
#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using regulus::testing::expect_close;
using regulus::testing::golden;

// y = x W + b of row-major arrays, as it stands in the book.
std::vector<double> affine(const std::vector<double>& x, const Parameter& kernel, const Parameter& bias) {
  const Tensor w = kernel.value();
  const Tensor b = bias.value();
  const auto rows = static_cast<std::int64_t>(x.size()) / kernel.inputs();
  std::vector<double> y;
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t n = 0; n < kernel.units(); ++n) {
      double sum = b.data()[n];
      for (std::int64_t k = 0; k < kernel.inputs(); ++k)
        sum += x[static_cast<std::size_t>(r * kernel.inputs() + k)] *
               static_cast<double>(w.data()[k * kernel.units() + n]);
      y.push_back(sum);
    }
  return y;
}

TEST(DenseStep, ChainComputesTheFormulaOfTheBook) {
  const Data data(5, 70, 10, 3);
  Chain chain(70);
  chain.dense(33).activation(Activation::kTanh).dense(17).activation(Activation::kSoftsign).dense(10);
  Network<double> net(chain.graph, predicting(5));
  net.pass.batch = data.batch(0, 5, true);
  net.run_alone();

  const auto& weights = net.plan.weights().all();
  std::vector<double> x(data.features.begin(), data.features.end());
  x = affine(x, *weights[0]->parameter, *weights[1]->parameter);
  for (double& v : x) v = std::tanh(v);
  x = affine(x, *weights[2]->parameter, *weights[3]->parameter);
  for (double& v : x) v = v / (1 + std::fabs(v));
  x = affine(x, *weights[4]->parameter, *weights[5]->parameter);
  const auto y = net.output();
  ASSERT_EQ(y.size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_NEAR(y[i], x[i], 1e-13) << i;  // at most 70 products of size 1, each rounded to 1e-16
}

TEST(DenseStep, HasRightGradientWithoutBias) {
  const Data data(6, 7, 5, 17);
  Chain chain(7);
  chain.dense(18, {.use_bias = false}).activation(Activation::kElu, 0.7).dense(5, {.use_bias = false});
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "no bias");
}

TEST(DenseStep, HasRightGradientForEveryWidthAroundAPanel) {
  for (const std::int64_t width : {1, 15, 16, 17, 31, 32, 33}) {
    const Data data(3, width, 2, 19);
    Chain chain(width);
    chain.dense(width).activation(Activation::kGelu).dense(2);
    expect_gradients(chain.graph, kSquared, data.batch(0, 3, false), "width " + std::to_string(width));
  }
}

TEST(DenseStep, HasRightGradientForMoreInputsThanATileHas) {
  const Data data(4, 130, 2, 23);
  Chain chain(130);
  chain.dense(3).activation(Activation::kTanh).dense(2);
  expect_gradients(chain.graph, kSquared, data.batch(0, 4, false), "130 inputs");
}

TEST(DenseStep, AbsorbsOneActivationThenOneMask) {
  const auto steps = [](Chain& chain) {
    return Network<float>(chain.graph, keeping_gradients(2)).plan.steps().size() - 2;  // input and loss
  };
  Chain all(3);
  all.dense(4).activation(Activation::kRelu).mask(dropout(0.5));
  EXPECT_EQ(steps(all), 1u);
  Chain bare_mask(3);
  bare_mask.dense(4).mask(dropout(0.5));
  EXPECT_EQ(steps(bare_mask), 1u);
  Chain two_activations(3);
  two_activations.dense(4).activation(Activation::kRelu).activation(Activation::kTanh);
  EXPECT_EQ(steps(two_activations), 2u);
  Chain mask_first(3);
  mask_first.dense(4).mask(dropout(0.5)).activation(Activation::kRelu);
  EXPECT_EQ(steps(mask_first), 2u);
  Chain two_masks(3);
  two_masks.dense(4).mask(dropout(0.5)).mask(dropout(0.5));
  EXPECT_EQ(steps(two_masks), 2u);
  Chain penalty_between(3);
  penalty_between.dense(4).activity_penalty({.l1 = 1}).activation(Activation::kRelu);
  EXPECT_EQ(steps(penalty_between), 3u);
}

// Keras's layer with its input gradient: the gold of tools/goldens/dense.py, seen through a loss whose
// gradient by y is dy. Mean squared error has 2 (y - t) / (rows * units), so t = y - dy * size / 2.
TEST(DenseStep, HasKerasGradients) {
  int cases = 0;
  for (const auto& item : golden("dense.json").at("cases")) {
    const auto name = item.at("name").get<std::string>();
    if (item.at("activation") != "linear") continue;
    const Tensor x = regulus::testing::tensor(item.at("x"));
    const Tensor y = regulus::testing::tensor(item.at("y"));
    const Tensor dy = regulus::testing::tensor(item.at("dy"));
    auto kernel = std::make_shared<Parameter>("kernel", Shape{x.shape()[1], y.shape()[1]});
    kernel->assign(regulus::testing::tensor(item.at("kernel")));
    ParameterPtr bias;
    if (!item.at("bias").is_null()) {
      bias = std::make_shared<Parameter>("bias", Shape{y.shape()[1]});
      bias->assign(regulus::testing::tensor(item.at("bias")));
    }
    Graph graph(Shape{x.shape()[1]});
    graph.add<DenseStep>(DenseSpec{"dense", kernel, bias});
    std::vector<float> targets;
    for (std::int64_t i = 0; i < y.size(); ++i)
      targets.push_back(y.data()[i] - dy.data()[i] * static_cast<float>(y.size()) / 2);
    const std::int64_t rows = x.shape()[0];
    std::vector<std::uint32_t> index(static_cast<std::size_t>(rows));
    std::iota(index.begin(), index.end(), 0u);

    Network<float> net(graph, keeping_gradients(rows, kSquared));
    net.pass.batch.features.floats = x.data();
    net.pass.batch.index = net.pass.batch.row_ids = index.data();
    net.pass.batch.rows = rows;
    net.pass.batch.targets = targets.data();
    net.run_alone();
    expect_close(Tensor(y.shape(), net.output()), y, 1e-5, 1e-5, name + " y");  // two orders of summation
    const auto& weights = net.plan.weights().all();
    Tensor dkernel(kernel->shape());
    kernels::unpack(weights[0]->gradient.data(), weights[0]->inputs, weights[0]->units, dkernel.data());
    // The targets are rounded to float before dy comes out again, a few units in the last place of y.
    expect_close(dkernel, regulus::testing::tensor(item.at("dkernel")), 1e-4, 1e-4, name + " dkernel");
    if (bias) {
      Tensor dbias(bias->shape());
      kernels::unpack(weights[1]->gradient.data(), 1, weights[1]->units, dbias.data());
      expect_close(dbias, regulus::testing::tensor(item.at("dbias")), 1e-4, 1e-4, name + " dbias");
    }
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

}  // namespace
}  // namespace regulus::plan::testing
