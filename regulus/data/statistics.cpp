// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/statistics.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/runtime/team.h"

namespace regulus {
namespace {

__extension__ using Wide = unsigned __int128;

[[noreturn]] void throw_data(const std::string& what, const std::string& found, const std::string& fix) {
  throw DataError({.where = "Normalization", .what = what, .found = found, .fix = fix});
}

// So many squares of bytes fit a 32-bit sum, which adds twice as many at a time as a 64-bit one.
constexpr std::int64_t kBlockRows = 65536;

struct ByteSums {
  explicit ByteSums(std::size_t width) : sum(width), square(width), block_sum(width), block_square(width) {}

  // Over columns `columns`; workers with other columns may run at the same time.
  void add(const FeatureView& x, std::int64_t rows, runtime::Range columns) {
    for (std::int64_t first = 0; first < rows; first += kBlockRows) {
      const std::int64_t end = std::min(rows, first + kBlockRows);
      for (std::int64_t row = first; row < end; ++row) add_row(x.bytes + row * x.width, columns);
      for (std::int64_t i = columns.begin; i < columns.end; ++i) {
        const auto at = static_cast<std::size_t>(i);
        sum[at] += std::exchange(block_sum[at], 0u);
        square[at] += std::exchange(block_square[at], 0u);
      }
    }
  }

  void add_row(const std::uint8_t* row, runtime::Range columns) {
    std::uint32_t* const sums = block_sum.data();
    std::uint32_t* const squares = block_square.data();
    for (std::int64_t i = columns.begin; i < columns.end; ++i) {
      const std::uint32_t v = row[i];
      sums[i] += v;
      squares[i] += v * v;
    }
  }

  std::vector<std::uint64_t> sum;
  std::vector<std::uint64_t> square;
  std::vector<std::uint32_t> block_sum;
  std::vector<std::uint32_t> block_square;
};

FeatureStatistics of_bytes(const FeatureView& x, std::int64_t rows) {
  const auto width = static_cast<std::size_t>(x.width);
  ByteSums sums(width);
  runtime::team()->run(
      [&](int worker, int size) { sums.add(x, rows, runtime::split(x.width, worker, size)); });
  FeatureStatistics out{std::vector<double>(width), std::vector<double>(width)};
  const auto n = static_cast<std::uint64_t>(rows);
  for (std::size_t i = 0; i < width; ++i) {
    const Wide spread = Wide{n} * sums.square[i] - Wide{sums.sum[i]} * sums.sum[i];  // n^2 times the variance
    out.mean[i] = static_cast<double>(sums.sum[i]) / static_cast<double>(n);
    out.std[i] = std::sqrt(static_cast<double>(spread)) / static_cast<double>(n);
  }
  return out;
}

struct FloatSums {
  explicit FloatSums(std::size_t width)
      : drift(width),
        square(width),
        varies(width),
        of{std::vector<double>(width), std::vector<double>(width)} {}

  // Two passes over columns `columns`. The second also mends what the first one's rounding left in the mean.
  void add(const FeatureView& x, std::int64_t rows, runtime::Range columns) {
    const auto n = static_cast<double>(rows);
    for (std::int64_t row = 0; row < rows; ++row) add_row(x.floats + row * x.width, columns);
    for (std::int64_t i = columns.begin; i < columns.end; ++i) of.mean[static_cast<std::size_t>(i)] /= n;
    for (std::int64_t row = 0; row < rows; ++row) add_deviations(x.floats + row * x.width, x.floats, columns);
    for (std::int64_t i = columns.begin; i < columns.end; ++i)
      finish(static_cast<std::size_t>(i), x.floats[i], n);
  }

  void add_row(const float* row, runtime::Range columns) {
    double* const mean = of.mean.data();
    for (std::int64_t i = columns.begin; i < columns.end; ++i) mean[i] += static_cast<double>(row[i]);
  }

  void add_deviations(const float* row, const float* first_row, runtime::Range columns) {
    for (std::int64_t i = columns.begin; i < columns.end; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const double d = static_cast<double>(row[i]) - of.mean[at];
      drift[at] += d;
      square[at] += d * d;
      varies[at] = static_cast<char>(varies[at] | (row[i] != first_row[i]));
    }
  }

  // A constant's mean is the constant itself, whatever the sum's rounding says.
  void finish(std::size_t at, float first, double n) {
    const double spread = std::max(0.0, square[at] - drift[at] * drift[at] / n);
    of.mean[at] = varies[at] ? of.mean[at] + drift[at] / n : static_cast<double>(first);
    of.std[at] = varies[at] ? std::sqrt(spread / n) : 0.0;
  }

  std::vector<double> drift;
  std::vector<double> square;
  std::vector<char> varies;
  FeatureStatistics of;
};

void check_finite(const FeatureView& x, std::int64_t rows, const std::vector<double>& mean) {
  // Finite floats cannot overflow a double sum, so a bad value shows in the mean.
  if (std::all_of(mean.begin(), mean.end(), [](double m) { return std::isfinite(m); })) return;
  for (std::int64_t at = 0; at < rows * x.width; ++at)
    if (!std::isfinite(x.floats[at]))
      throw_data("row " + std::to_string(at / x.width) + ", feature " + std::to_string(at % x.width) +
                     " is not finite",
                 number_text(x.floats[at]), "Remove such rows or fill in a value.");
}

FeatureStatistics of_floats(const FeatureView& x, std::int64_t rows) {
  FloatSums sums(static_cast<std::size_t>(x.width));
  runtime::team()->run(
      [&](int worker, int size) { sums.add(x, rows, runtime::split(x.width, worker, size)); });
  check_finite(x, rows, sums.of.mean);
  return std::move(sums.of);
}

}  // namespace

FeatureStatistics feature_statistics(const Dataset& data) {
  if (data.num_rows() == 0) throw_data("the data has no rows", "", "Fit it on the training rows.");
  const FeatureView x = data.view();
  return x.bytes ? of_bytes(x, data.num_rows()) : of_floats(x, data.num_rows());
}

}  // namespace regulus
