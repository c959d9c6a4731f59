// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/pass/mask.h"

#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

// Whose decisions: everything that a mask's numbers are keyed by.
struct Whose {
  std::uint64_t seed = 1;
  std::uint32_t draw = 0;
  std::uint32_t stream = 3;
  std::uint32_t first_row = 0;
  bool shared = false;
};

// 1 for kept and 0 for dropped, [rows][width].
std::vector<int> kept(MaskSpec spec, std::int64_t rows, std::int64_t width, Whose whose = {}) {
  spec.stream = whose.stream;
  WeightSet<float> weights;
  Compiler<float> compiler(predicting(rows, Mode::kMonteCarlo), weights);
  Mask<float> mask(std::move(spec));
  mask.lay_out(compiler, width);
  Buffer<std::byte> arena(static_cast<std::size_t>(compiler.layout().bytes(rows)));
  std::vector<std::uint32_t> ids(static_cast<std::size_t>(rows));
  std::iota(ids.begin(), ids.end(), whose.first_row);
  Pass<float> pass;
  pass.kernels = &kernels::active_table<float>();
  pass.arena = arena.data();
  pass.room = rows;
  pass.batch.row_ids = ids.data();
  pass.batch.rows = rows;
  pass.key = random::Key(whose.seed);
  pass.draw = whose.draw;
  pass.shared_masks = whose.shared;
  mask.draw(pass, {0, rows});
  std::vector<int> out;
  const std::int64_t words = kernels::panels(width);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t u = 0; u < words * kernels::kPanel; ++u) {
      const int bit = (mask.bits(pass)[r * words + u / 16] >> (u % 16)) & 1;
      if (u < width)
        out.push_back(bit);
      else
        EXPECT_EQ(bit, 0) << "padding of row " << r;
    }
  return out;
}

// How many standard deviations the number of kept units lies from its mean.
double z_of_count(const std::vector<int>& bits, double keep) {
  const auto n = static_cast<double>(bits.size());
  const double count = std::accumulate(bits.begin(), bits.end(), 0.0);
  return (count - n * keep) / std::sqrt(n * keep * (1 - keep));
}

// The correlation of two sets of decisions in standard deviations: about N(0, 1) if independent.
double z_of_correlation(const std::vector<int>& a, const std::vector<int>& b, double keep) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - keep) * (b[i] - keep);
  return sum / (keep * (1 - keep) * std::sqrt(static_cast<double>(a.size())));
}

// Seeds are fixed, so these bounds decide once: a sound generator is outside 4 in 6 of 100,000 tests.
constexpr double kBound = 4;

TEST(Mask, DropsAtItsRate) {
  for (const double rate : {0.01, 0.1, 0.2, 0.5, 0.9, 0.99}) {
    const double keep = 1 - std::round(rate * 65536) / 65536;  // as MaskKey resolves it
    EXPECT_LT(std::fabs(z_of_count(kept(dropout(rate), 1000, 300), keep)), kBound) << rate;
  }
  EXPECT_EQ(kept(dropout(0), 10, 300), std::vector<int>(3000, 1));
  EXPECT_EQ(kept(dropout(1), 10, 300), std::vector<int>(3000, 0));
}

TEST(Mask, DropsEveryUnitAndEveryRowAtItsRate) {
  constexpr std::int64_t kRows = 2000;
  constexpr std::int64_t kWidth = 300;
  const double keep = 1 - std::round(0.2 * 65536) / 65536;
  const auto bits = kept(dropout(0.2), kRows, kWidth);
  double units = 0;
  for (std::int64_t u = 0; u < kWidth; ++u) {
    std::vector<int> column;
    for (std::int64_t r = 0; r < kRows; ++r) column.push_back(bits[static_cast<std::size_t>(r * kWidth + u)]);
    const double z = z_of_count(column, keep);
    EXPECT_LT(std::fabs(z), 4.5) << "unit " << u;  // the largest of 300
    units += z * z;
  }
  double rows = 0;
  for (std::int64_t r = 0; r < kRows; ++r) {
    const double z = z_of_count({bits.begin() + r * kWidth, bits.begin() + (r + 1) * kWidth}, keep);
    EXPECT_LT(std::fabs(z), 5) << "row " << r;  // the largest of 2,000, with the skew of 300 decisions
    rows += z * z;
  }
  // Sums of squares: chi-square, variance twice the number.
  EXPECT_LT(std::fabs(units - kWidth) / std::sqrt(2.0 * kWidth), kBound);
  EXPECT_LT(std::fabs(rows - kRows) / std::sqrt(2.0 * kRows), kBound);
}

TEST(Mask, DecisionsOfDifferentRowsUnitsDrawsStreamsAndSeedsAreUncorrelated) {
  constexpr std::int64_t kRows = 500;
  constexpr std::int64_t kWidth = 300;
  const auto spec = dropout(0.5);
  const auto base = kept(spec, kRows, kWidth);
  const auto expect_uncorrelated = [&](const std::vector<int>& a, const std::vector<int>& b,
                                       const std::string& what) {
    EXPECT_LT(std::fabs(z_of_correlation(a, b, 0.5)), kBound) << what;
  };
  for (const std::uint32_t step : {1u, 2u, 16u, 128u}) {
    const auto text = std::to_string(step);
    expect_uncorrelated(base, kept(spec, kRows, kWidth, {.draw = step}), "draws " + text + " apart");
    expect_uncorrelated(base, kept(spec, kRows, kWidth, {.stream = 3 + step}), "streams " + text + " apart");
    expect_uncorrelated(base, kept(spec, kRows, kWidth, {.seed = 1 + step}), "seeds " + text + " apart");
    expect_uncorrelated(base, kept(spec, kRows, kWidth, {.first_row = step}), "rows " + text + " apart");
    std::vector<int> left;
    std::vector<int> right;
    for (std::int64_t r = 0; r < kRows; ++r)
      for (std::int64_t u = 0; u + step < kWidth; ++u) {
        left.push_back(base[static_cast<std::size_t>(r * kWidth + u)]);
        right.push_back(base[static_cast<std::size_t>(r * kWidth + u + step)]);
      }
    expect_uncorrelated(left, right, "units " + text + " apart");
  }
}

TEST(Mask, IsKeyedByRowIdNotByThePlaceInTheBatch) {
  const auto base = kept(dropout(0.3), 40, 50);
  for (const std::uint32_t first : {1u, 7u, 39u}) {
    const auto later = kept(dropout(0.3), 40 - first, 50, {.first_row = first});
    EXPECT_EQ(later, std::vector<int>(base.begin() + first * 50, base.end())) << first;
  }
}

TEST(Mask, DoesNotDependOnTheNumberOfUnits) {
  const auto wide = kept(dropout(0.3), 1, 300);
  for (const std::int64_t width : {1, 16, 17, 128, 129})
    EXPECT_EQ(kept(dropout(0.3), 1, width), std::vector<int>(wide.begin(), wide.begin() + width)) << width;
}

TEST(Mask, SharedIsTheSameForAllRowsAndNewInEveryDraw) {
  const auto first = kept(dropout(0.5), 6, 50, {.shared = true});
  const auto second = kept(dropout(0.5), 6, 50, {.draw = 1, .shared = true});
  EXPECT_NE(first, second);
  for (std::ptrdiff_t r = 1; r < 6; ++r)
    EXPECT_TRUE(std::equal(first.begin(), first.begin() + 50, first.begin() + 50 * r)) << "row " << r;
  EXPECT_EQ(kept(dropout(0.5), 6, 50, {.first_row = 17, .shared = true}), first);
  MaskSpec one_row = dropout(0.5);
  one_row.same_for_all_rows = true;
  EXPECT_EQ(kept(one_row, 6, 50), first);
  EXPECT_LT(std::fabs(z_of_count(kept(dropout(0.5), 1, 100'000, {.shared = true}), 0.5)), kBound);
}

TEST(Mask, NoiseShapeGivesOneDecisionToManyUnits) {
  MaskSpec spec = dropout(0.5);
  spec.decision = StridedView({{20, 1}, {3, 0}});  // 20 decisions
  const auto units = kept(spec, 9, 60);
  const auto decisions = kept(dropout(0.5), 9, 20);
  for (std::size_t r = 0; r < 9; ++r)
    for (std::size_t u = 0; u < 60; ++u) EXPECT_EQ(units[r * 60 + u], decisions[r * 20 + u / 3]);
}

TEST(Mask, OwnSeedReplacesTheModels) {
  MaskSpec own = dropout(0.5);
  own.seed = 99;
  EXPECT_EQ(kept(own, 6, 50, {.seed = 1}), kept(own, 6, 50, {.seed = 2}));
  EXPECT_EQ(kept(own, 6, 50, {.seed = 1}), kept(dropout(0.5), 6, 50, {.seed = 99}));
}

TEST(Mask, AlphaDropoutKeepsMeanZeroAndVarianceOne) {
  constexpr std::int64_t kRows = 2000;
  constexpr std::int64_t kWidth = 200;
  constexpr double kCount = kRows * kWidth;
  const std::vector<float> x = normals(8, kRows * kWidth);
  std::vector<std::uint32_t> index(kRows);
  std::iota(index.begin(), index.end(), 0u);
  for (const double rate : {0.05, 0.2, 0.5, 0.8}) {
    Chain chain(kWidth);
    chain.mask(alpha_dropout(rate));
    Network<float> net(chain.graph, predicting(kRows, Mode::kMonteCarlo));
    net.pass.batch.features.floats = x.data();
    net.pass.batch.index = net.pass.batch.row_ids = index.data();
    net.pass.batch.rows = kRows;
    net.run_alone();
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (const float v : net.output()) {
      const double s = static_cast<double>(v) * static_cast<double>(v);
      sum += static_cast<double>(v);
      squares += s;
      fourths += s * s;
    }
    const double square = squares / kCount;
    EXPECT_LT(std::fabs(sum / kCount) * std::sqrt(kCount / square), kBound) << rate;
    EXPECT_LT(std::fabs(square - 1) * std::sqrt(kCount / (fourths / kCount - square * square)), kBound)
        << rate;
  }
}

}  // namespace
}  // namespace regulus::plan::testing
