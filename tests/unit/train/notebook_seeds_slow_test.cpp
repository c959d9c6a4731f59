// SPDX-License-Identifier: Apache-2.0
// The notebook's AlphaDropout net on real Fashion-MNIST over eight seeds, beside eight seeds of Keras
// (tests/golden/notebook_seeds.json): the means must not differ significantly.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "regulus/data/fashion_mnist.h"
#include "regulus/data/normalization.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

constexpr int kSeeds = 8;

struct Sample {
  std::vector<double> values;
  double mean() const {
    double sum = 0;
    for (const double v : values) sum += v;
    return sum / static_cast<double>(values.size());
  }
  double variance() const {
    double sum = 0;
    for (const double v : values) sum += (v - mean()) * (v - mean());
    return sum / static_cast<double>(values.size() - 1);
  }
};

double accuracy(const Tensor& p, std::span<const std::int32_t> labels) {
  const std::vector<std::int32_t> best = argmax(p);
  double right = 0;
  for (std::size_t i = 0; i < best.size(); ++i) right += best[i] == labels[i];
  return right / static_cast<double>(best.size());
}

double negative_log_likelihood(const Tensor& p, std::span<const std::int32_t> labels) {
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i)
    sum -= std::log(std::max(1e-7, double{p.at({static_cast<std::int64_t>(i), labels[i]})}));
  return sum / static_cast<double>(labels.size());
}

Sequential notebook_model(std::uint64_t seed) {
  Sequential model({Flatten({.input_shape = {28, 28}}), AlphaDropout({.rate = 0.2}),
                    Dense({.units = 300, .activation = "selu", .kernel_initializer = "lecun_normal"}),
                    AlphaDropout({.rate = 0.2}),
                    Dense({.units = 100, .activation = "selu", .kernel_initializer = "lecun_normal"}),
                    AlphaDropout({.rate = 0.2}), Dense({.units = 10, .activation = "softmax"})},
                   {.seed = seed});
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

TEST(NotebookSeeds, MeansAreThoseOfKeras) {
  if (!std::getenv("REGULUS_DATA")) GTEST_SKIP() << "REGULUS_DATA names no folder of Fashion-MNIST";
  const auto [train_full, test] =
      datasets::fashion_mnist::load_data({.allow_download = false, .allow_embedded = false});
  const auto [valid, train] = train_full.split_at(5000);
  const Normalization scaled = Normalization::fit(train, {.scale = 1.0 / 255});
  const nlohmann::json file = testing::golden("notebook_seeds.json");

  std::map<std::string, Sample> ours;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Sequential model = notebook_model(seed);
    const History history =
        model.fit(scaled(train), {.epochs = 2, .verbose = 0, .validation_data = scaled(valid)});
    const Tensor plain = model.predict(scaled(test));
    const McPrediction mc = model.predict_mc(scaled(test), {.samples = 100});
    ours["accuracy"].values.push_back(accuracy(plain, test.labels()));
    ours["mc_accuracy"].values.push_back(accuracy(mc.mean, test.labels()));
    ours["nll"].values.push_back(negative_log_likelihood(plain, test.labels()));
    ours["mc_nll"].values.push_back(negative_log_likelihood(mc.mean, test.labels()));
    double std_sum = 0;
    for (const float s : mc.std.values()) std_sum += double{s};
    ours["mean_mc_std"].values.push_back(std_sum / static_cast<double>(mc.std.size()));
    for (const char* name : {"accuracy", "loss", "val_accuracy", "val_loss"})
      for (std::size_t epoch = 0; epoch < 2; ++epoch)
        ours["epoch_" + std::to_string(epoch + 1) + "_" + name].values.push_back(history[name][epoch]);
  }
  ASSERT_EQ(ours.size(), file["summary"].size());
  for (const auto& [name, sample] : ours) {
    const double mean = file["summary"][name]["mean"];
    const double std = file["summary"][name]["std"];
    const double error = std::sqrt((sample.variance() + std * std) / kSeeds);
    const double t = (sample.mean() - mean) / error;
    std::printf("  %-22s regulus %.4f +- %.4f, Keras %.4f +- %.4f, t = %+.2f\n", name.c_str(), sample.mean(),
                std::sqrt(sample.variance()), mean, std, t);
    // Welch's t at about 14 degrees of freedom; 3.8 is p = 0.002, one in 500, for 13 figures looked at
    // together.
    EXPECT_LT(std::fabs(t), 3.8) << name;
  }
}

}  // namespace
}  // namespace regulus
