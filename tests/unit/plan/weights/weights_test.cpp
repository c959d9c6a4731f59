// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/weights.h"

#include "support/golden.h"
#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using regulus::testing::golden;

Penalty penalty_of(const nlohmann::json& item) {
  const auto& config = item.at("config");
  return {.l1 = config.value("l1", 0.0),
          .l2 = config.value("l2", 0.0),
          .orthogonal = config.value("factor", 0.0),
          .orthogonal_columns = config.value("mode", "rows") == "columns"};
}

TEST(WeightSet, BindsAParameterOnce) {
  const auto a = parameter("a", Shape{3, 20}, 1, 1);
  const auto b = parameter("b", Shape{3, 20}, 2, 1);
  WeightSet<float> set;
  EXPECT_FALSE(set.contains(a));
  Weight<float>* first = set.bind(a);
  EXPECT_TRUE(set.contains(a));
  EXPECT_NE(set.bind(b), first);
  EXPECT_EQ(set.bind(a), first);
  EXPECT_EQ(set.all().size(), 2u);
}

TEST(WeightSet, SharesFloatsAndCopiesDoubles) {
  const auto p = parameter("p", Shape{3, 20}, 1, 1);
  WeightSet<float> floats;
  EXPECT_EQ(floats.bind(p)->values, p->packed());
  WeightSet<double> doubles;
  const double* copy = doubles.bind(p)->values;
  for (std::int64_t i = 0; i < p->packed_size(); ++i) EXPECT_EQ(copy[i], static_cast<double>(p->packed()[i]));
}

TEST(Weight, PenaltyIsKeras) {
  for (const auto& item : golden("regularizers.json").at("cases")) {
    const Tensor w = regulus::testing::tensor(item.at("w"));
    auto p = std::make_shared<Parameter>("w", w.shape(), penalty_of(item));
    p->assign(w);
    const double wanted = regulus::testing::number(item.at("penalty"));
    WeightSet<float> floats;
    EXPECT_NEAR(penalty_now(*floats.bind(p)), wanted, 2e-6 * wanted) << item.at("name");  // sums in float
    WeightSet<double> doubles;
    EXPECT_NEAR(penalty_now(*doubles.bind(p)), wanted, 1e-6 * wanted)
        << item.at("name");  // sums in float in Keras
  }
}

TEST(Weight, PenaltyOfATrainingPassIsThatBeforeItsUpdate) {
  Chain chain(7);
  const Penalty all{.l1 = 0.1, .l2 = 0.2, .orthogonal = 0.3};
  chain.dense(20, {.kernel_penalty = all, .bias_penalty = {.l1 = 0.1, .l2 = 0.2}})
      .dense(5, {.kernel_penalty = {.orthogonal = 0.3, .orthogonal_columns = true}});
  const Data data(6, 7, 5, 53);
  Slots<float> slots;
  Network<float> net(chain.graph, training(6, {}, {kernels::UpdateRule::kSgd, 0, false}), 1, &slots);
  net.pass.batch = data.batch(0, 6, false);
  net.pass.update.coefficients[0] = 0.1f;
  const double before = net.plan.current_weight_penalty();
  EXPECT_GT(before, 0);
  net.run_alone();
  EXPECT_EQ(net.plan.weight_penalty(), before);
  EXPECT_NE(net.plan.current_weight_penalty(), before);
}

}  // namespace
}  // namespace regulus::plan::testing
