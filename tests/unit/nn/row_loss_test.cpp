// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/row_loss.h"

#include <gtest/gtest.h>

#include "regulus/nn/losses.h"
#include "support/golden.h"

namespace regulus {
namespace {

TEST(RowLoss, FollowsKerasRowByRow) {
  for (const auto& json : testing::golden("losses.json").at("cases")) {
    if (json.contains("through")) continue;
    const Loss loss =
        Loss::from_config(json.at("class_name").get<std::string>(), testing::value(json.at("config")));
    const Tensor p = testing::tensor(json.at("y_pred"));
    const Tensor t = testing::tensor(json.at("y_true"));
    const std::int64_t units = p.shape()[1];
    RowLoss row_loss(loss.spec(), units);
    Tensor found(Shape{p.shape()[0]});
    for (std::int64_t r = 0; r < p.shape()[0]; ++r) {
      const auto label = static_cast<std::int32_t>(t.data()[r]);
      const float* targets = loss.takes_labels() ? nullptr : t.data() + r * units;
      found.data()[r] =
          static_cast<float>(row_loss(p.data() + r * units, loss.takes_labels() ? label : 0, targets));
    }
    const double relative = 1e-6, absolute = 2e-7;  // float32 logarithms and sums of 5 terms
    testing::expect_close(found, testing::tensor(json.at("per_sample")), relative, absolute,
                          json.at("name").get<std::string>());
  }
}

TEST(RowLoss, TakesPredictionsFromAnywhere) {
  std::vector<float> values{0, 0.25f, 0.75f};
  RowLoss loss({kernels::Loss::kMeanSquaredError, false, 0}, 2);
  const float targets[] = {0.0f, 1.0f};
  EXPECT_EQ(loss(values.data() + 1, 0, targets), 0.0625);
}

}  // namespace
}  // namespace regulus
