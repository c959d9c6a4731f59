// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/diagnose.h"

#include <gtest/gtest.h>

#include <limits>

#include "regulus/base/error.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

TEST(Diagnose, NamesTheFirstBadWeight) {
  Sequential model = testing::toy_model();
  std::vector<Tensor> weights = model.get_weights();
  weights[3].data()[0] = std::numeric_limits<float>::infinity();
  model.set_weights(weights);
  testing::expect_error<NumericError>([&] { model.train_on_batch(testing::toy_data(8)); },
                                      "train_on_batch: loss is not finite (first in \"dense_1\" bias). The "
                                      "weights before this step are kept. Try a "
                                      "smaller learning_rate (now 0.001).");
}

TEST(Diagnose, BlamesTheLearningRateWhenAllElseIsFinite) {
  Sequential model = testing::toy_model();
  model.optimizer().set_learning_rate(1e300);
  testing::expect_error<NumericError>([&] { model.train_on_batch(testing::toy_data(8)); },
                                      "train_on_batch: the update makes weights infinite or NaN (first in "
                                      "\"dense\" kernel). The weights before "
                                      "this step are kept. Try a smaller learning_rate (now 1e+300).");
}

}  // namespace
}  // namespace regulus
