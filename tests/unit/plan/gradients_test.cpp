// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/isa.h"

#include <algorithm>
#include <cmath>
#include "unit/plan/gradient_check.h"

// Gradients of whole networks: penalties of the weights, deep chains of everything, float against double.

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using kernels::Loss;

MaskSpec same_for_all_rows(MaskSpec spec) {
  spec.same_for_all_rows = true;
  return spec;
}

Chain deep(std::int64_t width) {
  Chain chain(width);
  chain.mask(dropout(0.1))
      .dense(17, {.kernel_penalty = {.l1 = 0.01, .l2 = 0.02}, .bias_penalty = {.l2 = 0.1}})
      .activation(Activation::kSelu)
      .mask(alpha_dropout(0.2))
      .dense(6, {.kernel_penalty = {.orthogonal = 0.3}, .use_bias = false})
      .activity_penalty({.l1 = 0.05, .l2 = 0.05})
      .activation(Activation::kGelu)
      .mask(same_for_all_rows(dropout(0.3)))
      .dense(8)
      .softmax()
      .activity_penalty({.orthogonal = 0.2, .orthogonal_columns = true})
      .dense(9, {.kernel_penalty = {.l2 = 0.01, .orthogonal = 0.2, .orthogonal_columns = true}})
      .activation(Activation::kMish)
      .activation(Activation::kTanh)
      .mask(dropout(0.3))
      .softmax(/*log=*/true)
      .dense(5, {.bias_penalty = {.l1 = 0.1}});
  return chain;
}

struct Named {
  const char* name;
  Penalty penalty;
};

TEST(Gradients, OfEveryPenaltyOfAKernel) {
  const Data data(6, 7, 5, 61);
  for (const auto& [name, penalty] :
       {Named{"l1", {.l1 = 0.3}}, Named{"l2", {.l2 = 0.3}}, Named{"l1 and l2", {.l1 = 0.2, .l2 = 0.1}},
        Named{"rows", {.orthogonal = 0.5}}, Named{"columns", {.orthogonal = 0.5, .orthogonal_columns = true}},
        Named{"all", {.l1 = 0.1, .l2 = 0.1, .orthogonal = 0.5}}}) {
    Chain chain(7);
    chain.dense(18, {.kernel_penalty = penalty})
        .activation(Activation::kTanh)
        .dense(5, {.kernel_penalty = penalty});
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), name);
  }
}

TEST(Gradients, OfEveryPenaltyOfABias) {
  const Data data(6, 7, 5, 67);
  for (const auto& [name, penalty] : {Named{"l1", {.l1 = 0.3}}, Named{"l2", {.l2 = 0.3}}}) {
    Chain chain(7);
    chain.dense(18, {.bias_penalty = penalty})
        .activation(Activation::kTanh)
        .dense(5, {.bias_penalty = penalty});
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), name);
  }
}

TEST(Gradients, OfADeepChainOfEverythingUnderEveryLoss) {
  const Data data(6, 7, 5, 71);
  for (const LossSpec& loss :
       {LossSpec{Loss::kSparseCategoricalCrossentropy, true, 0.1},
        LossSpec{Loss::kCategoricalCrossentropy, true, 0}, LossSpec{Loss::kBinaryCrossentropy, true, 0.2},
        LossSpec{Loss::kMeanSquaredError, false, 0}, LossSpec{Loss::kMeanAbsoluteError, false, 0}}) {
    const Chain chain = deep(7);
    const bool labels = loss.loss == Loss::kSparseCategoricalCrossentropy;
    expect_gradients(chain.graph, loss, data.batch(0, 6, labels, true),
                     "loss " + std::to_string(static_cast<int>(loss.loss)));
  }
}

// |a - b| relative to the largest |b| of the array.
double largest_difference(std::span<const float> a, std::span<const double> b) {
  double largest = 0;
  double difference = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    largest = std::max(largest, std::fabs(b[i]));
    difference = std::max(difference, std::fabs(static_cast<double>(a[i]) - b[i]));
  }
  return difference / largest;
}

TEST(Gradients, InFloatAreThoseInDoubleForEveryInstructionSet) {
  const Data data(32, 70, 5, 73);
  const LossSpec loss{Loss::kSparseCategoricalCrossentropy, true, 0.1};
  const Chain chain = deep(70);
  Network<double> wanted(chain.graph, keeping_gradients(32, loss));
  wanted.pass.batch = data.batch(0, 32, true, true);
  wanted.run_alone();
  for (const runtime::Isa isa : runtime::available_isas()) {
    SCOPED_TRACE(std::string(runtime::name(isa)));
    Network<float> net(chain.graph, keeping_gradients(32, loss));
    net.pass.kernels = &kernels::table_for(isa);
    net.pass.batch = data.batch(0, 32, true, true);
    net.run_alone();
    // Sums of at most 70 products of floats, each rounded to 6e-8, one after another.
    constexpr double kTolerance = 1e-5;
    EXPECT_LE(largest_difference(net.output(), wanted.output()), kTolerance);
    EXPECT_NEAR(net.loss(), wanted.loss(), kTolerance * wanted.loss());
    for (std::size_t i = 0; i < net.plan.weights().all().size(); ++i) {
      const auto& weight = *net.plan.weights().all()[i];
      EXPECT_LE(largest_difference(weight.gradient.span(), wanted.plan.weights().all()[i]->gradient.span()),
                kTolerance)
          << weight.parameter->name();
    }
  }
}

TEST(Gradients, OfDoubledDataAreTheSame) {
  const Data data(6, 7, 5, 79);
  std::vector<std::uint32_t> twice = {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5};
  Chain chain(7);
  chain.dense(18, {.kernel_penalty = {.l2 = 0.1}})
      .activation(Activation::kSelu)
      .activity_penalty({.l2 = 0.1})
      .dense(5);
  Network<double> once(chain.graph, keeping_gradients(12));
  once.pass.batch = data.batch(0, 6, false);
  once.run_alone();
  Network<double> doubled(chain.graph, keeping_gradients(12));
  doubled.pass.batch = data.batch(0, 6, false);
  doubled.pass.batch.index = doubled.pass.batch.row_ids = twice.data();
  doubled.pass.batch.rows = 12;
  doubled.run_alone();
  EXPECT_NEAR(once.loss(), doubled.loss(), 1e-14);  // another number of summands, each rounded to 1e-16
  for (std::size_t w = 0; w < 4; ++w)
    for (std::size_t i = 0; i < once.plan.weights().all()[w]->gradient.size(); ++i)
      EXPECT_NEAR(once.plan.weights().all()[w]->gradient[i], doubled.plan.weights().all()[w]->gradient[i],
                  1e-14);
}

}  // namespace
}  // namespace regulus::plan::testing
