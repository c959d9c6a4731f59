// SPDX-License-Identifier: Apache-2.0
// Whole training runs beside those of real Keras: equal start weights, equal batches, no dropout.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "regulus/nn/regularizers.h"
#include "regulus/optim/optimizer.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::golden;
using testing::tensor;
using testing::tensors;
using Json = nlohmann::json;

// The largest difference, measured by the largest weight of the array.
double distance(const Tensor& found, const Tensor& wanted) {
  double difference = 0;
  double largest = 0;
  for (std::size_t i = 0; i < wanted.values().size(); ++i) {
    difference = std::max(difference, std::fabs(double{found.values()[i]} - double{wanted.values()[i]}));
    largest = std::max(largest, std::fabs(double{wanted.values()[i]}));
  }
  return difference / largest;
}

Dataset rows_of(const Tensor& x, const std::vector<std::int32_t>& y, const Json& rows) {
  std::vector<float> values;
  std::vector<std::int32_t> labels;
  const std::int64_t width = x.shape()[1];
  for (const Json& each : rows) {
    const auto row = each.get<std::int64_t>();
    values.insert(values.end(), x.data() + row * width, x.data() + (row + 1) * width);
    labels.push_back(y[static_cast<std::size_t>(row)]);
  }
  return {Tensor({static_cast<std::int64_t>(labels.size()), width}, std::move(values)), std::move(labels)};
}

TEST(GoldenRun, TwoHundredStepsWithPenaltyAndConstraint) {
  const Json file = golden("training_run.json");
  const Tensor x = tensor(file["data"]["x"]);
  const std::vector<std::int32_t> y = testing::labels(file["data"]["y"]);
  for (const Json& c : file["cases"]) {
    SCOPED_TRACE(c["name"].get<std::string>());
    Sequential model(
        {Dense({.units = 24, .activation = "selu", .kernel_regularizer = l2(1e-4), .input_shape = {36}}),
         Dense({.units = 12, .activation = "elu", .kernel_constraint = max_norm(1.0)}),
         Dense({.units = 5, .activation = "softmax"})});
    model.set_weights(tensors(c["initial"]));
    model.compile({.optimizer = OptimizerPtr::from_config(c["class_name"], testing::value(c["config"])),
                   .loss = "sparse_categorical_crossentropy"});
    for (std::size_t step = 0; step < file["data"]["batches"].size(); ++step) {
      const Logs logs = model.train_on_batch(rows_of(x, y, file["data"]["batches"][step]));
      const double wanted = c["losses"][step].get<double>();
      ASSERT_NEAR(logs["loss"], wanted, 1e-5 * std::max(1.0, wanted)) << "step " << step + 1;
      const Json::const_iterator after = c.find("weights_after_" + std::to_string(step + 1));
      if (after == c.end()) continue;
      const std::vector<Tensor> found = model.get_weights();
      const std::vector<Tensor> wanted_weights = tensors(*after);
      // What the milestone asks: 1e-5 of the array's largest weight after 200 steps.
      for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_LE(distance(found[i], wanted_weights[i]), 1e-5)
            << "weight " << i << " after step " << step + 1;
    }
  }
}

std::uint64_t splitmix64(std::uint64_t s) {
  s += 0x9E3779B97F4A7C15u;
  s = (s ^ (s >> 30)) * 0xBF58476D1CE4E5B9u;
  s = (s ^ (s >> 27)) * 0x94D049BB133111EBu;
  return s ^ (s >> 31);
}

// The golden script's uniform numbers.
double u(std::uint64_t stream, std::uint64_t i) {
  return static_cast<double>(splitmix64((stream << 32) + i) >> 40) * 0x1p-24;
}

// The notebook's network at full size. Labels are noise and Nadam's first steps divide tiny gradients
// by their own size, so float32 itself wanders: Keras's run in float64 stored beside says how far.
TEST(GoldenRun, NotebookNetworkForTwoHundredSteps) {
  const Json c = golden("notebook_run.json")["cases"][0];
  const int steps = c["steps"];
  const int batch = c["batch"];
  const int rows = steps * batch;
  std::vector<float> x(static_cast<std::size_t>(rows) * 784);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(u(1, i));
  std::vector<std::int32_t> labels;
  for (int r = 0; r < rows; ++r)
    labels.push_back(static_cast<std::int32_t>(u(2, static_cast<std::uint64_t>(r)) * 10));
  ASSERT_EQ(x[7], c["x_first"][7].get<float>());
  ASSERT_EQ(labels[7], c["labels_first"][7].get<int>());
  const Dataset data(Tensor({rows, 784}, std::move(x)), std::move(labels));

  Sequential model({Dense({.units = 300, .activation = "selu", .input_shape = {784}}),
                    Dense({.units = 100, .activation = "selu"}),
                    Dense({.units = 10, .activation = "softmax"})});
  std::vector<Tensor> initial = model.get_weights();
  for (std::size_t k = 0; k < 3; ++k) {
    Tensor& kernel = initial[2 * k];
    const double spread = 2 * std::sqrt(3.0 / static_cast<double>(kernel.shape()[0]));
    for (std::int64_t i = 0; i < kernel.size(); ++i)
      kernel.data()[i] = static_cast<float>((u(3 + k, static_cast<std::uint64_t>(i)) - 0.5) * spread);
  }
  model.set_weights(initial);
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy"});
  double ours = 0;
  double keras = 0;
  for (int step = 0; step < steps; ++step) {
    const auto at = static_cast<std::size_t>(step);
    const double loss = model.train_on_batch(data.slice(step * batch, (step + 1) * batch))["loss"];
    const double exact = c["losses_float64"][at].get<double>();
    if (step < 20) {  // later, rounding alone moves the loss
      EXPECT_NEAR(loss, c["losses"][at].get<double>(), 2e-5 * exact) << "step " << step + 1;
    }
    ours = std::max(ours, std::fabs(loss - exact));
    keras = std::max(keras, std::fabs(c["losses"][at].get<double>() - exact));
  }
  EXPECT_LE(ours, 3 * keras);  // no further from the exact run than float32 Keras is, within chance
}

}  // namespace
}  // namespace regulus
