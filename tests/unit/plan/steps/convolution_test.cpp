// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/convolution.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

constexpr LossSpec kSquared{
    .loss = kernels::Loss::kMeanSquaredError, .from_logits = false, .label_smoothing = 0};

// Two convolutions over 6 x 7 pixels of 2 channels and a dense step: borders, strides, a dilation,
// several panels, penalties, what they absorb, and an input gradient.
Graph network() {
  Graph graph(Shape{6, 7, 2});
  graph.add<ConvolutionStep>(
      ConvolutionSpec{"first", parameter("first/kernel", {3, 2, 2, 18}, 1, 0.4, {.l1 = 0.01, .l2 = 0.02}),
                      parameter("first/bias", {18}, 2, 0.3, {.l2 = 0.1}),
                      WindowSpec{.height = 6,
                                 .width = 7,
                                 .channels = 2,
                                 .kernel_h = 3,
                                 .kernel_w = 2,
                                 .stride_h = 1,
                                 .stride_w = 2,
                                 .pad_top = 1,
                                 .pad_left = 0,
                                 .out_h = 6,
                                 .out_w = 4}});
  graph.add<ActivationStep>(ActivationSpec{"elu", Activation::kElu, 1});
  MaskSpec mask = dropout(0.2);
  mask.stream = 7;
  graph.add<MaskStep>(mask);
  graph.add<ConvolutionStep>(ConvolutionSpec{"second", parameter("second/kernel", {2, 2, 18, 5}, 3, 0.2),
                                             nullptr,
                                             WindowSpec{.height = 6,
                                                        .width = 4,
                                                        .channels = 18,
                                                        .kernel_h = 2,
                                                        .kernel_w = 2,
                                                        .dilation_h = 2,
                                                        .dilation_w = 2,
                                                        .pad_top = 1,
                                                        .pad_left = 1,
                                                        .out_h = 6,
                                                        .out_w = 4}});
  graph.add<ActivationStep>(ActivationSpec{"gelu", Activation::kGelu, 0});
  graph.add<DenseStep>(DenseSpec{"dense", parameter("dense/kernel", {120, 3}, 5, 0.1), nullptr});
  return graph;
}

TEST(ConvolutionStep, HasRightGradients) {
  const Data data(4, 6 * 7 * 2, 3, 11);
  expect_gradients(network(), kSquared, data.batch(0, 4, false), "convolutions");
}

// The optimizer's update of three steps, by any number of workers.
std::vector<float> trained(int threads) {
  const Data data(9, 6 * 7 * 2, 3, 11);
  const Graph graph = network();
  PlanOptions options;
  options.mode = Mode::kTrain;
  options.max_rows = 9;
  options.loss = kSquared;
  options.update = UpdateSpec{kernels::UpdateRule::kMomentum, 1, false};
  Slots<float> slots;
  const Plan<float> plan(graph, options, &slots);
  runtime::Team team(threads);
  Workspace workspace = plan.make_workspace(team.size());
  Pass<float> pass = plan.make_pass(workspace);
  pass.key = random::Key(3);
  pass.update.coefficients = {0.05f, 0.9f};
  pass.batch = data.batch(0, 9, false);
  for (std::uint32_t step = 0; step < 3; ++step) {
    pass.draw = step;
    plan.run(team, workspace, pass);
  }
  std::vector<float> values;
  for (const auto& weight : plan.weights().all())
    values.insert(values.end(), weight->values, weight->values + weight->parameter->packed_size());
  return values;
}

TEST(ConvolutionStep, LearnsTheSameBitsWithAnyNumberOfThreads) {
  const std::vector<float> one = trained(1);
  EXPECT_NE(one, std::vector<float>(one.size()));
  for (const int threads : {2, 3, 7}) EXPECT_EQ(trained(threads), one) << threads;
}

}  // namespace
}  // namespace regulus::plan::testing
