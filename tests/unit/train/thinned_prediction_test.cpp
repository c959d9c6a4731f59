// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/thinned_prediction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "regulus/runtime/team.h"
#include "support/golden.h"
#include "support/toy.h"

// Masks that all rows share, as users meet them; plan/thinned has the tests of the arithmetic.

namespace regulus {
namespace {

using testing::toy_data;
using testing::toy_model;

McOptions shared(int samples) {
  return {.samples = samples, .masks = "shared", .keep_samples = true};
}

void expect_rows(const McPrediction& few, const McPrediction& all, std::int64_t first, std::int64_t end) {
  EXPECT_EQ(few.mean, all.mean.slice(first, end));
  EXPECT_EQ(few.std, all.std.slice(first, end));
  EXPECT_EQ(few.samples, all.samples.rows(first, end));
}

TEST(SharedMasks, ARowsBitsDoNotDependOnItsCompany) {
  Sequential model = toy_model();
  const Dataset data = toy_data(1000);
  const McPrediction all = model.predict_mc(data, shared(9));
  for (const std::int64_t size : {1, 7, 32, 100})
    for (const std::int64_t first : {0, 5, 500, 900})
      expect_rows(model.predict_mc(data.slice(first, first + size), shared(9)), all, first, first + size);
}

// More rows than are held at once, and more samples.
TEST(SharedMasks, NorDoTheyOnThreads) {
  Sequential model = toy_model();
  const Dataset data = toy_data(2500);
  const int before = runtime::num_threads();
  runtime::set_num_threads(1);
  const McPrediction alone = model.predict_mc(data, shared(35));
  for (const int threads : {2, 3, 7}) {
    runtime::set_num_threads(threads);
    expect_rows(model.predict_mc(data, shared(35)), alone, 0, 2500);
  }
  runtime::set_num_threads(before);
}

TEST(SharedMasks, MomentsAreThoseOfTheSamples) {
  Sequential model = toy_model();
  const Dataset data = toy_data(100);
  const McPrediction mc = model.predict_mc(data, shared(50));
  EXPECT_TRUE(mc.stochastic);
  testing::expect_close(mc.mean, mean(mc.samples), 0, 1e-7, "mean");  // rounding to float32 below 1
  testing::expect_close(mc.std, std_dev(mc.samples), 0, 1e-7, "std");
  const McPrediction streamed = model.predict_mc(data, {.samples = 50, .masks = "shared"});
  EXPECT_EQ(streamed.mean, mc.mean);
  EXPECT_EQ(streamed.std, mc.std);
}

// A row by itself cannot tell the two kinds of masks apart: mean and standard deviation are those of
// one distribution. Two estimates of a mean from n samples differ by s sqrt(2 / n), of a standard
// deviation by less than s sqrt(k / 2n) for a kurtosis k: here below 4.
TEST(SharedMasks, GiveEachRowTheDistributionOfItsOwnMasks) {
  constexpr int kSamples = 2000;
  Sequential model = toy_model();
  const Dataset data = toy_data(40);
  const McPrediction own = model.predict_mc(data, {.samples = kSamples});
  const McPrediction same = model.predict_mc(data, {.samples = kSamples, .masks = "shared"});
  for (std::int64_t i = 0; i < own.mean.size(); ++i) {
    const double s = own.std.data()[i];
    EXPECT_LT(std::fabs(own.mean.data()[i] - same.mean.data()[i]), 4.5 * s * std::sqrt(2.0 / kSamples)) << i;
    EXPECT_LT(std::fabs(s - same.std.data()[i]), 4.5 * s * std::sqrt(2.0 / kSamples)) << i;
  }
}

// A feature that is not a number spoils the samples that keep it, and no others; no other row.
TEST(SharedMasks, DropNumbersThatAreNotFinite) {
  Sequential model({Dropout({.rate = 0.3, .input_shape = {6}}), Dense({.units = 3})}, {.seed = 3});
  Tensor x = testing::normals(50, 6, 1);
  const McPrediction clean = model.predict_mc(x, shared(20));
  x.data()[7 * 6 + 2] = std::numeric_limits<float>::infinity();
  x.data()[30 * 6 + 4] = std::numeric_limits<float>::quiet_NaN();
  const McPrediction mc = model.predict_mc(x, shared(20));
  for (const std::int64_t row : {7, 30}) {
    int finite = 0;
    for (std::int64_t t = 0; t < 20; ++t) finite += std::isfinite(mc.samples.at({t, row, 0})) ? 1 : 0;
    EXPECT_GT(finite, 0) << row;
    EXPECT_LT(finite, 20) << row;
  }
  expect_rows(model.predict_mc(x.slice(0, 7), shared(20)), clean, 0, 7);
  EXPECT_EQ(mc.mean.slice(0, 7), clean.mean.slice(0, 7));
  EXPECT_EQ(mc.std.slice(31, 50), clean.std.slice(31, 50));
}

// A network that cannot be thinned takes the general path: dropout as the last layer.
TEST(SharedMasks, OfANetworkThatCannotBeThinned) {
  Sequential model({Dense({.units = 5, .input_shape = {6}}), Dropout({.rate = 0.5})}, {.seed = 3});
  const Tensor x = testing::normals(4, 6, 1);
  const Tensor plain = model.predict(x);
  const McPrediction mc = model.predict_mc(x, shared(20));
  for (std::int64_t t = 0; t < 20; ++t)
    for (std::int64_t n = 0; n < 5; ++n)
      for (std::int64_t r = 0; r < 4; ++r) {
        const bool kept = mc.samples.at({t, 0, n}) != 0;
        EXPECT_EQ(mc.samples.at({t, r, n}), kept ? 2 * plain.at({r, n}) : 0);
      }
}

TEST(SharedMasks, NoRowsGiveNoRows) {
  Sequential model = toy_model();
  EXPECT_EQ(model.predict_mc(Tensor({0, 20}), {.samples = 3, .masks = "shared"}).mean.shape(), (Shape{0, 4}));
}

}  // namespace
}  // namespace regulus
