// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/loss.h"

#include <limits>
#include <tuple>

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using kernels::Loss;

bool takes_labels(Loss loss) {
  return loss == Loss::kSparseCategoricalCrossentropy;
}

// loss, from_logits, label smoothing, sample weights
using Case = std::tuple<Loss, bool, double, bool>;

class EveryLoss : public ::testing::TestWithParam<Case> {
 protected:
  Loss loss() const { return std::get<0>(GetParam()); }
  bool from_logits() const { return std::get<1>(GetParam()); }
  LossSpec spec() const {
    return {.loss = loss(), .from_logits = from_logits(), .label_smoothing = std::get<2>(GetParam())};
  }
  Batch batch() const { return data.batch(0, 6, takes_labels(loss()), std::get<3>(GetParam())); }
  // Ends in what the loss wants: logits, or probabilities that the loss cannot recognise as such.
  Chain chain() const {
    Chain made(7);
    made.dense(9).activation(Activation::kTanh).dense(5);
    if (!from_logits()) made.identity().activation(Activation::kSigmoid).identity();
    return made;
  }
  Data data{6, 7, 5, 29};
};

TEST_P(EveryLoss, HasRightGradient) {
  expect_gradients(chain().graph, spec(), batch(), "loss");
}

TEST_P(EveryLoss, IsTheWeightedMeanOfItsRows) {
  const Chain made = chain();
  Network<double> net(made.graph, {.mode = Mode::kEvaluate, .max_rows = 6, .loss = spec(), .update = {}});
  net.pass.batch = batch();
  net.run_alone();
  double sum = 0;
  std::vector<double> rows;
  for (std::int64_t r = 0; r < 6; ++r) rows.push_back(net.plan.row_loss(net.pass, r));
  for (const double row : rows) sum += row;
  EXPECT_EQ(net.plan.data_loss(net.pass), sum / 6);
  // A row's loss does not know the batch.
  for (std::int64_t r = 0; r < 6; ++r) {
    net.pass.batch = data.batch(r, r + 1, takes_labels(loss()), std::get<3>(GetParam()));
    net.run_alone();
    EXPECT_EQ(net.plan.row_loss(net.pass, 0), rows[static_cast<std::size_t>(r)]) << "row " << r;
  }
}

INSTANTIATE_TEST_SUITE_P(CrossEntropies, EveryLoss,
                         ::testing::Combine(::testing::Values(Loss::kSparseCategoricalCrossentropy,
                                                              Loss::kCategoricalCrossentropy,
                                                              Loss::kBinaryCrossentropy),
                                            ::testing::Bool(), ::testing::Values(0.0, 0.1),
                                            ::testing::Bool()));
INSTANTIATE_TEST_SUITE_P(
    Distances, EveryLoss,
    ::testing::Combine(::testing::Values(Loss::kMeanSquaredError, Loss::kMeanAbsoluteError),
                       ::testing::Values(true), ::testing::Values(0.0), ::testing::Bool()));

class OwnActivation : public ::testing::TestWithParam<Loss> {
 protected:
  Chain logits() const {
    Chain chain(7);
    chain.dense(9).activation(Activation::kTanh).dense(5);
    return chain;
  }
  Chain probabilities() const {
    Chain chain = logits();
    if (GetParam() == Loss::kBinaryCrossentropy)
      chain.activation(Activation::kSigmoid);
    else
      chain.softmax();
    return chain;
  }
  Data data{6, 7, 5, 31};
};

TEST_P(OwnActivation, IsTakenOffAndTheLossComputedFromTheLogits) {
  const Chain with = probabilities();
  const Chain without = logits();
  Network<float> peeled(with.graph, keeping_gradients(6, {GetParam(), false, 0.1}));
  Network<float> plain(without.graph, keeping_gradients(6, {GetParam(), true, 0.1}));
  for (auto* net : {&peeled, &plain}) {
    net->pass.batch = data.batch(0, 6, takes_labels(GetParam()), true);
    net->run_alone();
  }
  EXPECT_EQ(peeled.loss(), plain.loss());
  for (std::size_t i = 0; i < 4; ++i) {
    const auto a = peeled.plan.weights().all()[i]->gradient.span();
    const auto b = plain.plan.weights().all()[i]->gradient.span();
    EXPECT_TRUE(same_bits(std::vector<float>(a.begin(), a.end()), std::vector<float>(b.begin(), b.end())));
  }
}

TEST_P(OwnActivation, StillGivesTheOutput) {
  const Chain chain = probabilities();
  Network<float> with_loss(chain.graph, {Mode::kEvaluate, 6, LossSpec{GetParam(), false, 0}, {}});
  Network<float> without_loss(chain.graph, predicting(6));
  for (auto* net : {&with_loss, &without_loss}) {
    net->pass.batch = data.batch(0, 6, takes_labels(GetParam()));
    net->run_alone();
  }
  EXPECT_TRUE(same_bits(with_loss.output(), without_loss.output()));
}

TEST_P(OwnActivation, HasRightGradient) {
  expect_gradients(probabilities().graph, {GetParam(), false, 0.1},
                   data.batch(0, 6, takes_labels(GetParam()), true), "taken off");
}

INSTANTIATE_TEST_SUITE_P(CrossEntropies, OwnActivation,
                         ::testing::Values(Loss::kSparseCategoricalCrossentropy,
                                           Loss::kCategoricalCrossentropy, Loss::kBinaryCrossentropy));

// Probabilities that round to 0 or 1 would stop the learning; logits do not.
TEST(LossStep, KeepsTheGradientOfSaturatedProbabilities) {
  Graph graph(Shape{1});
  auto kernel = std::make_shared<Parameter>("kernel", Shape{1, 2});
  kernel->assign(Tensor(Shape{1, 2}, {100, -100}));
  graph.add<DenseStep>(DenseSpec{"dense", kernel, nullptr});
  graph.add<SoftmaxStep>(SoftmaxSpec{"softmax", false});
  Network<float> net(graph, keeping_gradients(1, {Loss::kSparseCategoricalCrossentropy, false, 0}));
  const float x = 1;
  const std::uint32_t index = 0;
  const std::int32_t label = 1;
  net.pass.batch.features.floats = &x;
  net.pass.batch.index = net.pass.batch.row_ids = &index;
  net.pass.batch.labels = &label;
  net.pass.batch.rows = 1;
  net.run_alone();
  EXPECT_EQ(net.loss(), 200);
  EXPECT_EQ(net.plan.weights().all()[0]->gradient[0], 1);
  EXPECT_EQ(net.plan.weights().all()[0]->gradient[1], -1);
}

TEST(LossStep, ReadsLabelsTargetsAndWeightsByIndex) {
  const Data data(6, 7, 5, 37);
  const std::vector<std::uint32_t> backwards = {5, 4, 3, 2, 1, 0};
  for (const bool labels : {true, false}) {
    Chain chain(7);
    chain.dense(5).softmax();
    const Loss loss = labels ? Loss::kSparseCategoricalCrossentropy : Loss::kMeanSquaredError;
    Network<double> net(chain.graph, {Mode::kEvaluate, 6, LossSpec{loss, false, 0}, {}});
    net.pass.batch = data.batch(0, 6, labels, true);
    net.run_alone();
    std::vector<double> forward;
    for (std::int64_t r = 0; r < 6; ++r) forward.push_back(net.plan.row_loss(net.pass, r));
    net.pass.batch.index = backwards.data();
    net.run_alone();
    for (std::int64_t r = 0; r < 6; ++r)
      EXPECT_EQ(net.plan.row_loss(net.pass, 5 - r), forward[static_cast<std::size_t>(r)]) << "row " << r;
  }
}

}  // namespace
}  // namespace regulus::plan::testing
