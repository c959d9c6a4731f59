// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "support/golden.h"
#include "unit/kernels/loss_case.h"

namespace regulus::testing {

/// A case of tests/golden/losses.json as a kernel is called for it; the rows of the data set are
/// stored backwards, so that `index` matters.
template <class T>
LossCase<T> golden_loss(const nlohmann::json& json, kernels::Loss loss) {
  const bool through = json.contains("through");
  const Tensor prediction = tensor(json.at(through ? "logits" : "y_pred"));
  LossCase<T> c{loss, prediction.shape()[0], prediction.shape()[1], false, 0, {}, {}, {}, {}, {}};
  c.from_logits = through || json.at("config").value("from_logits", false);
  c.label_smoothing = static_cast<T>(json.at("config").value("label_smoothing", 0.0));
  for (std::int64_t i = 0; i < prediction.size(); ++i) c.prediction.push_back(prediction.data()[i]);
  const bool sparse = loss == kernels::Loss::kSparseCategoricalCrossentropy;
  const std::vector<std::int32_t> labels =
      sparse ? testing::labels(json.at("y_true")) : std::vector<std::int32_t>();
  const Tensor targets = sparse ? Tensor() : tensor(json.at("y_true"));
  for (std::int64_t r = c.rows; r-- > 0;) {
    if (sparse) c.labels.push_back(labels[static_cast<std::size_t>(r)]);
    for (std::int64_t i = 0; !sparse && i < c.units; ++i)
      c.targets.push_back(targets.data()[r * c.units + i]);
  }
  for (std::int64_t r = 0; r < c.rows; ++r) c.index.push_back(static_cast<std::uint32_t>(c.rows - 1 - r));
  return c;
}

/// Loss of each row and gradients, without and with sample weights, against Keras's.
template <class T>
void check_golden_loss(const nlohmann::json& json, kernels::Loss loss) {
  LossCase<T> c = golden_loss<T>(json, loss);
  const auto name = json.at("name").get<std::string>();
  const Tensor weights = tensor(json.at("sample_weight"));
  for (const bool weighted : {false, true}) {
    c.row_scale.clear();
    for (std::int64_t r = 0; r < c.rows; ++r)
      c.row_scale.push_back(static_cast<T>(weighted ? weights.data()[r] : 1.0f) / static_cast<T>(c.rows));
    const LossResult<T> result = run_loss(kernels::reference_table<T>(), c);
    Tensor row_loss(Shape{c.rows});
    Tensor gradient(Shape{c.rows, c.units});
    const std::int64_t stride = kernels::padded(c.units);
    for (std::int64_t r = 0; r < c.rows; ++r) {
      row_loss.data()[r] = static_cast<float>(result.row_loss[r]);
      for (std::int64_t i = 0; i < stride; ++i) {
        if (i < c.units) {
          gradient.data()[r * c.units + i] = static_cast<float>(result.gradient[r * stride + i]);
        } else {
          EXPECT_EQ(result.gradient[r * stride + i], T{0}) << name << ": padding";
        }
      }
    }
    // Both sides round float32 terms of size 1 about ten times; TensorFlow's own sums take another order.
    expect_close(row_loss, tensor(json.at("per_sample")), 1e-6, 3e-7, name);
    const std::string key =
        std::string(weighted ? "weighted_" : "") + (json.contains("through") ? "dlogits" : "dy_pred");
    expect_close(gradient, tensor(json.at(key)), 2e-6, 1e-7, name + " " + key);
  }
}

template <class T>
void check_golden_losses(const std::string& class_name, kernels::Loss loss) {
  int found = 0;
  for (const auto& json : golden("losses.json").at("cases")) {
    if (json.at("class_name") != class_name) continue;
    check_golden_loss<T>(json, loss);
    ++found;
  }
  EXPECT_GT(found, 0) << class_name;
}

/// The gradient against central differences of sum of row_scale * row_loss, in double.
inline void check_gradient(const LossCase<double>& c) {
  constexpr double kStep = 1e-5;  // truncation about step^2, rounding about 1e-16 / step
  const auto value = [](const LossCase<double>& at) {
    const LossResult<double> result = run_loss(kernels::reference_table<double>(), at);
    double sum = 0;
    for (std::int64_t r = 0; r < at.rows; ++r)
      sum += at.row_scale[static_cast<std::size_t>(r)] * result.row_loss[r];
    return sum;
  };
  const LossResult<double> result = run_loss(kernels::reference_table<double>(), c);
  for (std::int64_t r = 0; r < c.rows; ++r)
    for (std::int64_t i = 0; i < c.units; ++i) {
      const auto at = static_cast<std::size_t>(r * c.units + i);
      LossCase<double> up = c;
      LossCase<double> down = c;
      up.prediction[at] += kStep;
      down.prediction[at] -= kStep;
      const double wanted = (value(up) - value(down)) / (2 * kStep);
      EXPECT_NEAR(result.gradient[r * kernels::padded(c.units) + i], wanted, 1e-8 * (1 + std::fabs(wanted)))
          << "row " << r << " unit " << i;  // see kStep
    }
}

/// A random case; predictions lie in (0.05, 0.95), or are logits or values around 0.
inline LossCase<double> random_loss(kernels::Loss loss, std::int64_t units, bool probabilities,
                                    double smoothing) {
  LossCase<double> c{loss, 4,  units, !probabilities, smoothing,
                     {},   {}, {},    {0, 2, 1, 2},   {0.25, 0.5, 0.0, 2.0}};
  for (std::int64_t i = 0; i < c.rows * units; ++i) {
    const double x = number_at(1, i);
    c.prediction.push_back(probabilities ? 0.5 + 0.15 * x : x);
  }
  for (std::int64_t i = 0; i < 3; ++i) c.labels.push_back(static_cast<std::int32_t>(i * 3 % units));
  for (std::int64_t i = 0; i < 3 * units; ++i) c.targets.push_back(0.5f + number_at(2, i) / 6);
  return c;
}

}  // namespace regulus::testing
