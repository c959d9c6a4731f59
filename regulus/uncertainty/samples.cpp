// SPDX-License-Identifier: Apache-2.0
#include "regulus/uncertainty/samples.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/natural.h"

namespace regulus {
namespace {

void require(const char* where, const Tensor& x, std::size_t rank, const char* expected) {
  if (x.shape().rank() == rank && x.shape().back() > 0 && x.shape()[0] + 3 - static_cast<int>(rank) > 0)
    return;
  throw ShapeError(
      {.where = where, .what = "wrong shape", .expected = expected, .found = to_string(x.shape())});
}

void require_probabilities(const char* where, const Tensor& x) {
  require(where, x, 2, "(rows, classes)");
}
void require_samples(const char* where, const Tensor& x) {
  require(where, x, 3, "(samples, rows, classes)");
}

double entropy_of(std::span<const float> p) {
  double sum = 0;
  for (const float value : p)
    if (!(value <= 0)) sum -= static_cast<double>(value) * natural_log(static_cast<double>(value));
  return sum;
}

bool has_nan(std::span<const float> p) {
  return std::any_of(p.begin(), p.end(), [](float value) { return std::isnan(value); });
}

// The probabilities of a row in one sample.
std::span<const float> row_of(const Tensor& samples, std::int64_t sample, std::int64_t row) {
  const std::int64_t classes = samples.shape().back();
  const std::int64_t rows = samples.shape()[1];
  return samples.values().subspan(static_cast<std::size_t>((sample * rows + row) * classes),
                                  static_cast<std::size_t>(classes));
}

}  // namespace

std::vector<double> entropy(const Tensor& probabilities) {
  const StandardFloats floats;
  require_probabilities("entropy", probabilities);
  const auto classes = static_cast<std::size_t>(probabilities.shape().back());
  std::vector<double> out;
  for (std::size_t at = 0; at < probabilities.values().size(); at += classes)
    out.push_back(entropy_of(probabilities.values().subspan(at, classes)));
  return out;
}

std::vector<double> expected_entropy(const Tensor& samples) {
  const StandardFloats floats;
  require_samples("expected_entropy", samples);
  std::vector<double> out;
  for (std::int64_t row = 0; row < samples.shape()[1]; ++row) {
    double sum = 0;
    for (std::int64_t s = 0; s < samples.shape()[0]; ++s) sum += entropy_of(row_of(samples, s, row));
    out.push_back(sum / static_cast<double>(samples.shape()[0]));
  }
  return out;
}

std::vector<double> mutual_information(const Tensor& samples) {
  require_samples("mutual_information", samples);
  return mutual_information(mean(samples), samples);
}

std::vector<double> mutual_information(const Tensor& mean, const Tensor& samples) {
  require_samples("mutual_information", samples);
  if (mean.shape() != samples.shape().without_front())
    throw ShapeError({.where = "mutual_information",
                      .what = "the mean does not fit the samples",
                      .expected = to_string(samples.shape().without_front()),
                      .found = to_string(mean.shape())});
  std::vector<double> out = entropy(mean);
  const std::vector<double> within = expected_entropy(samples);
  for (std::size_t row = 0; row < out.size(); ++row) {
    const double information = out[row] - within[row];
    out[row] = information < 0 ? 0 : information;  // rounding alone; NaN stays
  }
  return out;
}

std::vector<double> variation_ratio(const Tensor& samples) {
  require_samples("variation_ratio", samples);
  std::vector<std::int64_t> votes(static_cast<std::size_t>(samples.shape().back()));
  std::vector<double> out;
  for (std::int64_t row = 0; row < samples.shape()[1]; ++row) {
    std::fill(votes.begin(), votes.end(), 0);
    bool lost = false;
    for (std::int64_t s = 0; s < samples.shape()[0]; ++s) {
      const std::span<const float> p = row_of(samples, s, row);
      lost = lost || has_nan(p);
      ++votes[static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin())];
    }
    const auto most = static_cast<double>(*std::max_element(votes.begin(), votes.end()));
    out.push_back(lost ? std::numeric_limits<double>::quiet_NaN()
                       : 1 - most / static_cast<double>(samples.shape()[0]));
  }
  return out;
}

std::vector<double> margin(const Tensor& probabilities) {
  require_probabilities("margin", probabilities);
  const auto classes = static_cast<std::size_t>(probabilities.shape().back());
  std::vector<double> out;
  for (std::size_t at = 0; at < probabilities.values().size(); at += classes) {
    const std::span<const float> p = probabilities.values().subspan(at, classes);
    double first = -1;
    double second = -1;
    for (const float each : p) {
      const auto value = static_cast<double>(each);
      second = std::max(second, std::min(value, first));
      first = std::max(first, value);
    }
    out.push_back(has_nan(p) ? std::numeric_limits<double>::quiet_NaN() : classes == 1 ? 1 : first - second);
  }
  return out;
}

}  // namespace regulus
