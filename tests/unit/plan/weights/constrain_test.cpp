// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/constrain.h"

#include <map>

#include "support/golden.h"
#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using kernels::ConstraintKind;
using regulus::testing::expect_close;
using regulus::testing::golden;

Constraint constraint_of(const nlohmann::json& item) {
  static const std::map<std::string, ConstraintKind> kinds = {{"MaxNorm", ConstraintKind::kMaxNorm},
                                                              {"MinMaxNorm", ConstraintKind::kMinMaxNorm},
                                                              {"UnitNorm", ConstraintKind::kUnitNorm},
                                                              {"NonNeg", ConstraintKind::kNonNeg}};
  const auto& config = item.at("config");
  Constraint c;
  c.kind = kinds.at(item.at("class_name"));
  c.min_value = config.value("min_value", 0.0);
  c.max_value = config.value("max_value", 0.0);
  c.rate = config.value("rate", 1.0);
  if (config.contains("axis"))
    c.axes = config.at("axis").is_array() ? config.at("axis").get<std::vector<int>>()
                                          : std::vector<int>{config.at("axis").get<int>()};
  return c;
}

TEST(Constrain, GivesWhatKerasGives) {
  for (const auto& item : golden("constraints.json").at("cases")) {
    const Tensor w = regulus::testing::tensor(item.at("w"));
    Parameter p("w", w.shape(), {}, constraint_of(item));
    p.assign(w);
    constrain(p.packed(), p);
    // Keras adds the squares in float.
    expect_close(p.value(), regulus::testing::tensor(item.at("out")), 1e-6, 0, item.at("name"));
  }
}

TEST(Constrain, DoesTheSameToUnitsInGroups) {
  for (const std::vector<int>& axes : {std::vector<int>{0, 1}, {0}, {2}, {0, 1, 2}}) {
    const Constraint constraint{.kind = ConstraintKind::kUnitNorm, .axes = axes};
    const Shape shape{2, 3, 36};
    Parameter plain("w", shape, {}, constraint), grouped("w", shape, {}, constraint, true, {.groups = 2});
    for (Parameter* p : {&plain, &grouped}) {
      p->assign(Tensor(shape, normals(1, shape.size())));
      constrain(p->packed(), *p);
    }
    EXPECT_EQ(grouped.value(), plain.value());
  }
}

// The same through a step that changes nothing else: a learning rate of zero. Whether a kernel is
// constrained panel by panel, across panels or as a vector is the plan's business.
TEST(Constrain, ActsAfterTheUpdateOfAPlan) {
  for (const bool whole_gradient : {false, true})
    for (const auto& item : golden("constraints.json").at("cases")) {
      const Tensor w = regulus::testing::tensor(item.at("w"));
      const bool vector = w.shape().rank() == 1;
      const std::int64_t units = w.shape().back();
      const std::int64_t inputs = vector ? 2 : w.size() / units;
      auto kernel = std::make_shared<Parameter>("kernel", vector ? Shape{inputs, units} : w.shape(),
                                                Penalty{}, vector ? Constraint{} : constraint_of(item));
      auto bias = std::make_shared<Parameter>("bias", Shape{units}, Penalty{},
                                              vector ? constraint_of(item) : Constraint{});
      (vector ? bias : kernel)->assign(w);
      Graph graph(Shape{inputs});
      graph.add<DenseStep>(DenseSpec{"dense", kernel, bias});
      const Data data(3, inputs, units, 5);
      Slots<float> slots;
      Network<float> net(graph, training(3, {}, {kernels::UpdateRule::kSgd, 0, whole_gradient}), 1, &slots);
      net.pass.batch = data.batch(0, 3, false);
      net.run_alone();
      expect_close((vector ? bias : kernel)->value(), regulus::testing::tensor(item.at("out")), 1e-6, 0,
                   item.at("name"));  // Keras adds the squares in float
    }
}

TEST(Constrain, WorksPanelByPanelOnlyForNormsOverAKernelsInputs) {
  const auto by_panel = [](const Shape& shape, ConstraintKind kind, std::vector<int> axes) {
    return constrains_panels(Parameter("w", shape, {}, {.kind = kind, .axes = std::move(axes)}));
  };
  EXPECT_TRUE(by_panel(Shape{2, 3}, ConstraintKind::kMaxNorm, {0}));
  EXPECT_TRUE(by_panel(Shape{2, 3}, ConstraintKind::kMaxNorm, {-2}));
  EXPECT_FALSE(by_panel(Shape{2, 3}, ConstraintKind::kMaxNorm, {1}));
  EXPECT_FALSE(by_panel(Shape{2, 3}, ConstraintKind::kUnitNorm, {0, 1}));
  EXPECT_FALSE(by_panel(Shape{3}, ConstraintKind::kUnitNorm, {0}));
  EXPECT_TRUE(by_panel(Shape{3}, ConstraintKind::kNonNeg, {0}));
}

}  // namespace
}  // namespace regulus::plan::testing
