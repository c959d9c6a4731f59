// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/golden.h"
#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::ConstraintArgs;
using kernels::ConstraintKind;
using kernels::kPanel;

ConstraintArgs<float> args_of(const nlohmann::json& json) {
  const auto name = json.at("class_name").get<std::string>();
  const auto number = [&](const char* key) { return json.at("config").at(key).get<float>(); };
  if (name == "MaxNorm") return {ConstraintKind::kMaxNorm, 0, number("max_value"), 1};
  if (name == "MinMaxNorm")
    return {ConstraintKind::kMinMaxNorm, number("min_value"), number("max_value"), number("rate")};
  if (name == "UnitNorm") return {ConstraintKind::kUnitNorm, 0, 0, 1};
  return {ConstraintKind::kNonNeg, 0, 0, 1};
}

// A panel knows norms over axis 0 of a kernel only; other axes are the plan's.
bool is_of_a_panel(const nlohmann::json& json) {
  if (json.at("w").at("shape").size() != 2) return false;
  const auto& config = json.at("config");
  return !config.contains("axis") || config.at("axis") == 0;
}

TEST(Constraints, AreThoseOfKeras) {
  int found = 0;
  for (const auto& json : testing::golden("constraints.json").at("cases")) {
    if (!is_of_a_panel(json)) continue;
    ++found;
    const Tensor w = testing::tensor(json.at("w"));
    const std::int64_t inputs = w.shape()[0];
    const std::int64_t units = w.shape()[1];
    testing::Guarded<float> packed(inputs * kPanel);
    kernels::pack(w.data(), inputs, units, packed.data());
    kernels::reference_table<float>().constrain_panel(packed.data(), inputs, args_of(json));
    Tensor out(w.shape());
    kernels::unpack(packed.data(), inputs, units, out.data());
    // A norm of seven squares, a quotient and a product in float32, in an order of their own.
    testing::expect_close(out, testing::tensor(json.at("out")), 1e-6, 0, json.at("name").get<std::string>());
    for (std::int64_t k = 0; k < inputs; ++k)
      for (std::int64_t lane = units; lane < kPanel; ++lane) EXPECT_EQ(packed[k * kPanel + lane], 0);
  }
  EXPECT_GE(found, 5);
}

TEST(Constraints, NoneChangesNothing) {
  testing::Guarded<float> w(kPanel, -3.0f);
  kernels::reference_table<float>().constrain_panel(w.data(), 1, {});
  EXPECT_EQ(w[0], -3.0f);
}

TEST(Constraints, ANanIsNotHidden) {
  for (const ConstraintKind kind : {ConstraintKind::kMaxNorm, ConstraintKind::kMinMaxNorm,
                                    ConstraintKind::kUnitNorm, ConstraintKind::kNonNeg}) {
    testing::Guarded<float> w(kPanel, std::nanf(""));
    kernels::reference_table<float>().constrain_panel(w.data(), 1, {kind, 0, 1, 1});
    EXPECT_TRUE(std::isnan(w[0])) << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace regulus
