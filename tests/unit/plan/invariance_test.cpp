// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <thread>

#include "regulus/runtime/isa.h"
#include "unit/plan/network.h"

// The same bits for any number of threads, any instruction set, fused or not.

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using kernels::ConstraintKind;
using kernels::Loss;
using kernels::UpdateRule;

constexpr std::int64_t kBatch = 32;
constexpr std::int64_t kSteps = 20;

struct Training {
  UpdateRule rule = UpdateRule::kNadam;
  int num_slots = 2;
  std::array<float, kernels::kMaxCoefficients> coefficients = {0.02f, 0.1f, 0.001f, 1e-7f, 0.9f, 0.2f, 1.5f};
  double clipnorm = 0;
  double global_clipnorm = 0;
  double clipvalue = 0;
  float decay = 0;
  LossSpec loss = {Loss::kSparseCategoricalCrossentropy, false, 0.1};
};

const Training kPlain;
const Training kTrainings[] = {
    kPlain,
    {.clipnorm = 0.3, .decay = 0.001f},
    {.global_clipnorm = 0.5},
    {.clipvalue = 0.01, .decay = 0.001f, .loss = {Loss::kCategoricalCrossentropy, false, 0}},
    {.rule = UpdateRule::kRmspropCenteredMomentum,
     .num_slots = 3,
     .coefficients = {0.01f, 0.9f, 0.1f, 1e-7f, 0.9f},
     .loss = {Loss::kBinaryCrossentropy, false, 0}},
    {.rule = UpdateRule::kNesterov,
     .num_slots = 1,
     .coefficients = {0.01f, 0.9f},
     .loss = {Loss::kMeanSquaredError, false, 0}},
};

// Several panels and tiles, none of them full; every penalty, constraint and kind of mask. With
// `apart`, idle steps keep activations and masks from joining the dense steps.
Chain everything(bool apart = false) {
  const Constraint columns{.kind = ConstraintKind::kMaxNorm, .max_value = 1};
  const Constraint whole{
      .kind = ConstraintKind::kMinMaxNorm, .min_value = 1, .max_value = 4, .rate = 0.5, .axes = {0, 1}};
  const Constraint vector{.kind = ConstraintKind::kMaxNorm, .max_value = 1};
  MaskSpec rows = dropout(0.2);
  rows.same_for_all_rows = true;
  Chain chain(70);
  const auto next = [&](Activation kind, MaskSpec mask) {
    if (apart) chain.identity();
    chain.activation(kind);
    if (apart) chain.identity();
    chain.mask(std::move(mask));
  };
  chain.mask(alpha_dropout(0.1));
  chain.dense(100, {.kernel_penalty = {.l1 = 1e-4, .l2 = 1e-3}, .kernel_constraint = columns});
  next(Activation::kSelu, alpha_dropout(0.2));
  chain.dense(37, {.kernel_penalty = {.orthogonal = 0.1, .orthogonal_columns = true},
                   .bias_penalty = {.l2 = 0.01},
                   .kernel_constraint = whole,
                   .bias_constraint = vector});
  next(Activation::kGelu, rows);
  chain.activity_penalty({.l1 = 1e-3, .orthogonal = 0.01});
  chain.dense(10).softmax();
  return chain;
}

struct Result {
  std::vector<float> weights;
  std::vector<float> slots;
  std::vector<double> losses;
};

Result train(const Training& t, runtime::Team& team, const kernels::Table<float>& kernels,
             bool apart = false) {
  const Data data((kSteps - 1) * kBatch + 13, 70, 10, 107);  // the last batch is partial
  const Chain chain = everything(apart);
  Slots<float> slots;
  const UpdateSpec update{t.rule, t.num_slots, t.clipnorm > 0 || t.global_clipnorm > 0};
  Network<float> net(chain.graph, training(kBatch, t.loss, update), team.size(), &slots);
  net.pass.kernels = &kernels;
  net.pass.update = {t.coefficients, t.decay, t.clipnorm, t.global_clipnorm, t.clipvalue};
  Result result;
  for (std::int64_t step = 0; step < kSteps; ++step) {
    const std::int64_t begin = step * kBatch;
    net.pass.batch = data.batch(begin, std::min(begin + kBatch, data.rows),
                                t.loss.loss == Loss::kSparseCategoricalCrossentropy, true);
    net.pass.draw = static_cast<std::uint32_t>(step);
    net.plan.run(team, net.workspace, net.pass);
    result.losses.push_back(net.loss());
  }
  result.weights = weights_of(net.plan);
  for (const auto& w : net.plan.weights().all())
    for (int s = 0; s < t.num_slots; ++s) {
      const float* slot = w->slots[static_cast<std::size_t>(s)];
      result.slots.insert(result.slots.end(), slot, slot + w->num_panels() * w->panel_size());
    }
  return result;
}

Result train(const Training& t, int threads, const kernels::Table<float>& kernels, bool apart = false) {
  runtime::Team team(threads);
  return train(t, team, kernels, apart);
}

void expect_same(const Result& found, const Result& wanted) {
  EXPECT_TRUE(same_bits(found.losses, wanted.losses));
  EXPECT_TRUE(same_bits(found.weights, wanted.weights));
  EXPECT_TRUE(same_bits(found.slots, wanted.slots));
}

class EveryTraining : public ::testing::TestWithParam<int> {
 protected:
  const Training& kind() const { return kTrainings[GetParam()]; }
  const kernels::Table<float>& active = kernels::active_table<float>();
};

TEST_P(EveryTraining, HasTheSameBitsForAnyNumberOfThreads) {
  const Result wanted = train(kind(), 1, active);
  EXPECT_LT(wanted.losses.back(), wanted.losses.front());
  for (const int threads : {2, 3, 4, 7}) {
    SCOPED_TRACE(threads);
    expect_same(train(kind(), threads, active), wanted);
  }
}

TEST_P(EveryTraining, HasTheSameBitsForEveryInstructionSet) {
  const Result wanted = train(kind(), 1, kernels::reference_table<float>());
  for (const runtime::Isa isa : runtime::available_isas()) {
    SCOPED_TRACE(std::string(runtime::name(isa)));
    expect_same(train(kind(), 1, kernels::table_for(isa)), wanted);
  }
}

TEST_P(EveryTraining, HasTheSameBitsFusedAndApart) {
  expect_same(train(kind(), 2, active, /*apart=*/true), train(kind(), 2, active));
}

// A team that is busy leaves the second caller to work alone.
TEST(SharedTeam, GivesTwoTrainingsAtOnceTheirBits) {
  const auto& active = kernels::active_table<float>();
  const Result wanted[] = {train(kTrainings[0], 1, active), train(kTrainings[2], 1, active)};
  Result found[2];
  runtime::Team team(3);
  std::thread other([&] { found[1] = train(kTrainings[2], team, active); });
  found[0] = train(kTrainings[0], team, active);
  other.join();
  expect_same(found[0], wanted[0]);
  expect_same(found[1], wanted[1]);
}

INSTANTIATE_TEST_SUITE_P(Trainings, EveryTraining, ::testing::Range(0, 6));

}  // namespace
}  // namespace regulus::plan::testing
