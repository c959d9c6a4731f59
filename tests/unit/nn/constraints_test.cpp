// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/constraints.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/golden.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;

TEST(Constraints, FollowKeras) {
  for (const auto& json : golden("constraints.json").at("cases")) {
    const Constraint constraint =
        Constraint::from_config(json.at("class_name").get<std::string>(), testing::value(json.at("config")));
    const double relative = 5e-7;  // the norm is a float32 sum of up to 35 squares, in another order
    expect_close(constraint(tensor(json.at("w"))), tensor(json.at("out")), relative, 0,
                 json.at("name").get<std::string>());
  }
}

TEST(Constraints, NegativeAxesCountFromTheEnd) {
  const Tensor w({2, 3}, {3, 4, 5, 6, 7, 8});
  EXPECT_EQ(unit_norm({.axis = -1})(w), unit_norm({.axis = 1})(w));
  EXPECT_EQ(unit_norm({.axis = {-2, -1}})(w), unit_norm({.axis = {0, 1}})(w));
  EXPECT_EQ(max_norm(1, {.axis = -1}).spec_for(1).axes, std::vector<int>{0});
}

TEST(Constraints, LeaveAZeroColumnZero) {
  const Tensor w({2, 2}, {0, 3, 0, 4});
  for (const Constraint& c : {max_norm(1), min_max_norm(), unit_norm()}) {
    const Tensor out = c(w);
    EXPECT_EQ(out.at({0, 0}), 0) << c.class_name();
    EXPECT_EQ(out.at({1, 0}), 0) << c.class_name();
    // Norm 5 becomes 1 but for the epsilon of 1e-7 in the denominator, and three roundings.
    EXPECT_NEAR(std::hypot(out.at({0, 1}), out.at({1, 1})), 1, 3e-7) << c.class_name();
  }
}

TEST(Constraints, IdentifiersAndFunctionsHaveKerasDefaults) {
  EXPECT_EQ(Constraint("max_norm").config(), Value(Value::Dict{{"max_value", 2.0}, {"axis", 0}}));
  EXPECT_EQ(Constraint("MinMaxNorm").config(),
            Value(Value::Dict{{"min_value", 0.0}, {"max_value", 1.0}, {"rate", 1.0}, {"axis", 0}}));
  EXPECT_EQ(Constraint("unit_norm").config(), Value(Value::Dict{{"axis", 0}}));
  EXPECT_EQ(Constraint("non_neg").config(), Value(Value::Dict{}));
  EXPECT_EQ(max_norm().config(), Constraint("MaxNorm").config());
  EXPECT_EQ(min_max_norm().config(), Constraint("min_max_norm").config());
  EXPECT_EQ(unit_norm().config(), Constraint("UnitNorm").config());
  EXPECT_EQ(non_neg().class_name(), Constraint("NonNeg").class_name());
}

TEST(Constraints, ConfigsComeBack) {
  for (const Constraint& c : {max_norm(0.5, {.axis = {0, 1}}), max_norm(3, {.axis = -1}),
                              min_max_norm({.min_value = 0.5, .max_value = 2, .rate = 0.3, .axis = 1}),
                              unit_norm({.axis = {0, 1}}), non_neg()}) {
    const Constraint again = Constraint::from_config(c.class_name(), c.config());
    EXPECT_EQ(again.class_name(), c.class_name());
    EXPECT_EQ(again.config(), c.config());
  }
  EXPECT_EQ(max_norm(0.5, {.axis = {0, 1}}).config().at("axis"), Value(Value::List{0, 1}));
}

TEST(Constraints, DefaultIsNone) {
  const Tensor w({2}, {1, -2});
  EXPECT_TRUE(Constraint().none());
  EXPECT_TRUE(Constraint().config().is_null());
  EXPECT_EQ(Constraint()(w), w);
  EXPECT_EQ(non_neg()(w), Tensor({2}, {1, 0}));
}

TEST(Constraints, SayWhatIsWrong) {
  expect_error<ConfigError>([] { max_norm(-1); }, "MaxNorm: max_value must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { max_norm(INFINITY); },
                            "MaxNorm: max_value must be finite and >= 0, got inf.");
  expect_error<ConfigError>([] { min_max_norm({.min_value = 2, .max_value = 1}); },
                            "MinMaxNorm: max_value must be finite and >= min_value 2, got 1.");
  expect_error<ConfigError>([] { min_max_norm({.min_value = -1}); },
                            "MinMaxNorm: min_value must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { min_max_norm({.rate = 1.5}); },
                            "MinMaxNorm: rate must be in [0, 1], got 1.5.");
  expect_error<ConfigError>([] { unit_norm({.axis = {1, 1}}); }, "UnitNorm: axis names 1 twice.");
  expect_error<ConfigError>([] { unit_norm({.axis = Axes(std::initializer_list<int>{})}); },
                            "UnitNorm: axis must name at least one axis.");
  expect_error<ConfigError>(
      [] {
        unit_norm({.axis = {0, -2}})(Tensor(Shape{2, 2}));
      },
      "UnitNorm: axis names 0 twice.");
  expect_error<ConfigError>([] { unit_norm({.axis = 1})(Tensor(Shape{2})); },
                            "UnitNorm: axis 1 does not exist in a weight of rank 1.");
  expect_error<ConfigError>(
      [] {
        unit_norm({.axis = -3})(Tensor(Shape{2, 2}));
      },
      "UnitNorm: axis -3 does not exist in a weight of rank 2.");
  expect_error<ConfigError>([] { Constraint("max_nrom"); },
                            "Constraint: \"max_nrom\" is not known. Did you mean \"max_norm\"?");
  expect_error<ConfigError>(
      [] {
        Constraint::from_config("MaxNorm", Value::Dict{{"axis", "first"}});
      },
      "MaxNorm: axis must be an integer or a list of integers, got \"first\".");
  expect_error<ConfigError>(
      [] {
        Constraint::from_config("MaxNorm", Value::Dict{{"axis", Value::List{0.5}}});
      },
      "MaxNorm: axis must be an integer or a list of integers, got 0.5.");
  expect_error<ConfigError>(
      [] {
        Constraint::from_config("NonNeg", Value::Dict{{"axis", 0}});
      },
      "NonNeg: the config key \"axis\" is not known.");
}

}  // namespace
}  // namespace regulus
